# Two commands are enough:  make demo   and   make test.   Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
DATA ?= $(abspath ../shared/data)

.PHONY: demo test check bench bench-accuracy bench-insight study lock docs certify browser clean help

help:
	@echo "make demo    build an environment, simulate a shop, value its customers, say where the report is"
	@echo "make test    build an environment with the test tools, run every test"
	@echo "make check   lint, types, architecture"
	@echo "make bench   speed and memory beside a peer (minutes)"
	@echo "make bench-accuracy   every data set, cut and method side by side (half an hour)"
	@echo "make docs    write the generated pages and pictures"
	@echo "make certify   published numbers beside those of the models (seconds)"
	@echo "make study   slow statistical and crash studies (minutes)"

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "lifeworth needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.run: $(VENV)/.python requirements/run.txt pyproject.toml
	@echo "Setting up the environment in $(VENV) (once; about 300 MB) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Adding the test tools ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/.run
	@$(BIN)/lifeworth demo demo-shop

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -m "not study" -n 2

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.dev
	@$(PYTHON) -m venv $(VENV)-bench && $(VENV)-bench/bin/python -m pip --disable-pip-version-check -q install --require-hashes -r requirements/bench.txt
	@$(BIN)/python benchmarks/run.py --peer $(VENV)-bench/bin/python

bench-accuracy: $(VENV)/.dev
	@$(PYTHON) -m venv $(VENV)-bench && $(VENV)-bench/bin/python -m pip --disable-pip-version-check -q install --require-hashes -r requirements/bench.txt
	@$(BIN)/python benchmarks/accuracy.py --peer $(VENV)-bench/bin/python --data $(DATA)

bench-insight: $(VENV)/.dev
	@$(BIN)/python benchmarks/insight/page.py --kept $(VENV)-insight

study: $(VENV)/.dev
	@$(BIN)/python -m pytest -m study -n 0

docs: $(VENV)/.dev
	@$(BIN)/python scripts/write_reference.py
	@$(BIN)/python scripts/draw_models.py

certify: $(VENV)/.dev
	@LIFEWORTH_DATA="$${LIFEWORTH_DATA:-$(DATA)}" $(BIN)/python scripts/certify.py

browser:
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium fonts-dejavu >/dev/null; }

lock:
	@sh scripts/lock.sh

clean:
	rm -rf $(VENV) $(VENV)-bench demo-shop
