# IPS fidelity: everything a newcomer, a developer and CI run. `make` lists it.

PORT ?= 8000
PYTHON_BIN := .venv/bin/python
DEMO := DEBUG=on DATABASE_URL=sqlite:///var/demo.sqlite3 PUBLIC_URL=http://127.0.0.1:$(PORT)
# Settings for commands that need a configured program but no installation of one's own.
CHECKED := SECRET_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF ALLOWED_HOSTS=localhost DATABASE_URL=sqlite://:memory:

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: ## Set everything up with demo data and serve it on http://127.0.0.1:$(PORT)
	@.ci/port $(PORT)
	@.ci/install requirements.lock
	@.ci/system pango
	@$(DEMO) $(PYTHON_BIN) manage.py catalogues --compile
	@$(DEMO) $(PYTHON_BIN) manage.py prepare_demo
	@.ci/port $(PORT) # once more: the first time takes a minute or two
	@echo "Ready: http://127.0.0.1:$(PORT)   (stop with Ctrl+C)"
	@$(DEMO) exec .venv/bin/gunicorn ipsfidelity.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --timeout 120 --log-level warning

.PHONY: test
test: ready ## Run the whole suite: SQLite, PostgreSQL, browser
	@$(PYTHON_BIN) -m tests.run

.PHONY: quick
quick: ready ## Run what is quick: SQLite, no browser, no PDF
	@$(PYTHON_BIN) -m tests.run quick

.PHONY: check
check: ready ## Lint, types, scripts, deployment check, migrations, catalogues
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint --lint --quiet templates
	@.ci/scripts
	$(CHECKED) .venv/bin/mypy .
	$(CHECKED) $(PYTHON_BIN) manage.py check --deploy --fail-level WARNING
	$(CHECKED) $(PYTHON_BIN) manage.py makemigrations --check --dry-run
	$(CHECKED) $(PYTHON_BIN) manage.py catalogues --check
	@.ci/placeholders

.PHONY: bench
bench: ready ## Measure pages, saving and PDFs against floors of the same run
	$(CHECKED) $(PYTHON_BIN) -m tests.bench

.PHONY: measure
measure: ## Report the size and shape of the code, each figure with its goal
	@python=$$(.ci/python) && $$python -m tests.measure

.PHONY: screenshots
screenshots: ready ## Make the README's pictures anew
	$(PYTHON_BIN) -m tests.screenshots

.PHONY: catalogues
catalogues: ready ## Collect the interface's texts into the catalogues and compile them
	$(CHECKED) $(PYTHON_BIN) manage.py catalogues

.PHONY: locks
locks: ## Pin and hash the newest packages that pyproject.toml and tests/js/package.json allow
	$(PYTHON_BIN) -m pip install --quiet uv
	.venv/bin/uv pip compile pyproject.toml $(LOCK) --output-file requirements.lock
	.venv/bin/uv pip compile pyproject.toml --group dev --constraint requirements.lock $(LOCK) --output-file requirements-dev.lock
	PATH=$(CURDIR)/.venv/bin:$$PATH npm update --prefix tests/js --package-lock-only
LOCK := --quiet --upgrade --universal --python-version 3.12 --generate-hashes --no-emit-index-url --custom-compile-command "make locks"

.PHONY: audit
audit: ready ## Look the locked packages up in the list of known weaknesses
	.venv/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip

.PHONY: ready
ready:
	@.ci/install requirements-dev.lock
	@.ci/system pango chromium poppler
	@$(CHECKED) $(PYTHON_BIN) manage.py catalogues --compile
