#!/usr/bin/env bash
# Regenerates .sqlx, the query data that builds without a database use; --check only compares.
# It needs no built duban: a new query does not compile before its data is there.
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/lib.sh
need_postgres
need_cc
need_cargo
bin=$(pg_bin)
# The server refuses to run as root.
user=$(id -un)
if [ "$user" = root ]; then
    if id postgres >/dev/null 2>&1; then user=postgres; else user=nobody; fi
fi
as_server() { if [ "$user" = "$(id -un)" ]; then "$@"; else runuser -u "$user" -- "$@"; fi; }

scratch=$(mktemp -d)
stop() {
    as_server "$bin/pg_ctl" --pgdata="$scratch/data" --mode=immediate stop >/dev/null 2>&1 || true
    rm -rf "$scratch"
}
trap stop EXIT
chmod 711 "$scratch"
mkdir "$scratch/data" "$scratch/sqlx"
[ "$user" = "$(id -un)" ] || chown "$user" "$scratch/data"
(
    cd "$scratch/data" # not where we are: the server's user may not be allowed there
    as_server "$bin/initdb" --pgdata=. --username=duban --auth=trust --encoding=UTF8 --locale=C --no-sync
    as_server "$bin/pg_ctl" --pgdata=. --log=log --wait start \
        --options="-c listen_addresses='' -c unix_socket_directories='$scratch/data' -c port=5432 -F"
) >"$scratch/log" 2>&1 || { cat "$scratch/log" "$scratch/data/log" >&2 2>/dev/null; exit 1; }
export DATABASE_URL="postgres://duban@localhost:5432/postgres?host=$scratch/data"
for migration in migrations/*.sql; do
    "$bin/psql" --no-psqlrc --quiet --single-transaction --set=ON_ERROR_STOP=1 --file="$migration" "$DATABASE_URL"
done

touch src/lib.rs # or the compiler believes that it has nothing to do
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$scratch/sqlx" cargo check --locked --quiet
if [ "${1:-}" = --check ]; then
    if ! diff -rq .sqlx "$scratch/sqlx"; then
        echo "离线查询数据过期：请运行 deploy/sqlx.sh 并提交 .sqlx / .sqlx is out of date: run deploy/sqlx.sh and commit" >&2
        exit 1
    fi
else
    rm -rf .sqlx
    cp -r "$scratch/sqlx" .sqlx
fi
