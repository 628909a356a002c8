#!/usr/bin/env bash
# Fuzzes one target for so many seconds on the stable compiler: tests/fuzz/run.sh sentence 600
# What it learns is kept in tests/fuzz/corpus; an input that panics is left in tests/fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")"
target=${1:-sentence}
seconds=${2:-600}
# What cargo-fuzz passes on nightly, without the sanitizers: safe Rust shows its faults as panics.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing"
host=$(rustc -vV | sed -n 's/^host: //p')
# Named, so that the flags stay away from build scripts.
cargo build --release --target "$host" --bin "$target"
mkdir -p "corpus/$target" "artifacts/$target"
exec "target/$host/release/$target" "corpus/$target" -artifact_prefix="artifacts/$target/" \
    -max_total_time="$seconds" -timeout=10 -max_len=8192
