# Two commands matter: `make site` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help env site diagnose explain down test lint unit molecule deploys faults hostile bench report quick guide lock
MAKEFLAGS += --no-print-directory

INVENTORY ?= inventories/sandbox
#: Further arguments for ansible-playbook, for instance ARGS="--check --diff".
ARGS ?=
#: Another set of applications for the sandbox: APPS=guide, those of Ray's own guide.
APPS ?=

# The programs of the control environment come first, wherever make was called from.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
# The sandbox's nodes are privileged containers. For them, and only for them, a user who is not root becomes it.
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo env "PATH=$(PATH)" "ANSIBLE_CONFIG=$(ANSIBLE_CONFIG)")
IS_SANDBOX = $(filter inventories/sandbox,$(patsubst ./%,%,$(patsubst %/,%,$(INVENTORY))))
AS_WHO = $(if $(IS_SANDBOX),$(AS_ROOT))
OF_APPS = $(if $(APPS),-e @examples/$(APPS)/sandbox.yml)

help: ## show this list
	@awk -F ':.*## ' '/^[a-z ]+:.*## / {printf "  make %-22s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  INVENTORY=inventories/mine  real hosts instead of the sandbox;  ARGS="--check --diff"  goes to ansible-playbook'

env: ## make the control environment (.venv) with pinned requirements
	@tools/environment requirements.txt

site: env ## bring the inventory's hosts (by default: a sandbox on this machine) to running applications; APPS=guide
ifneq ($(IS_SANDBOX),)
	@# The playbook does these two, too; here they can say what they are at while it takes long.
	@command -v podman >/dev/null || $(AS_ROOT) ansible localhost -m ray.containers.podman -a bridge_networks=true
	@$(AS_ROOT) python -m tests.nodes up --inventory $(INVENTORY)
	@$(AS_ROOT) ansible-playbook -i $(INVENTORY) playbooks/sandbox.yml $(OF_APPS)
endif
	@$(AS_WHO) ansible-playbook -i $(INVENTORY) playbooks/site.yml $(OF_APPS) $(ARGS)

diagnose: env ## look for known faults on the inventory's hosts, with cause and remedy
	@$(AS_WHO) ansible-playbook -i $(INVENTORY) playbooks/diagnose.yml $(ARGS)

explain: env ## tell where each environment variable of the applications comes from (APP=numerals for one of them)
	@$(AS_WHO) ansible-playbook -i $(INVENTORY) playbooks/explain.yml $(if $(APP),-e app=$(APP)) $(ARGS)

down: env ## remove the sandbox without a trace
	@$(AS_ROOT) ansible-playbook -i inventories/sandbox playbooks/sandbox-down.yml

test: ## run every check and test there is, from nothing
	@tools/environment requirements-test.txt
	@$(AS_ROOT) python -m tests.checks

quick: ## lint what changed since main, and run the unit tests that it concerns: seconds, without the tools of `make test`
	@tools/environment requirements-quick.txt
	@python -m tests.checks.quick

lint unit molecule: ## run one part of `make test`
	@tools/environment requirements-test.txt
	@$(if $(filter molecule,$@),$(AS_ROOT)) python -m tests.checks $@

guide: ## build, deploy and ask the two applications of Ray's guide on a node of their own (3 GB of images)
	@tools/environment requirements-test.txt
	@$(AS_ROOT) molecule test --scenario-name guide

faults: ## make every fault of tests/faults on a cluster of its own, diagnose and heal it; writes docs/faults.md
	@tools/environment requirements-test.txt
	@$(AS_ROOT) env FAULTS=all molecule test --scenario-name faults

hostile: ## an application that attacks its nodes, from bare machines on; what it did not bring about is listed by the tests
	@tools/environment requirements-test.txt
	@$(AS_ROOT) molecule test --scenario-name hostile

deploys: ## every kind of change and failure of a deploy under load, on nodes of their own
	@tools/environment requirements-test.txt
	@$(AS_ROOT) env DEPLOYS=all molecule test --scenario-name deploy

bench: ## hold the site against a plain playbook on the same nodes; writes build/bench.json
	@tools/environment requirements-test.txt
	@$(AS_ROOT) python -m tests.bench

report: ## look at the report's page in a headless Chromium: on a phone, in the dark, by keyboard, on paper; with axe-core
	@tools/environment requirements-test.txt chromium npm
	@PYTHONPATH=collections python -m tests.report

lock: ## renew requirements*.txt from the groups in pyproject.toml
	@tools/environment requirements-test.txt
	@uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --group control -o requirements.txt
	@uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --group quick -c requirements.txt -o requirements-quick.txt
	@uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --group test -c requirements-quick.txt -o requirements-test.txt
