#!/usr/bin/env bash
# 一条命令看演示：安装缺的东西，编译，运行 duban demo。Ctrl-C 全部停下；再运行接着用；--fresh 重来。
# One command for the demo: installs what is missing, builds, and runs `duban demo`.
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/lib.sh
need_postgres
need_cc
need_cargo
say "编译（首次约三分钟）/ building (about three minutes the first time)"
cargo build --locked
exec cargo run --locked --quiet -- demo "$@"
