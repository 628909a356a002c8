#!/usr/bin/env bash
# 恢复：deploy/restore.sh 文件.dump（先停服务；目标库须为空，如新的 DUBAN_DATA_DIR）。备份之后可能已经
# 发出的消息不会再发，而是列给整改办处理。
# 旁边有 文件.dump.files.tar 的，照片和文件一并放回数据目录。
# Restore into an empty database, and what people sent into the data folder, when FILE.dump.files.tar is there. What the backup still had to send may have been sent since: it is not
# sent again but put before the office. All or nothing.
set -euo pipefail
file=${1:?"用法 / usage: restore.sh FILE.dump"}
duban=${DUBAN_BIN:-duban}

if [ "${2:-}" != inside ]; then
    command -v "$duban" >/dev/null || { echo "找不到 duban，请用 DUBAN_BIN 指出它 / no duban: name it in DUBAN_BIN" >&2; exit 1; }
    if [ ! -f "$file" ] || [ ! -r "$file" ]; then
        echo "读不了 / cannot read: $file" >&2
        exit 1
    fi
    "$duban" with-database bash "$0" "$file" inside
    if [ -f "$file.files.tar" ]; then
        mkdir -p -- "${DUBAN_DATA_DIR:-data}"
        # Each file is named by its content: what is there already is the same.
        tar --extract --force-local --file="$file.files.tar" --directory="${DUBAN_DATA_DIR:-data}" --skip-old-files
    fi
    echo "已恢复 / restored. 下一步 / next: duban doctor" >&2
    exit
fi

# From here on with the database's address in the environment.
db() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }

tables=$(db --command="SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
if [ "$tables" != 0 ]; then
    echo "目标库不是空的，没有恢复；请换一个空的数据目录或数据库 / the database is not empty; nothing was restored" >&2
    exit 1
fi

# The COMMIT comes only after all of the backup: without it nothing is kept. What cannot have been sent yet,
# because its time is still to come, stays as it is.
sql() {
    # Joined by &&: where a failure is asked about, bash does not stop at it by itself.
    echo 'BEGIN;' && pg_restore --no-owner --no-privileges --file=- "$file" && cat <<'SQL'
DELETE FROM public.sender_lease;
UPDATE public.outbox
SET state = 'held',
    hold = NULL,
    settled_at = clock_timestamp(),
    reason = '从备份恢复，备份之后可能已发出 / restored from a backup: may have been sent since'
WHERE (state IN ('due', 'sending') OR (state = 'held' AND hold IS NOT NULL))
  AND (not_before IS NULL OR not_before <= clock_timestamp());
COMMIT;
SQL
}
sql | db --output=/dev/null || {
    echo "备份文件不完整或与数据库版本不符，没有恢复 / the backup is damaged or of another version; nothing was restored" >&2
    exit 1
}
