# The two commands of README, and what a contributor needs. Everything lives in .venv; nothing is installed elsewhere.
#   make run                              open the window
#   make run PHOTOS=folder QUERY="a dog"  index a folder and print what was found, without a window
#   make test, make lint, make bench; make bench ARGS="--scale 100000 --work FOLDER": what a library of that size costs
#   make package                          what this system can build of what people install, into dist; see packaging/RELEASING.md
#   make test ARGS=tests/test_settings.py one file, in one process; of all the rest, several processes take their share

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Where PyTorch keeps its builds without CUDA. Where it cannot be reached, pip takes what its own index has.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
PYTEST ?= $(BIN)/python -m pytest

.PHONY: run test lint types bench pins package clean
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp
ifdef PHOTOS
	$(BIN)/python -m desktop_app index "$(PHOTOS)" || [ $$? -eq 1 ]
	$(if $(QUERY),$(BIN)/python -m desktop_app search "$(QUERY)")
else
	$(BIN)/python -m desktop_app
endif

test: $(VENV)/test.stamp
	$(PYTEST) -n auto $(ARGS)

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --no-print-directory --output-sync --jobs 2 types types-win32 types-darwin
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet .github

types:
	$(BIN)/mypy

types-%:
	$(BIN)/mypy --platform $* --cache-dir .mypy_cache/$* -p desktop_app

bench: $(VENV)/test.stamp
	$(BIN)/python -m tests.benchmarks $(ARGS)

# After a change of a pinned file: what a release is built from, with the SHA-256 of every file the index has of it.
pins:
	for name in requirements requirements-build requirements-sbom; do \
	  uv pip compile --quiet --universal --python-version 3.11 --no-deps --generate-hashes --no-annotate \
	    --custom-compile-command "make pins" --output-file packaging/hashed/$$name.txt packaging/$$name.txt || exit 1; \
	done

package: $(VENV)/test.stamp
	$(BIN)/python packaging/build.py all

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: on Debian, apt-get install python3-venv"; exit 1; }

# --no-deps: the pinned files name everything, so nothing else can come in.
# compileall: where the environment keeps Python from writing bytecode, as in many containers, each start would compile it all.
$(VENV)/run.stamp: packaging/requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) install --no-deps -r packaging/requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q desktop_app
	touch $@

# The program runs without PyTorch; the tests compare it with PyTorch.
$(VENV)/test.stamp: packaging/requirements-test.txt packaging/requirements-sbom.txt packaging/requirements-torch.txt $(VENV)/run.stamp
	$(PIP) install --no-deps --retries 1 --extra-index-url $(TORCH_INDEX) -r packaging/requirements-torch.txt
	$(PIP) install --no-deps -r packaging/requirements-test.txt -r packaging/requirements-sbom.txt
	touch $@
