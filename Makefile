# Two commands matter: `make site` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help env site diagnose down test lint unit molecule bench lock
MAKEFLAGS += --no-print-directory

INVENTORY ?= inventories/sandbox
#: Further arguments for ansible-playbook, for instance ARGS="--check --diff".
ARGS ?=

# The programs of the control environment come first, wherever make was called from.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
IS_SANDBOX = $(filter inventories/sandbox,$(patsubst ./%,%,$(patsubst %/,%,$(INVENTORY))))

help: ## show this list
	@awk -F ':.*## ' '/^[a-z ]+:.*## / {printf "  make %-22s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  INVENTORY=inventories/mine  real hosts instead of the sandbox;  ARGS="--check --diff"  goes to ansible-playbook'

env: ## make the control environment (.venv) with pinned requirements
	@tools/environment requirements.txt

site: env ## bring the inventory's hosts (by default: a sandbox on this machine) to running applications
ifneq ($(IS_SANDBOX),)
	@ansible-playbook playbooks/sandbox.yml $(ARGS)
endif
	@ansible-playbook -i $(INVENTORY) playbooks/site.yml $(ARGS)

diagnose: env ## look for known faults on the inventory's hosts, with cause and remedy
	@ansible-playbook -i $(INVENTORY) playbooks/diagnose.yml $(ARGS)

down: env ## remove the sandbox without a trace
	@ansible-playbook playbooks/sandbox-down.yml $(ARGS)

test: ## run every check and test there is, from nothing
	@tools/environment requirements-test.txt
	@python -m tests.checks

lint unit molecule: ## run one part of `make test`
	@tools/environment requirements-test.txt
	@python -m tests.checks $@

bench: ## hold the site against a plain playbook on the same nodes; writes build/bench.json
	@tools/environment requirements-test.txt
	@python -m tests.bench

lock: ## renew requirements*.txt from the groups in pyproject.toml
	@tools/environment requirements-test.txt
	@uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --group control -o requirements.txt
	@uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --group test -o requirements-test.txt
