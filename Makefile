# `make run` and `make test` do their own set-up in .venv; a second call starts at once.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: install run test bench translations pictures clean

install: $(STAMP)

$(STAMP): pyproject.toml packaging/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Lexplain needs Python 3.11 or newer; say which with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c packaging/constraints.txt -e ".[dev,tiny]"
	@touch $(STAMP)

# with a display the window stays open; without one the main job runs offscreen and leaves pictures and the report
run: install
	$(BIN)/lexplain demo --out demo-output

test: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile

# the figures of tests/benchmarks/README.md, one after the other
bench: install
	@set -e; for file in tests/benchmarks/bench_*.py; do \
	  echo "== $$file"; $(BIN)/python -m "tests.benchmarks.$$(basename "$$file" .py)"; done

# window texts -> resources/i18n
translations: install
	$(BIN)/python packaging/translations.py

# what the window looks like everywhere, from small real runs
pictures: install
	$(BIN)/python -m tests.pictures --out demo-output/pictures

clean:
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist demo-output
	find engine gui tests -name __pycache__ -type d -prune -exec rm -rf {} +
