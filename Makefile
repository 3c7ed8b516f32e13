# Two commands: `make run` serves the knowledge base, `make test` runs every test.
# Both need Python >= 3.11 and make; everything else is installed into .venv from lock files.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export KB_API_DATABASE_URL ?= sqlite:///$(CURDIR)/data/kb.sqlite3

.PHONY: run test eval bench install install-dev lint types floors check-migrations differential faults fuzz openapi clean

run: install
	@$(BIN)/kb-api serve --port $(PORT)

test: install-dev
	@$(BIN)/python -m tests

install: $(VENV)/installed
install-dev: $(VENV)/installed-dev

$(VENV)/bin/python:
	@echo "==> making a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "==> installing what the service needs (requirements.lock)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BIN)/python -m compileall -q kb_api migrations # Also where Python is told to write no bytecode: a third of a start.
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	@echo "==> installing what the tests need (requirements-dev.lock)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

eval: install-dev
	@$(BIN)/python -m benchmarks.answers

# The service beside nginx and its peers, in about a quarter of an hour; needs nginx. Writes docs/performance.md.
bench: install-dev .venv-bench/installed
	@$(BIN)/python -m benchmarks --peers .venv-bench

.venv-bench/installed: benchmarks/peers/requirements.lock
	@echo "==> installing the peers to measure against (benchmarks/peers/requirements.lock)"
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

lint: install-dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: install-dev
	$(BIN)/mypy

floors: install-dev
	$(BIN)/lint-imports

check-migrations: install-dev
	$(BIN)/python -m tests.check_migrations

differential: install-dev
	$(BIN)/python -m tests.support.comparing --requests 10000

faults: install-dev
	$(BIN)/python -m tests.faults

# Generated requests against every operation, resource by resource, for some hours: EXAMPLES=50 is a look;
# `python -m tests.fuzz --only signs answers` goes through some of them.
EXAMPLES ?= 1000
fuzz: install-dev
	$(BIN)/python -m tests.fuzz --examples $(EXAMPLES)

openapi: install-dev
	$(BIN)/kb-api openapi --write

clean:
	rm -rf $(VENV) data build dist

.PHONY: lighthouse
lighthouse: install-dev
	@KB_API_TEST_ALONE=1 $(BIN)/python -m pytest -q tests/explorer/test_lighthouse.py
