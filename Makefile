# Every target does its own set-up. `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

NOT_LOCKED := torch triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti \
	nvidia-cuda-nvrtc nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand \
	nvidia-cusolver nvidia-cusparse nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink \
	nvidia-nvshmem-cu13 nvidia-nvtx
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	--quiet $(foreach name,$(NOT_LOCKED),--no-emit-package $(name))

.DEFAULT_GOAL := help
.PHONY: help install demo up test check fmt bench bench-engine bench-families bench-campaign faults fonts lock starter clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Make the virtual environment with everything in it

$(INSTALLED): requirements-dev.lock pyproject.toml .ci/install
	@PYTHON="$(PYTHON)" VENV="$(VENV)" .ci/install
	@touch $@

demo: $(INSTALLED) ## Start the stack, run real jobs, check every result, write build/demo
	@BOTTEGA_DEMO_INSTALL_SECONDS="$$(cat $(VENV)/.install-seconds)" $(BIN)/bottega demo

up: $(INSTALLED) ## Start the stack and stay up until Ctrl-C
	@$(BIN)/bottega up

test: $(INSTALLED) ## Run the whole suite against real servers
	@$(BIN)/python -m pytest

check: $(INSTALLED) ## Lint, types, import directions, migrations in step with the models
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/integration/schema

fmt: $(INSTALLED) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED) ## Measure, print one table, write build/bench
	@$(BIN)/python -m tests.benchmarks

bench-engine: $(INSTALLED) ## Measure the job engine, print its table, write build/bench/engine.json
	@$(BIN)/python -m tests.benchmarks.engine

bench-families: $(INSTALLED) ## Measure the families, print their table, write build/bench/families.json
	@$(BIN)/python -m tests.benchmarks.families

bench-campaign: $(INSTALLED) ## Measure campaigns, print their table, write build/bench/campaign.json
	@$(BIN)/python -m tests.benchmarks.campaign

faults: $(INSTALLED) ## Inject every fault of the matrix, print the table, write build/faults.json (MINUTES=20 adds a mix)
	@$(BIN)/python -m tests.faults $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--mix-minutes $(MINUTES))

starter: $(INSTALLED) ## Train the starter models again from nothing (hours on two cores)
	$(BIN)/python -m worker.starter.adcopy.recipe --out build/starter/adcopy
	$(BIN)/python -m worker.starter.backdrops.recipe --out build/starter/backdrops

fonts: $(INSTALLED) ## Cut the font pack again from Debian's packages (FONTS=/usr/share/fonts)
	$(BIN)/python -m worker.compositing.fonts.subset --source $(or $(FONTS),/usr/share/fonts)

lock: ## Pin every dependency but torch by hash (needs uv)
	$(COMPILE) --extra models -o requirements.lock
	$(COMPILE) --all-extras -o requirements-dev.lock

clean: ## Remove what was built, not the data in .bottega
	rm -rf build dist $(VENV)
