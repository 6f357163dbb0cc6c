#!/bin/sh
# Writes the hashed requirement files. They hold names, versions and hashes, never addresses.
set -eu
command -v uv >/dev/null || { echo "uv is needed to write the locks: pip install uv"; exit 1; }
cd "$(dirname "$0")/.."
common="--universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command=make\ lock -q"
eval uv pip compile $common pyproject.toml --group build -o requirements/run.txt
eval uv pip compile $common pyproject.toml --group build --group dev -o requirements/dev.txt
eval uv pip compile $common pyproject.toml --group build --group bench -o requirements/bench.txt
