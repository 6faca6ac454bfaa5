# Python 3.11 or newer and make are all that is needed; the rest comes from requirements.lock.
PYTHON ?= python3
BIN := .venv/bin

# Python keeps what it compiles when it first imports it, whatever the environment says: else each of the many
# processes of a night would compile all libraries anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: nightly test lint compiled lock
.DELETE_ON_ERROR:

# Crawl, normalise, validate, load and release the bundled samples.
nightly: compiled
	@$(BIN)/gongkai nightly

# Every test, on all cores, the long ones (flows) first. Those that need a Debian package say so where it is not
# installed.
test: compiled
	@$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# C of what reads reports, unless it is there or this machine has no C compiler.
compiled: .venv/installed
	@$(BIN)/python -m transforms.compile

# Resolve pyproject.toml anew. Needs uv; everything else does without it.
UV ?= uv
lock:
	$(UV) pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 --group dev --extra cluster --output-file requirements.lock pyproject.toml

# Set up once, and again only when what is locked has changed. The lock names every package, so pip need not
# resolve anything; Python compiles what it imports when it does.
.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3'; exit 1; }
	@echo 'Setting up .venv from requirements.lock'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile \
		-r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
