# Every step leaves a stamp, so a second run redoes only what its inputs changed.
PY := .venv/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r
LOCK := $(PY) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock"
# What comes with torch comes in the build that its user chose, so no lock names it.
NO_TORCH := $(addprefix --no-emit-package=,torch cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas \
	nvidia-cuda-cccl nvidia-cuda-cupti nvidia-cuda-nvrtc nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft \
	nvidia-cufile nvidia-cusolver nvidia-cusparse nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink \
	nvidia-nvshmem-cu13 nvidia-nvtx triton)
SETUP := .venv/.run node_modules/.package-lock.json
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

.PHONY: run
run: setup ## Set up what is missing, then serve (PORT, HOST and DATA_DIR are honoured)
	@$(PY) -m app.serve

.PHONY: setup
setup: $(SETUP) ## Everything that `make run` needs, without serving
	@$(PY) -m app.assets

.PHONY: test
test: setup .venv/.dev node_modules/.dev ## Every test this machine can run; what it skips is named with its reason (ARGS="-k word")
	@$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: check
check: $(SETUP) .venv/.dev ## Style, types, floors, templates and locks
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m djlint templates --lint --quiet
	$(PY) -m pytest -q tests/setup/test_locks.py

.PHONY: bench
bench: setup .venv/.dev node_modules/.dev ## Run every benchmark of benchmarks/
	@for file in $(wildcard benchmarks/[a-z]*.py); do echo "== $$file"; $(PY) -m benchmarks.$$(basename "$$file" .py) || exit; done

.PHONY: documents
documents: ## LibreOffice for documents and bubblewrap for the sandbox (Debian and Ubuntu, as root or by sudo)
	@scripts/documents

TORCH ?= torch==2.13.0
ifneq ($(origin TORCH),file)
.PHONY: .venv/.diffusers # whoever names a build wants that one, whichever is there
endif
.PHONY: diffusers
diffusers: setup .venv/.diffusers ## Diffusion models: PyTorch and diffusers, 1 to 6 GB (TORCH="torch==…" for another build)

.PHONY: gallery
gallery: setup ## One page with a picture of every style and setting of the illustrator
	@$(PY) -m app.engines.illustrator.gallery

.PHONY: lock
lock: .venv/.dev ## Pin what pyproject.toml asks for; add ARGS=--upgrade for newer versions
	$(LOCK) $(ARGS) pyproject.toml -o requirements/run.txt
	$(LOCK) $(ARGS) --group dev -c requirements/run.txt -o requirements/dev.txt
	$(LOCK) $(ARGS) --extra diffusers $(NO_TORCH) -c requirements/run.txt pyproject.toml -o requirements/diffusers.txt
	$(LOCK) $(ARGS) --group node -o requirements/node.txt

.PHONY: clean
clean: ## Remove what set-up made; never DATA_DIR
	rm -rf .venv node_modules build static/vendor

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(PY):
	@scripts/venv

.venv/.run: requirements/run.txt $(PY)
	@echo "Installing Python packages into .venv: about a minute"
	@$(INSTALL) $<
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	@echo "Installing what tests and checks need into .venv"
	@$(INSTALL) $<
	@touch $@

.venv/.diffusers: requirements/diffusers.txt .venv/.run
	@echo "Installing PyTorch and diffusers into .venv: some minutes"
	@$(PY) -m pip install --quiet --disable-pip-version-check $(TORCH)
	@$(INSTALL) $<
	@touch $@

node_modules/.package-lock.json: package-lock.json .npmrc requirements/node.txt .venv/.run
	@echo "Installing what the browser needs into node_modules"
	@scripts/npm-ci --omit=dev
	@touch $@

node_modules/.dev: package-lock.json node_modules/.package-lock.json
	@echo "Installing what browser tests and benchmarks need into node_modules"
	@scripts/npm-ci
	@touch node_modules/.package-lock.json $@
