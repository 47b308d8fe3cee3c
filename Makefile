# Zonehouse. `make run` builds everything and publishes a first release; `make test` proves it.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv || echo .tools/bin/uv)
unexport PYTHONDONTWRITEBYTECODE
export UV_LINK_MODE ?= copy
# Certificates of the machine, also those of a proxy inside a government network.
export UV_SYSTEM_CERTS ?= 1
export DAGSTER_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1

# One thing after the other, also under `make -j`: what is missing is said before anything runs.
.NOTPARALLEL:
.PHONY: env python browser run test test-quick prove up lint lock clean

# What comes from the distribution: installed where that is allowed, else named in one sentence.
python:
	@PYTHON="$(PYTHON)" ./system_packages.sh python
browser:
	@PYTHON="$(PYTHON)" ./system_packages.sh python browser

env: python .venv/installed superset/.venv/installed dbt_project/target/manifest.json

.tools/bin/uv:
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet uv

# Imports are half of a night's cost when modules are not byte-compiled.
.venv/installed: requirements.lock pyproject.toml | $(UV)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

superset/.venv/installed: superset/requirements.lock | $(UV)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) superset/.venv
	$(UV) pip sync --quiet --python superset/.venv/bin/python --require-hashes --compile-bytecode superset/requirements.lock
	touch $@

dbt_project/target/manifest.json: .venv/installed $(shell find dbt_project -not -path '*/target/*' \( -name '*.sql' -o -name '*.yml' -o -name '*.csv' \))
	$(BIN)/python -m orchestration.dbt_manifest
	touch $@

run: env
	$(BIN)/zonehouse demo

# What proves a change; below a quarter of an hour on two cores.
test: browser env
	$(BIN)/python -m pytest

# Pure functions and formats only; below a minute.
test-quick: env
	$(BIN)/python -m pytest tests/unit tests/contract -m "not slow"

# The long forms of the proofs; what they counted is written to docs/proofs.md.
prove: env
	$(BIN)/python -m pytest -m proof --prove -o faulthandler_timeout=0

up: env
	$(BIN)/zonehouse up

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --processes 0 dbt_project/models dbt_project/tests
	$(BIN)/dg check defs

lock: | $(UV)
	$(UV) pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --quiet --upgrade -o requirements.lock
	$(UV) pip compile superset/pyproject.toml --universal --generate-hashes --no-header --quiet --upgrade -o superset/requirements.lock

clean:
	rm -rf .venv superset/.venv .tools dbt_project/target dbt_project/logs .mypy_cache .ruff_cache .pytest_cache .hypothesis
