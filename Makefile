# Milepost. `make run` and `make test` do all the set-up a fresh machine needs.
.DEFAULT_GOAL := help
SHELL := /bin/bash

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# One process more than CI has cores, as one of them often waits for a browser or a server.
PYTEST := $(BIN)/python -m pytest -q -n 3 --dist worksteal
# Tests start many processes; without it each would compile the same files again.
unexport PYTHONDONTWRITEBYTECODE

$(VENV)/.runtime: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

$(VENV)/.development: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

.PHONY: run
run: $(VENV)/.runtime ## Install what is missing, prepare the database, print the address, serve
	exec $(BIN)/python -m billing serve

.PHONY: worker
worker: $(VENV)/.runtime ## The outbox worker as its own process
	exec $(BIN)/python -m billing worker

.PHONY: demo
demo: $(VENV)/.runtime ## Serve scenarios from a data directory of their own (./demo-data), print the logins
	DATA_DIR="$${DATA_DIR:-demo-data}" exec $(BIN)/python -m billing demo

.PHONY: test
test: $(VENV)/.development ## All tests on SQLite; those about storage on PostgreSQL too
	$(PYTEST) --database both

.PHONY: test-all
test-all: $(VENV)/.development ## What `make test` leaves out: all on PostgreSQL, property tests four times as deep
	TEST_DEPTH=4 $(PYTEST) -m "not browser" --database postgresql

.PHONY: check
check: $(VENV)/.development ## Lint, format, types, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet

.PHONY: bench
bench: $(VENV)/.development ## Measure side by side, write bench/results.json
	$(BIN)/python -m bench

.PHONY: bench-live
bench-live: $(VENV)/.development ## 500 open client pages: idle CPU, latency, memory; writes bench/live.json
	$(BIN)/python -m bench.live

.PHONY: translations
translations: $(VENV)/.runtime ## Bring the catalogues up to date, compile them, name what is not said yet
	$(BIN)/python -m translations $(LANGUAGE)

.PHONY: lock
lock: $(VENV)/.development ## Pin what pyproject.toml asks for
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements-dev.lock

.PHONY: help
help: ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14
