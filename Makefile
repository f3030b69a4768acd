# make demo: the talks of the shipped scenario; make serve: the page; make test: every check. Each makes the environment it needs.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
STAMP   = $(VENV)/.installed
TESTING = $(VENV)/.testing
SERVING = $(VENV)/.serving

.PHONY: demo serve test suite shipped check clean
.DELETE_ON_ERROR:

demo: $(STAMP)
	$(BIN)/detente talks may-2018 --out detente-out/may-2018-talks

serve: $(SERVING)
	$(BIN)/detente serve --open

# at once: types are checked and a scenario is run by one process, and no core waits for the other
test: $(TESTING)
	$(MAKE) --no-print-directory --jobs 2 check suite shipped

# processes that tests start load what an earlier one compiled, whatever the environment says
suite: export PYTHONDONTWRITEBYTECODE =
suite: $(TESTING)
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

shipped: $(TESTING)
	$(BIN)/detente run may-2018 --out detente-out/may-2018

check: $(TESTING)
	$(BIN)/ruff check src tests tools replications benchmarks
	$(BIN)/ruff format --check src tests tools replications benchmarks
	$(BIN)/basedpyright

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(STAMP): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(SERVING): $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[serve]'
	touch $@

# in one go, and without compiling the modules that no test loads
$(TESTING): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable '.[test]'
	touch $(STAMP) $@

clean:
	rm -rf $(VENV) detente-out
