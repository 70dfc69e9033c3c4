# Two commands on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
ARGS   ?=

.PHONY: demo test serve bench chaos lock lint types clean

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.run: requirements.lock | $(BIN)/uv
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@rm -f $(VENV)/.test && touch $@

$(VENV)/.test: requirements-test.lock | $(BIN)/uv
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-test.lock
	@touch $(VENV)/.run $@

# Whoever already has the test tools keeps them: the running set is a part of them.
demo: $(if $(wildcard $(VENV)/.test),$(VENV)/.test,$(VENV)/.run)
	$(BIN)/python -m bot demo $(ARGS)

serve: $(if $(wildcard $(VENV)/.test),$(VENV)/.test,$(VENV)/.run)
	$(BIN)/python -m bot serve $(ARGS)

# Bytecode is kept even where the environment says otherwise: every program that a test starts would compile everything anew.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.test lint types
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check .

types: $(VENV)/.test
	$(BIN)/mypy

bench: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks $(ARGS)

chaos: $(VENV)/.test
	$(BIN)/python -m tests.chaos $(ARGS)

lock: | $(BIN)/uv
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-header --output-file requirements.lock pyproject.toml
	$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-header --extra test --output-file requirements-test.lock pyproject.toml

clean:
	rm -rf $(VENV) var
