# Commands for newcomers, developers and CI. `make` lists them.

PORT ?= 8000
PYTHON_BIN := .venv/bin/python
DEMO := DEBUG=on DATABASE_URL=sqlite:///var/demo.sqlite3 PUBLIC_URL=http://127.0.0.1:$(PORT)
# Settings for commands that need a configured program, but no installation.
CHECKED := SECRET_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF SECRETS_KEY=only-for-checks-ABCDEF-abcdefghijklmnopqrstuvwxyz-0123456789 ALLOWED_HOSTS=localhost DATABASE_URL=sqlite://:memory:

# What an owner states, so that the checks find nothing missing.
STATED := OWNER_NAME=Checks OWNER_COUNTRY=SE CONTACT_EMAIL=checks@example.org CONTACT_PHONE=112 ACCESSIBILITY_STATUS=not ACCESSIBILITY_ASSESSED=2026-01-01 ACCESSIBILITY_METHOD=self DATA_PROTECTION_EMAIL=checks@example.org PRIVACY_GROUNDS='{"reviews": "-", "interviews": "-", "follow_up": "-", "comparison": "-", "access": "-"}'

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: ## Install everything, load demo data and serve it on http://127.0.0.1:$(PORT)
	@.ci/port $(PORT)
	@.ci/install requirements.lock
	@.ci/system pango
	@$(DEMO) exec $(PYTHON_BIN) manage.py serve_demo $(PORT)

.PHONY: test
test: ready ## Run the whole suite: SQLite, PostgreSQL and browser
	@$(PYTHON_BIN) -m tests.run

.PHONY: quick
quick: ready ## Run the quick tests: SQLite, no browser, no PDF
	@$(PYTHON_BIN) -m tests.run quick

.PHONY: test-deploy
test-deploy: ready ## Run nginx, the units, full disks and the roles of the database (as root)
	@.ci/system nginx systemd
	@sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; \
	$$sudo $(PYTHON_BIN) -B -m pytest -n0 -p no:cacheprovider tests/deploy --ignore tests/deploy/test_container.py

.PHONY: test-container
test-container: ready ## Follow the steps of the Containerfile in a bare Debian (as root, needs the registries)
	@.ci/system nginx debootstrap
	@sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n --preserve-env=PIP_CERT,PIP_INDEX_URL"; \
	$$sudo $(PYTHON_BIN) -B -m pytest -n0 -p no:cacheprovider tests/deploy/test_container.py

.PHONY: soak
soak: ready ## Kill, fill, cut and crowd a served program on both engines, then test-container and test-deploy (as root)
	@.ci/system cc nginx
	@sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -n"; $$sudo $(PYTHON_BIN) -B -m tests.run soak
	@$(MAKE) test-container test-deploy

.PHONY: check
check: ready ## Check style, types, scripts, deployment settings, migrations, catalogues and the cost of pages
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint --lint --quiet templates
	@.ci/scripts
	$(CHECKED) .venv/bin/mypy .
	$(CHECKED) $(STATED) BEHIND_PROXY=on MAIL_FROM=checks@example.org $(PYTHON_BIN) manage.py check --deploy --fail-level WARNING
	$(CHECKED) $(PYTHON_BIN) manage.py makemigrations --check --dry-run
	$(CHECKED) $(PYTHON_BIN) manage.py catalogues --check
	@.ci/placeholders
	@.ci/system valgrind
	@$(CHECKED) $(PYTHON_BIN) -m tests.bench --short

.PHONY: bench
bench: ready ## Measure pages, saves, documents, exports and a server; compare with budgets and the run before
	@.ci/system valgrind
	@$(CHECKED) $(PYTHON_BIN) -m tests.bench

.PHONY: measure
measure: ## Report figures about the code, each with its goal
	@python=$$(.ci/python) && $$python -m tests.measure

.PHONY: screenshots
screenshots: ready ## Take the pictures of the README and the user guide again
	$(PYTHON_BIN) -m tests.screenshots

.PHONY: catalogues
catalogues: installed ## Collect the texts of the interface into the catalogues and compile them
	$(CHECKED) $(PYTHON_BIN) manage.py catalogues

.PHONY: reading
reading: ready ## Write a sheet of sentences for a native reader: make reading LANGUAGE=fi
	@$(DEMO) $(PYTHON_BIN) manage.py prepare_demo
	@$(DEMO) DJANGO_SETTINGS_MODULE=ipsfidelity.settings $(PYTHON_BIN) -m tests.reading_sheet $(LANGUAGE) var/reading-$(LANGUAGE).xlsx

.PHONY: locks
locks: ## Pin and hash the newest packages that pyproject.toml and tests/js/package.json allow
	$(PYTHON_BIN) -m pip install --quiet uv
	.venv/bin/uv pip compile pyproject.toml $(LOCK) --output-file requirements.lock
	.venv/bin/uv pip compile pyproject.toml --group dev --constraint requirements.lock $(LOCK) --output-file requirements-dev.lock
	PATH=$(CURDIR)/.venv/bin:$$PATH npm update --prefix tests/js --package-lock-only
LOCK := --quiet --upgrade --universal --python-version 3.12 --generate-hashes --no-emit-index-url --custom-compile-command "make locks"

.PHONY: audit
audit: ready ## Check the locked packages for known vulnerabilities
	.venv/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip

.PHONY: installed
installed:
	@.ci/install requirements-dev.lock
	@.ci/system pango chromium poppler java

.PHONY: ready
ready: installed
	@$(CHECKED) $(PYTHON_BIN) manage.py catalogues --compile
