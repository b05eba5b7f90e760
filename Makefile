PYTHON ?= python3

.PHONY: check test ci bench notebooks pictures gallery

check: test
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

test:
	$(PYTHON) -m pytest

ci:
	bash .ci/run

bench:
	$(PYTHON) tests/benchmarks/bench.py
	$(PYTHON) tests/benchmarks/archives.py

notebooks:
	$(PYTHON) notebooks/run.py

pictures:
	$(PYTHON) examples/pictures.py
	$(PYTHON) examples/page_picture.py

gallery:
	$(PYTHON) tests/gallery.py
