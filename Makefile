# The Python of the environment that CONTRIBUTING.md sets up, where there is one.
PYTHON ?= $(firstword $(wildcard .venv/bin/python) python3)

.PHONY: check test ci lint newest floor slow wheel browser bench notebooks pictures gallery

check: test lint

test:
	$(PYTHON) -m pytest

# -- what CI runs, a stage each; `newest` and `floor` make their own environments ----------------

LOWEST ?= $(firstword $(shell bash .ci/pythons))
NEWEST ?= $(lastword $(shell bash .ci/pythons))
WORK ?= .venvs
BROWSER = test_browser.py page/test_in_browser.py
LONG = plots/test_layout.py plots/test_marks.py page datasets formats/test_faults.py formats/test_texts.py \
	intake/test_corpus.py core/test_work.py test_any_argument.py test_archives.py test_benchmarks.py \
	test_git.py test_hostile.py test_laws.py test_recipes.py test_wings.py

ci:
	bash .ci/run

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

# The README's first two commands as they stand, in a copy, with the newest Python and what pip takes.
newest:
	rm -rf $(WORK)/newest
	mkdir -p $(WORK)/newest
	git ls-files -z | tar --null -T - -cf - | tar -xf - -C $(WORK)/newest
	cd $(WORK)/newest && sed -n 's:^python3\( -m venv.*\):$(NEWEST)\1 || exit 1:p' README.md | bash -x

# The lowest versions that pyproject.toml declares, with the lowest Python. How charts and pages lie,
# and what random ledgers give, depends on them little and takes most of the time.
floor: $(WORK)/floor/made
	$(WORK)/floor/bin/pip install -q --no-deps .
	$(WORK)/floor/bin/python -m pytest -p no:cacheprovider -m "not hypothesis" $(addprefix --ignore=tests/,$(LONG) $(BROWSER))

# Environments, made anew where what they need has changed.
$(WORK)/floor/made: pyproject.toml
	$(LOWEST) -m venv --clear $(@D)
	$(@D)/bin/pip install -q $$($(LOWEST) .ci/lowest.py)
	touch $@

$(WORK)/all/made: pyproject.toml
	$(LOWEST) -m venv --clear $(@D)
	$(@D)/bin/pip install -q -e ".[test,parquet,excel,bench,dask,dev]"
	touch $@

# Many random ledgers, charts in every style, notebooks, and what only other extras can test.
slow:
	HYPOTHESIS_PROFILE=many $(PYTHON) -m pytest -p no:cacheprovider -m "slow or hypothesis or extra" $(addprefix --ignore=tests/,$(BROWSER))

wheel:
	bash .ci/wheel $(PYTHON) $(WORK)/wheel

browser:
	bash .ci/browser $(PYTHON)

# -- what is looked at ------------------------------------------------------------------------

bench:
	$(PYTHON) tests/benchmarks/bench.py
	$(PYTHON) tests/benchmarks/copies.py
	$(PYTHON) tests/benchmarks/growth.py

notebooks:
	$(PYTHON) notebooks/run.py

pictures:
	$(PYTHON) examples/pictures.py
	$(PYTHON) examples/page_picture.py

gallery:
	$(PYTHON) tests/gallery.py
