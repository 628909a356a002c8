#!/usr/bin/env bash
# Regenerates .sqlx, the query data that builds without a database use; --check only compares.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --locked --quiet
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
mkdir "$scratch/sqlx"
export DUBAN_DATA_DIR="$scratch/data"
unset DATABASE_URL
target/debug/duban with-database --migrate sh -c "
    touch src/lib.rs
    SQLX_OFFLINE=false SQLX_OFFLINE_DIR='$scratch/sqlx' cargo check --locked --quiet"
if [ "${1:-}" = --check ]; then
    if ! diff -rq .sqlx "$scratch/sqlx"; then
        echo "离线查询数据过期：请运行 deploy/sqlx.sh 并提交 .sqlx / .sqlx is out of date: run deploy/sqlx.sh and commit" >&2
        exit 1
    fi
else
    rm -rf .sqlx
    cp -r "$scratch/sqlx" .sqlx
fi
