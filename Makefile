# Everything a newcomer types. ARGS is handed on: make test ARGS="tests/unit -k admit"
SHELL := /bin/bash
UV := .tools/bin/uv
ARGS ?=
MEMBERS := shared/contract shared/pseudonym shared/runtime shared/partner shared/simulator \
           services/ingest services/linker services/indicators services/notifier deploy/local

.PHONY: setup setup-test demo test test-compose check bench docs lock
setup: ## uv, the locked environment, the members editable, a JDK and Kafka's jars
	@deploy/setup.sh

setup-test: setup ## also a browser for the pages, and Prometheus' tools for the alarms
	@deploy/setup.sh tests

demo: setup ## a synthetic region, live
	@.venv/bin/vangnet demo $(ARGS)

test: setup-test ## two folders of tests at a time, each with its own servers (tests/conftest.py)
	@.venv/bin/python -m pytest -n 2 $(ARGS)

test-compose: setup-test ## docker-compose.yml on the engine that DOCKER_HOST names
	@.venv/bin/python -m pytest tests/compose $(ARGS)

check: setup ## format, lint, types, imports, generated files
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports

bench: setup
	@.venv/bin/python -m benchmarks $(ARGS)

docs: setup ## the pages that are made from the code
	@.venv/bin/python -m vangnet_contract.asyncapi docs/contract
	@.venv/bin/python deploy/licences.py > docs/licences.md
	@.venv/bin/python -m vangnet_notifier.domain.lifecycle_page > docs/lifecycle.md
	@.venv/bin/python -m vangnet_runtime.metrics_page $(foreach p,runtime ingest linker indicators notifier,vangnet_$(p)) > docs/metrics.md

lock: ## requirements.lock anew: hashes, no addresses
	@$(UV) pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url -q --group dev \
	  --custom-compile-command "make lock" $(foreach m,$(MEMBERS),--no-emit-package vangnet-$(notdir $(m))) \
	  $(addsuffix /pyproject.toml,$(MEMBERS)) -o requirements.lock
