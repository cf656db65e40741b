# `make run` serves on 127.0.0.1:8000; `make test` runs everything that proves the project.
# Each target that needs Python makes .venv first: an editable install with the development extras.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Which peers `make bench` compares with.
PEERS ?=
ARGS ?=

.PHONY: run test bench lint types crash hostile differential clean .venv

run: .venv
	@exec $(BIN)/thermodynamo $(ARGS)

test: .venv
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

lint: .venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) types

types: .venv
	$(BIN)/mypy

bench: .venv
	$(BIN)/python -m bench --peers "$(PEERS)" $(ARGS)
	$(BIN)/python -m bench.indexes
	$(BIN)/python -m bench.durability --million
	$(BIN)/python -m bench.replicas
	$(BIN)/python -m bench.partitions
	$(BIN)/python -m bench.metering
	$(BIN)/python -m bench.connections
	$(BIN)/python -m bench.tails
	$(BIN)/python -m bench.stalls
	$(BIN)/python -m bench.vectors
	$(BIN)/python -m bench.testing
	$(BIN)/python -m bench.access
	$(BIN)/python -m bench.console
	$(BIN)/python -m bench.foresight

crash: .venv
	CRASH_KILLS=300 $(BIN)/python -m pytest tests/crash -s $(ARGS)

# A million mutated requests and an hour of mixed load, unless these say otherwise.
HOSTILE_REQUESTS ?= 1000000
HOSTILE_SECONDS ?= 3600
hostile: .venv
	HOSTILE_REQUESTS=$(HOSTILE_REQUESTS) HOSTILE_SECONDS=$(HOSTILE_SECONDS) $(BIN)/python -m pytest tests/hostile/test_long_run.py -s $(ARGS)

differential: .venv
	$(BIN)/python -m tests.differential $(ARGS)

.venv: $(VENV)/installed

# PIP_CONSTRAINT reaches the build's own environment too, so the build backend is pinned as well.
$(VENV)/installed: pyproject.toml constraints.txt
	@test -f $@ || $(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15) and "Python 3.11 to 3.14 is needed, as in: make run PYTHON=python3.13")'
	@test -f $@ || { echo "Making $(VENV), once"; $(PYTHON) -m venv --clear $(VENV); }
	@echo "Installing thermodynamo, what it needs and what its tests need into $(VENV):"
	@PIP_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --progress-bar off --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) node_modules build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
