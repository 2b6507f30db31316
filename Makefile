# make demo: the messenger on this machine. make test: everything that CI checks. Both set up what they need.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && command -v $$p && break; done)
export UV_PYTHON_DOWNLOADS := never
UV := .tools/bin/uv
BIN := .venv/bin
RUN_STAMP := .venv/.installed-run
TEST_STAMP := .venv/.installed-test
PACKAGES := bot cards config domain scheduler

.PHONY: demo test lint types check format lock clean

demo: $(RUN_STAMP)
	@$(BIN)/genjin demo

test: $(TEST_STAMP) lint types
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(TEST_STAMP)
	@$(BIN)/ruff format --check --quiet . || { echo "make format brings the code into form"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache > .import-contracts.log || { cat .import-contracts.log; exit 1; }

types: $(TEST_STAMP)
	@$(BIN)/mypy

format: $(TEST_STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(UV)
	@$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		-p 3.11 pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		-p 3.11 --group pyproject.toml:test -c requirements.txt pyproject.toml -o requirements-test.txt

$(UV):
	@test -n "$(PYTHON)" || { echo "genjin needs Python 3.11, 3.12 or 3.13; set PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m pip install --quiet --no-warn-script-location --disable-pip-version-check --root-user-action=ignore \
		--target .tools uv || { echo "pip could not install uv; see the lines above" >&2; exit 1; }

.venv/bin/python: | $(UV)
	@$(UV) venv --quiet -p "$(PYTHON)" .venv

$(RUN_STAMP): requirements.txt pyproject.toml | .venv/bin/python
	@test -e $(TEST_STAMP) && test ! $(TEST_STAMP) -ot requirements-test.txt || \
		$(UV) pip install --quiet -p .venv --require-hashes -r requirements.txt
	@$(UV) pip install --quiet -p .venv --no-deps -e .
	@touch $@

$(TEST_STAMP): requirements-test.txt pyproject.toml | .venv/bin/python
	@$(UV) pip install --quiet -p .venv --require-hashes -r requirements-test.txt
	@$(UV) pip install --quiet -p .venv --no-deps -e .
	@touch $@ $(RUN_STAMP)

clean:
	@rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import-contracts.log genjin-data
