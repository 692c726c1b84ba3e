# `make` or `make help` lists what there is. Nothing but Python 3.11+, git and make is needed for run and test.
PYTHON ?= python3
PORT ?= 8000

VENV_PYTHON := .venv/bin/python
MANAGE := PORTAL_TESTING=1 $(VENV_PYTHON) manage.py
SOURCES := portal exchanges workshops startups tests manage.py

# The settings of a well-kept production machine: the deployment checks must have nothing to say about them.
PRODUCTION_LIKE := env -u PORTAL_DEMO -u DEBUG -u PORTAL_TESTING \
	SECRET_KEY=a-key-for-this-check-only-F7x2Kq9Zp4Lw8Rt1Vb6Nm3Hc5Jd0Gs \
	ALLOWED_HOSTS=portal.example.org BASE_URL=https://portal.example.org TRUSTED_PROXY_COUNT=1 \
	DATABASE_URL=postgres://portal@db.example.org/portal REDIS_URL=redis://:secret@redis.example.org:6379/0 \
	EMAIL_URL=smtp+tls://portal:secret@mail.example.org:587 DEFAULT_FROM_EMAIL=portal@portal.example.org

.DEFAULT_GOAL := help
.PHONY: help run test check lint types migrations catalogues deployment dev python format messages bench screenshots clean

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: python ## The portal with all its data on http://127.0.0.1:8000 (another port: make run PORT=9000)
	@PORTAL_DEMO=1 BASE_URL=http://localhost:$(PORT) $(PYTHON) portal/bootstrap.py run --port $(PORT)

test: dev ## The whole suite on SQLite, on PostgreSQL + Redis, and in a browser where one is found
	@$(VENV_PYTHON) -m tests.lanes $(ARGS)

check: lint types migrations catalogues deployment ## Lint, types, format, migrations, translations, deployment settings
	@echo "check: all good"

lint: dev
	$(VENV_PYTHON) -m ruff check $(SOURCES)
	$(VENV_PYTHON) -m ruff format --check $(SOURCES)
	$(VENV_PYTHON) -m djlint --quiet --lint portal exchanges workshops startups

types: dev
	PORTAL_TESTING=1 $(VENV_PYTHON) -m mypy

migrations: dev
	$(MANAGE) makemigrations --check --dry-run

catalogues: dev
	$(MANAGE) check_catalogues

deployment: dev
	$(PRODUCTION_LIKE) $(VENV_PYTHON) manage.py check --deploy --fail-level WARNING

format: dev ## Put the source into its one format and mend what can be mended
	$(VENV_PYTHON) -m ruff check --fix $(SOURCES)
	$(VENV_PYTHON) -m ruff format $(SOURCES)

messages: dev ## Collect new strings into the Japanese catalogue and compile it (needs gettext)
	$(MANAGE) collect_messages

bench: dev ## Measure pages, tables, mails … against floors of the same machine; writes var/bench.json (a part: ARGS=pages)
	@$(VENV_PYTHON) -m tests.bench $(ARGS)

screenshots: dev ## Pictures of the main pages in both languages, light and dark
	@$(VENV_PYTHON) -m tests.screenshots $(ARGS)

clean: ## Remove what was made: environment, database, caches (asks nothing; var/ holds the local database and files)
	rm -rf .venv var .pytest_cache .ruff_cache .mypy_cache .hypothesis htmlcov .coverage
	find $(wildcard portal exchanges workshops startups tests) -name __pycache__ -type d -prune -exec rm -rf {} +

dev: python
	@$(PYTHON) portal/bootstrap.py dev

python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python was not found as '$(PYTHON)': install Python 3.11 or newer, or name it: make run PYTHON=/path/to/python3" >&2; \
	  exit 1; }
