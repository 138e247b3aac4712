# `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SERVING := $(VENV)/serving
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test test-slow eval lint types format lock migration bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

install: $(STAMP) ## make .venv with everything that demo and test need

$(STAMP): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@# pip compiles what it installs, but not what stays where it is.
	@$(BIN)/python -m compileall -q copilot
	@touch $(STAMP)

demo: install ## load the demo workspace, run the main job, serve the console
	$(BIN)/copilot demo $(ARGS)

test: install ## lint, types, import contracts and the tests
	@sh tools/system_packages.sh
	$(MAKE) --no-print-directory lint types
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow" $(ARGS)

test-slow: install $(SERVING) ## the slow suites, and the timed ones alone
	@sh tools/system_packages.sh
	$(BIN)/python -m pytest -m "slow or timed" --timeout 900 $(ARGS)

# For the tests against a real model server. Beside the environment, not in it: packages that find
# it there load models in another way. Without it those tests say why they are skipped.
$(SERVING):
	-$(BIN)/python -m pip install --quiet --no-deps --target $(SERVING) accelerate==1.15.0

eval: install ## our eval suites, with their gates
	$(BIN)/copilot eval run eval/suites $(ARGS)

lint: install ## ruff and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: install ## strict types
	$(BIN)/mypy

format: install ## put every file in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migration: install ## make the initial migration anew from the tables
	$(BIN)/python tools/make_initial_migration.py

lock: ## write constraints.txt from a fresh environment
	sh tools/lock.sh $(PYTHON)

bench: install ## latency of the main job's parts, cost of evaluation
	$(BIN)/python -m benchmarks.main_job
	$(BIN)/python -m benchmarks.figures
	$(BIN)/python -m benchmarks.evals
	$(BIN)/python -m benchmarks.eval_report

clean: ## remove what was built; data stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
