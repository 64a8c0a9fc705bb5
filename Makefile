# make demo    installs what is missing, builds, and answers a question about a real call centre
# make test    all C++ and Python tests, and the examples of README and guide
# make lint    formatting, types, spelling, generated stubs       make tidy    clang-tidy on every C++ file
# make docs    the guide as a site, build/docs/index.html
# make format  lays out C++ and Python                            make stubs   python/backfire/_core.pyi from the module
# make wheel   one wheel as it would be published, tried in an empty environment
# make browser pages, pictures and sliders in Chromium              make notebooks   run again, their outputs compared
# make bench   the speed of everything that was promised a speed  make asan    the tests under sanitizers
# make clean   removes what was built; .venv too with `make distclean`
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-cpp test-python install lint tidy format stubs bench asan consumer wheel docs browser notebooks clean distclean setup-run setup-test

export PATH := $(CURDIR)/.venv/bin:$(PATH)
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
CPP_FILES = $(shell find cpp bindings tests/cpp tests/consumer benchmarks -name '*.hpp' -o -name '*.cpp')

help:
	@sed -n 's/^# //p' $(firstword $(MAKEFILE_LIST))

setup-run:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

demo: setup-run
	@scripts/install.sh
	@scripts/demo.sh

install: setup-test
	@scripts/install.sh

test: test-cpp test-python

test-cpp: setup-test
	@[ -e build/dev/build.ninja ] || cmake --preset dev
	@cmake --build --preset dev -j $(JOBS)
	@ctest --preset dev -j $(JOBS)

test-python: install
	@# The examples of a page build on one another: one worker.
	@python -m pytest README.md docs
	@python -m pytest tests/python --doctest-modules --pyargs backfire -n $(JOBS) --dist worksteal

lint: install
	@clang-format --dry-run -Werror $(CPP_FILES)
	@ruff format --check --quiet
	@ruff check --quiet
	@mypy
	@codespell
	@repo-review . --format json >build/repo-review.json || { repo-review .; exit 1; }
	@scripts/stubs.sh --check

tidy: setup-test
	@[ -e build/tidy/build.ninja ] || cmake --preset tidy -DPython_EXECUTABLE=$(CURDIR)/.venv/bin/python
	@cmake --build --preset tidy -j $(JOBS) -- -k 0

format: setup-test
	@clang-format -i $(CPP_FILES)
	@ruff format --quiet
	@ruff check --fix --quiet

stubs: install
	@scripts/stubs.sh

bench: install
	@scripts/bench.sh

asan: setup-test
	@scripts/asan.sh

browser: install
	@scripts/setup.sh browser
	@python -m pytest tests/browser

notebooks: install
	@python scripts/notebooks.py

consumer: setup-test
	@scripts/consumer.sh

wheel: setup-test
	@scripts/check_wheel.sh

docs: install
	@python -m sphinx -q -W --keep-going -b html docs build/docs
	@echo "docs: build/docs/index.html"

clean:
	rm -rf build .venv/installed

distclean: clean
	rm -rf .venv
