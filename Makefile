# Two set-up commands: `make demo` and `make test`. Each needs Python 3.11, git and make, no more.
PYTHON ?= $(shell for p in python3.11 python3 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test check bench lock clean

demo: $(READY)  ## the whole story on the sandbox: connect, test, 60 days, reports
	@$(BIN)/casbah demo

test: check  ## lint, types, import rules, then every test
	$(BIN)/pytest -n 2 --dist loadgroup

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## what landing costs beside parsing, and whether the sandbox is fast enough
	$(BIN)/python -m benchmarks.land
	$(BIN)/python -m benchmarks.sandbox

lock:  ## choose the newest versions that pyproject.toml admits and write them down
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet '.[dev]'
	.venv-lock/bin/pip list --format=freeze --exclude casbah --exclude pip --exclude setuptools > constraints.txt
	rm -rf .venv-lock

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Casbah needs Python 3.11 with venv: install it, or say make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Setting up .venv with exact versions; this takes a minute or two, once."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

clean:
	rm -rf .venv .venv-lock .casbah data/lake
