# `make help` lists what there is to do. Targets are thin: the work is done by `python -m bot` and by Rasa.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Any Python from 3.8 can start the bootstrap; the first that really runs is taken (pyenv's shims may refuse to, in this folder).
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.10 python3.11 python3.12 python3.13 /usr/bin/python3 /usr/local/bin/python3; do \
	$$python -c "import sys; sys.exit(sys.version_info < (3, 8))" >/dev/null 2>&1 && echo $$python && break; done)
endif

BOT := .venv/bin/python -m bot
# Many tests wait for servers and browsers: two files at a time take two thirds of the time.
IN_TWO := -n 2 --dist loadfile
RASA := .venv/bin/python -m rasa
COMPILE := .uv/bin/uv pip compile --quiet --generate-hashes --no-header $(LOCK_OPTIONS)

export RASA_TELEMETRY_ENABLED := false
export PYTHONUNBUFFERED := 1

.PHONY: help
help: ## explain every target
	@echo "make TARGET, where TARGET is one of:"
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  %-12s %s\n' "$$name" "$$text"; done
	@echo "Settings are environment variables, for example: PORT=8090 make run (docs/settings.md lists them)."

.PHONY: setup
setup: ## make the environment: Python 3.10 and the locked requirements in .venv/
	@test -n "$(PYTHON)" || { echo "No python3 was found: install Python 3.8 or newer, or give one with PYTHON=/path/to/python3." >&2; exit 2; }
	@$(PYTHON) scripts/bootstrap.py

.PHONY: run
run: setup ## start the assistant and print its addresses; Ctrl-C stops it
	@exec $(BOT) run

.PHONY: load
load: setup ## load the facts of data/mobility/ into the mobility database
	@$(BOT) data load

.PHONY: train
train: setup ## train the language model, when its files changed
	@$(BOT) model train

.PHONY: evaluate
evaluate: setup ## measure how well questions are understood, by cross-validation
	@$(BOT) evaluate --cross-validate --calibrate

.PHONY: test
test: lint ## check everything: style, project rules, units, dialogues, the whole assistant
	@.venv/bin/python -m pytest $(IN_TWO)

.PHONY: test-fast
test-fast: setup ## the tests that need neither a model nor a running assistant
	@.venv/bin/python -m pytest -m "not slow"

.PHONY: lint
lint: setup ## check style and types
	@.venv/bin/ruff check .
	@.venv/bin/mypy

.PHONY: validate
validate: setup ## have Rasa check its training data
	@$(RASA) data validate --fail-on-warnings

.PHONY: lock
lock: setup ## compile requirements*.in into requirements*.txt (newest versions: LOCK_OPTIONS=--upgrade)
	@$(COMPILE) --python-version 3.10 --override overrides.txt -o requirements.txt requirements.in
	@$(COMPILE) --python-version 3.10 --override overrides.txt -o requirements-dev.txt requirements-dev.in
	@$(COMPILE) --python-version 3.8 -o scripts/requirements-uv.txt scripts/requirements-uv.in

.PHONY: clean
clean: ## remove what was made here, conversations and their databases included
	@rm -rf .venv .uv var models results .rasa tests/artefacts .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
