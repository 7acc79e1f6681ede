# Everything a developer runs. The packages come from the lock files in requirements/ and go
# into .venv; the scripts below do nothing when that has been done already.

SHELL := /bin/bash
PY := .venv/bin/python
# Tests run in this many processes; 0 runs them in one, which is what a debugger needs.
WORKERS ?= auto
# More for pytest, for instance: make test ARGS="-k rollups"
ARGS ?=
DEMO_OUT ?= demo-out
# What is measured: a WARC of pages (that of the real data, which may not be passed on; or one made
# from free documentation) and the number of links in the index.
DATA := $(or $(BACKLIT_SHARED_DATA),../shared/data)
WARC ?= $(or $(wildcard $(DATA)/pages/pages-dev.warc.gz),build/docs.warc.gz)
ROWS ?= 10000000
# Edges of the made-up web graph; python-graphblas needs 200 bytes of memory for each.
EDGES ?= 10000000

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench soak clean distclean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: ## install backlit and what it needs to run into .venv
	@scripts/setup_venv.sh runtime

demo: setup ## the whole road on real pages: index, profiles, reports
	@$(PY) scripts/demo.py --out $(DEMO_OUT)

test: ## all tests, the long ones in short
	@scripts/setup_venv.sh test
	@scripts/setup_browser.sh
	@$(PY) -m pytest -n $(WORKERS) $(ARGS)

lint: ## style and types
	@scripts/setup_venv.sh dev
	@$(PY) -m ruff check .; style=$$?; \
	$(PY) -m mypy && exit $$style

bench: ## speed of extraction, of the index, the graph and its releases, beside other tools (long; wants a quiet machine)
	@scripts/setup_venv.sh bench
	@test -f $(WARC) || $(PY) benchmarks/make_warc.py $(WARC)
	@$(PY) benchmarks/extraction.py $(WARC); extraction=$$?; \
	$(PY) benchmarks/graph.py --edges $(EDGES); graph=$$?; \
	$(PY) benchmarks/release.py; release=$$?; \
	$(PY) benchmarks/index.py --rows $(ROWS) && exit $$((extraction + graph + release))

soak: ## the long tests: kills at random instants, damaged input, generated requests
	@scripts/setup_venv.sh test
	@BACKLIT_KILLS=50 BACKLIT_FUZZ=10000 BACKLIT_API_SECONDS=300 $(PY) -m pytest tests/soak $(ARGS)

clean: ## remove what was made, but not .venv
	@rm -rf build dist $(DEMO_OUT) backlit-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find src tests scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove what was made, and .venv
	@rm -rf .venv src/backlit.egg-info
