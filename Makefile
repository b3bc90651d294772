# Two commands: `make start` runs the portal, `make test` runs every test.
# Both set up what is missing first; second runs skip what is done.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup start dev test lint bench soak clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## Bring Node, Yarn, node modules, uv and the Python environment
	@scripts/setup.sh

start: ## Run the portal with pipelines on this machine (http://localhost:7007)
	@scripts/setup.sh --start
	@. scripts/env.sh && exec node scripts/start.mjs

dev: ## Run the portal with hot reload (http://localhost:3000)
	@scripts/setup.sh
	@. scripts/env.sh && exec yarn start

test: ## Run every check and test, with a time per suite
	@scripts/setup.sh --test
	@scripts/test.sh

lint: ## Format, lint and type checks only
	@scripts/setup.sh
	@scripts/test.sh --only static

bench: ## Print benchmarks as ratios against a baseline of the same run
	@scripts/setup.sh --start
	@scripts/bench.sh

soak: ## Run what takes longer than `make test`
	@scripts/setup.sh --test
	@scripts/test.sh --only soak

clean: ## Remove builds and caches; keeps data of pipelines
	rm -rf .cache dist-types packages/*/dist plugins/*/dist
