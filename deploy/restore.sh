#!/usr/bin/env bash
# 恢复：deploy/restore.sh 文件.dump（先停服务；目标库须为空）。备份之后可能已经发出的消息不会再发，
# 而是列给整改办处理。
# Restore into an empty database. What the backup still had to send may have been sent since: it is not
# sent again but put before the office.
set -euo pipefail
file=${1:?"用法 / usage: restore.sh FILE.dump"}
[ -r "$file" ] || { echo "读不了 / cannot read: $file" >&2; exit 1; }
duban=${DUBAN_BIN:-duban}
"$duban" with-database sh -c '
    tables=$(psql --no-psqlrc --tuples-only --no-align --dbname="$DATABASE_URL" \
        --command="SELECT count(*) FROM pg_tables WHERE schemaname = '"'public'"'")
    if [ "$tables" != 0 ]; then
        echo "目标库不是空的，没有恢复；请换一个空的数据目录或数据库 / the database is not empty; nothing was restored" >&2
        exit 1
    fi
    pg_restore --no-owner --exit-on-error --single-transaction --dbname="$DATABASE_URL" "$1"
    psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$DATABASE_URL" <<SQL
BEGIN;
DELETE FROM sender_lease;
UPDATE outbox
SET state = '"'held'"', settled_at = clock_timestamp(),
    reason = '"'restored from a backup: may have been sent after it was made'"'
WHERE state IN ('"'due'"', '"'sending'"');
COMMIT;
SQL' sh "$file"
echo "已恢复 / restored. 下一步 / next: duban doctor" >&2
