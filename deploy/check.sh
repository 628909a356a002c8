#!/usr/bin/env bash
# Everything CI runs, in the same order. Installs what a fresh machine lacks.
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/lib.sh
need_postgres
need_cc
need_cargo
# What the page is shown with: asked for its output, because a pipe that ends early would count as a failure.
if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null || [ -z "$(fc-list :lang=zh 2>/dev/null)" ]; then
    say "安装浏览器和中文字体（页面测试用）/ installing a browser and a Chinese font for the page test"
    apt_install chromium chromium-driver fonts-wqy-microhei fontconfig
fi
rustup component add rustfmt clippy >/dev/null 2>&1 || true
export SQLX_OFFLINE=true

say "cargo fmt"
cargo fmt --check

say "cargo clippy"
cargo clippy --locked --all-targets -- -D warnings

say "offline query data / 离线查询数据"
bash deploy/sqlx.sh --check

say "cargo test"
cargo test --locked

say "cargo doc"
# Private items are documented too, so links to them are fine.
RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --locked --no-deps --document-private-items --quiet

say "deploy files / 部署文件"
for script in deploy/*.sh .ci/run; do bash -n "$script"; done

say "全部通过 / all passed"
