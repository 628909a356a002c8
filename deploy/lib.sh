# Shared by the scripts beside it: finding and installing what a fresh machine lacks.

say() { printf '\n== %s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
        echo "需要管理员权限运行 / needs root: $*" >&2
        return 1
    fi
}

# apt_install PACKAGE…: on Debian and Ubuntu; elsewhere says what is wanted.
apt_install() {
    if ! command -v apt-get >/dev/null; then
        echo "请用本系统的软件管理工具安装 / install with your system's package manager: $*" >&2
        return 1
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# The folder of PostgreSQL's programs: named, on PATH, or the newest in the usual places.
pg_bin() {
    if [ -n "${DUBAN_PG_BIN:-}" ]; then
        echo "$DUBAN_PG_BIN"
    elif command -v pg_ctl >/dev/null; then
        dirname "$(readlink -f "$(command -v pg_ctl)")"
    else
        local found
        found=$(ls -d /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb \
            /opt/homebrew/opt/postgresql@*/bin/initdb /usr/local/opt/postgresql@*/bin/initdb 2>/dev/null |
            sort -V | tail -n 1)
        [ -n "$found" ] && dirname "$found"
    fi
}

has_postgres() { pg_bin >/dev/null; }

# PostgreSQL's programs; ours starts its own server, so Debian's must not make one.
need_postgres() {
    has_postgres && return
    if command -v brew >/dev/null; then
        say "安装 PostgreSQL / installing PostgreSQL"
        brew install postgresql@17
        return
    fi
    say "安装 PostgreSQL 程序 / installing PostgreSQL's programs"
    if command -v apt-get >/dev/null && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        as_root mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    apt_install postgresql
}

need_cargo() {
    command -v cargo >/dev/null && return
    [ -x "$HOME/.cargo/bin/cargo" ] && PATH="$HOME/.cargo/bin:$PATH" && return
    echo "没有 Rust 工具链：请先用 rustup 安装（1.95 或更新）/ no Rust toolchain: install 1.95 or newer with rustup" >&2
    return 1
}

# A C compiler and linker, which Rust needs.
need_cc() {
    command -v cc >/dev/null && return
    say "安装编译器 / installing a C compiler"
    apt_install build-essential
}
