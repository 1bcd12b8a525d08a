# Two commands for a newcomer: `make demo` and `make test`. Needs Python 3.11 or newer, nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: demo test check test-slow bench wheel lock clean

demo: $(VENV)/run.stamp
	@$(BIN)/taxoloom demo

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

test-slow: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n 2 -m slow

check: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	mkdir -p .typecheck && ln -sfn .. .typecheck/taxoloom
	cd .typecheck && MYPYPATH=. ../$(BIN)/mypy --config-file ../pyproject.toml -p taxoloom

bench: $(VENV)/test.stamp
	for one in overhead load plan judges rules duplicates diversity; do $(BIN)/python benchmarks/$$one.py || exit 1; done

wheel: $(VENV)/test.stamp
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

# Rewrites the pins. Names, versions and hashes only: no host is recorded.
lock: $(VENV)/test.stamp
	$(PIP) uv
	for set in test run; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	    $$( [ $$set = test ] && echo "--group test" || echo "-c requirements/test.txt" ) \
	    pyproject.toml requirements/build.in -o requirements/$$set.txt || exit 1; \
	done

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "taxoloom needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing into $(VENV) (once)"
	@$(PIP) --require-hashes -r requirements/run.txt
	@PYTHONWARNINGS=ignore $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	@$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

clean:
	rm -rf $(VENV) .typecheck build dist *.egg-info
