# Everything starts here: make help

# The system's Python before another: distributions optimise it by profile, and a build is a fifth faster for it.
PYTHON ?= $(shell for p in /usr/bin/python3 python3; do $$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PORT   ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install run build test test-slow check screenshots bench lock clean

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "leadsite needs Python 3.11 or later; set PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@$(BIN)/python -m compileall -q leadcore forms_api leadsite
	@touch $(READY)

install: $(READY)  ## Make .venv and install from requirements.lock

run: $(READY)  ## Build every market, then sites, forms, worker and mailbox on http://localhost:8000
	$(BIN)/leadsite build
	$(BIN)/leadsite preview --port $(PORT)

build: $(READY)  ## Build every market into build/<market>/
	$(BIN)/leadsite build

test: $(READY)  ## Install what the tests need, then run the whole suite
	@sh tests/web/needs.sh
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow"

test-slow: $(READY)  ## The proofs that take an hour: edits at random, kills, axe and Lighthouse on every page and language
	@sh tests/web/needs.sh
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m slow

check: $(READY)  ## Lint, types, shape of the house, and the example project itself
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/shape
	$(BIN)/leadsite check

screenshots: $(READY)  ## Pictures of every template in every locale, 360 and 1280 px, light and dark: var/screenshots/
	@sh tests/web/needs.sh
	$(BIN)/python -m tests.web.screenshots

bench: $(READY)  ## The same site by leadsite, Hugo, Eleventy, Pelican and Frozen-Flask; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks.build.run

lock: $(READY)  ## Write requirements.lock anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --no-header --no-emit-index-url --no-emit-find-links --no-annotate --quiet --upgrade -o requirements.lock

clean:  ## Remove what was built and installed
	rm -rf $(VENV) var tests/web/node_modules
	find build -mindepth 1 ! -name .gitkeep -delete
