#!/usr/bin/env bash
# 备份：deploy/backup.sh 文件.dump（服务不必停）。设了 DATABASE_URL 用它，否则用 DUBAN_DATA_DIR 里的数据库。
# duban 不在 PATH 里时用 DUBAN_BIN 指出。
# 照片和文件（数据目录里的 files）另存为 文件.dump.files.tar，两个文件一起保管。
# Backup into one file, beside a running service or without one; what people sent (the folder `files` of the
# data folder) goes into a second one, FILE.dump.files.tar. Keep both.
set -euo pipefail
file=${1:?"用法 / usage: backup.sh FILE.dump"}
duban=${DUBAN_BIN:-duban}
command -v "$duban" >/dev/null || { echo "找不到 duban，请用 DUBAN_BIN 指出它 / no duban: name it in DUBAN_BIN" >&2; exit 1; }

umask 077 # it holds the whole ledger
# Beside it first: a backup that fails leaves the one of yesterday as it was.
part=$file.part
tar=$file.files.tar
trap 'rm -f -- "$part" "$tar.part"' EXIT
"$duban" with-database pg_dump --format=custom --no-owner --no-privileges --file="$part" || {
    echo "备份没有成功，原有文件没有动 / the backup failed; an older file is as it was" >&2
    exit 1
}
# After the database: a file lies there before the ledger says so, thus none that the backup names is missing.
data=${DUBAN_DATA_DIR:-data}
if [ -d "$data/files" ]; then
    tar --create --force-local --file="$tar.part" --directory="$data" --exclude=files/parts files || [ $? = 1 ] || {
        echo "文件没有备份成功，原有备份没有动 / the files were not backed up; an older backup is as it was" >&2
        exit 1
    }
    mv -f -- "$tar.part" "$tar"
fi
mv -f -- "$part" "$file"
echo "已备份 / backed up: $file" >&2
