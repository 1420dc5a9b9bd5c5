# make demo    set up, get the starter literature, index it, answer the article's question
# make test    set up if need be, check style and types, run the tests but the slow ones
# make setup   only the virtual environment in .venv
PYTHON ?= python3
BIN := .venv/bin
INDEX := indexes/default
QUESTION := I feel that I have a fever and cough.
# Seconds that the demo spends on vectors before it answers. Everything is searchable by
# words at once; `make index` computes the vectors that are left.
EMBED_FOR ?= 150
# Test files at a time; each may hold a model, which computes with so many threads.
JOBS ?= 2
THREADS ?= 1

.PHONY: setup demo index test test-all lint format lock clean

setup: .venv/.ready

.venv/.ready: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "medlit needs Python 3.11 or newer; set PYTHON=")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	touch $@

corpora/starter/pubmed21n1298.xml.gz: | .venv/.ready
	$(BIN)/medlit fetch starter --to corpora/starter

demo: setup corpora/starter/pubmed21n1298.xml.gz
	$(BIN)/medlit ingest corpora/starter --index $(INDEX) --embed-for $(EMBED_FOR)
	$(BIN)/medlit ask "$(QUESTION)" --index $(INDEX)

index: setup corpora/starter/pubmed21n1298.xml.gz
	$(BIN)/medlit ingest corpora/starter --index $(INDEX)

lint: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# A worker has a core of its own: with a second thread each they would only wait for each other.
# The files that take longest come first (tests/conftest.py); xdist would put them last.
TESTS = $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder

test: .venv/.ready-dev lint
	OMP_NUM_THREADS=$(THREADS) $(TESTS) -m "not slow"

# the slow ones too, and every command in a process that starts as a user starts it
test-all: .venv/.ready-dev lint
	MEDLIT_TESTS_COLD=1 OMP_NUM_THREADS=$(THREADS) $(TESTS)

format: .venv/.ready-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# New pins. torch stays where pyproject's tested version is: other versions bring CUDA packages.
lock:
	$(PYTHON) -m pip install --quiet pip-tools
	$(PYTHON) -m piptools compile --quiet --extra gguf --strip-extras --no-emit-index-url \
	  --no-emit-find-links --no-annotate --constraint constraints.txt --output-file requirements.lock pyproject.toml
	$(PYTHON) -m piptools compile --quiet --extra gguf --extra ray --extra eval --extra train --extra dev --strip-extras --no-emit-index-url \
	  --no-emit-find-links --no-annotate --constraint requirements.lock \
	  --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
