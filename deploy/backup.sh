#!/usr/bin/env bash
# 备份：deploy/backup.sh 文件.dump（服务不必停）。设了 DATABASE_URL 用它，否则用数据目录里的数据库。
# Backup into one file, beside a running service or without one.
set -euo pipefail
file=${1:?"用法 / usage: backup.sh FILE.dump"}
duban=${DUBAN_BIN:-duban}
"$duban" with-database sh -c 'pg_dump --format=custom --no-owner --dbname="$DATABASE_URL" --file="$1"' sh "$file"
echo "已备份 / backed up: $file" >&2
