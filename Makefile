# `make demo` and `make test` do everything on a machine with git, make and Python 3.11.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
BUILT := src/digicantrain/web/static/built/site.css
ASSETS := $(shell find src/digicantrain/web/assets -type f 2>/dev/null) package.json package-lock.json
CATALOGUES := $(wildcard src/digicantrain/locale/*/LC_MESSAGES/django.po)
PORT ?= 8000
WORKERS ?= 2
export PORT
# Compiled Python is kept whatever the shell says: without it each process compiles everything anew.
export PYTHONDONTWRITEBYTECODE :=
export UV_NO_PROGRESS := 1

export NPM_CONFIG_UPDATE_NOTIFIER := false

.PHONY: demo clean-demo test lint unit browser walk browser-ready bench bench-measures bench-records built messages install ready

demo: ready
	@exec $(BIN)/digicantrain demo --port $(PORT)

clean-demo:
	rm -rf var

# Python packages and front-end files come at the same time: each waits mostly for the network.
ready:
	@$(MAKE) --no-print-directory -j3 install built messages

install: $(VENV)/.installed

$(VENV)/.uv: requirements-uv.lock
	@echo "Installing; the first time this takes a minute ..."
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/pip || "$(PYTHON)" -m venv $(VENV) || \
	  { echo "This Python cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.uv requirements.lock pyproject.toml
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

built: $(BUILT)

# Node from the machine where it is new enough, else from PyPI into an environment of its own.
$(BUILT): $(VENV)/.uv $(ASSETS)
	@if command -v npm >/dev/null && node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null; \
	then :; else \
	  test -x $(VENV)/node/bin/node || { $(BIN)/uv venv --quiet $(VENV)/node && \
	  VIRTUAL_ENV=$(CURDIR)/$(VENV)/node $(BIN)/uv pip install --quiet --require-hashes -r requirements-node.lock; }; \
	fi; \
	PATH="$$PATH:$(CURDIR)/$(VENV)/node/bin"; export PATH; \
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent build
	@touch $@

messages: $(VENV)/.messages

$(VENV)/.messages: $(VENV)/.installed $(CATALOGUES)
	@$(BIN)/digicantrain messages compile
	@touch $@

test: lint unit browser

lint: ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DIGICANTRAIN_MODE=test $(BIN)/mypy src tests
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --quiet --lint src/digicantrain/web/templates

unit: ready
	$(BIN)/pytest -q -n $(WORKERS) -m "not browser and not walk" --ignore=tests/browser

browser: ready browser-ready
	$(BIN)/pytest -q -n $(WORKERS) -m browser tests/browser

# Outside the gate: a measure needs a quiet machine. More options: bench/README.md
bench: ready
	$(BIN)/python bench/pages.py
	$(BIN)/python bench/enrol.py
	$(BIN)/python bench/credentials.py

# Outside the gate: the statistics beside R, where it is installed.
bench-measures: ready
	$(BIN)/python bench/measures.py

# Outside the gate: the record store on PostgreSQL (DIGICANTRAIN_BENCH) at two sizes; half an hour.
bench-records: ready
	$(BIN)/python bench/records.py --stored 100000 1000000 --json var/bench-records.json

# Outside the gate: a learner walks every written step of content/ in a browser.
walk: ready browser-ready
	$(BIN)/pytest -q -m walk tests/browser/test_walk.py

browser-ready:
	@if test -n "$$CHROMIUM" || command -v chromium >/dev/null; then :; \
	elif test "$$(id -u)" = 0 && command -v apt-get >/dev/null; \
	then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else echo "No Chromium found: set CHROMIUM=/path/to/chromium, or run: sudo apt-get install chromium"; exit 1; fi

