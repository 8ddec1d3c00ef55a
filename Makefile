# Clavier, by `make`. Alone it lists what can be made.
export PYTHONPATH := platform:.
OLD_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c '$(OLD_ENOUGH)' 2>/dev/null && echo $$p && break; done)
RUN := .venv/bin/python
# The checks read the settings but speak to no server.
SETTINGS := SECRET_KEY=checks DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0

.DEFAULT_GOAL := help
.PHONY: help packages demo demo-reset servers test check doctor lock node_modules chaos bench-grade bench-upload load-waiting sim-school mutate-permissions pictures clean

help:  ## List what can be made
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "  make %-19s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

packages:  ## Make .venv and node_modules as locked (every other target does it for itself)
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(OLD_ENOUGH)' || { echo "Clavier needs Python 3.11 or newer, and none was\
	 found; install python3.11 with python3.11-venv, or name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m launcher.install

demo: packages  ## Start the whole site with its demo school, and print its address and sign-ins
	@$(RUN) -m launcher demo

demo-reset: packages  ## Begin the demo anew: forgets its database, recordings and models
	@$(RUN) -m launcher reset
	@$(RUN) -m launcher demo

servers: packages  ## Only database and broker, in the foreground
	@$(RUN) -m launcher servers

test: packages  ## Run the tests; ARGS goes to pytest: make test ARGS="tests/core -x"
	@$(RUN) -m pytest $(ARGS)

check: packages  ## Style, types, import contracts, missing migrations, templates, scripts
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(SETTINGS) $(RUN) -m mypy platform grading
	.venv/bin/lint-imports
	$(SETTINGS) $(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(RUN) -m djlint templates --lint --quiet
	.venv/bin/node node_modules/eslint/bin/eslint.js static/js

doctor: packages  ## Say how the site is: versions, servers, workers, disk, champion
	@$(RUN) -m launcher run manage.py doctor

chaos: packages  ## Kill every part of the site at random moments; every submission must still be graded once
	@$(RUN) -m tests.chaos $(ARGS)

bench-grade: packages  ## Time grading against the usual way; fails unless it is many times cheaper and says the same
	@$(RUN) -m ml benchmark grade $(ARGS)

bench-upload: packages  ## Time 1 GB by ten clients against a plain Django view and Label Studio; ARGS="--clients 4"
	@$(RUN) -m tests.bench_upload $(ARGS)

load-waiting: packages  ## Let 3,000 pages wait at once, and time an ordinary page beside them; ARGS="--pages 500"
	@$(RUN) -m tests.load_waiting $(ARGS)

sim-school: packages  ## Live a school's year through the learning loop, and try what is claimed of it; ARGS="--years 1"
	@$(RUN) -m tests.sim_school $(ARGS)

mutate-permissions: packages  ## Take every permission check away, one at a time; the tests must turn red each time
	@$(RUN) -m pytest tests/mutants/run.py $(ARGS)

pictures: packages  ## Take the pictures of docs/ anew, from a demo of its own or ARGS="--url http://127.0.0.1:8000"
	@$(RUN) -m tests.pictures $(ARGS)

lock: packages  ## Make requirements.txt anew from requirements.in, and package-lock.json from package.json
	@# moviepy 2.2.1 asks for pillow < 12, which has published holes; triton is not needed to run on a CPU.
	printf 'pillow>=12\n' | .venv/bin/uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --override - --no-emit-package triton requirements.in -o requirements.txt
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

node_modules: packages  ## Fetch the locked front-end libraries

clean:  ## Remove .venv, node_modules and caches; keeps var/
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
