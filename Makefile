# Every target works on a fresh clone with Go; run as root, it installs what is missing from the distribution's packages.
GO         ?= go
BIN        := .run/bin
SWITCH     ?= $(or $(TANDEM_SWITCH),asterisk)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

.DEFAULT_GOAL := help
.PHONY: help run demo test race check lint whole mutants bench soak clean $(BIN)/tandem $(BIN)/centre $(BIN)/demo

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(BIN)/tandem $(BIN)/centre ## start a working contact centre on this machine; Ctrl-C ends it (SWITCH=freeswitch: on yours)
	@TANDEM_SWITCH=$(SWITCH) exec $(BIN)/centre

demo: $(BIN)/tandem $(BIN)/centre $(BIN)/demo ## place a real call through it and tell the story as it happens
	@TANDEM_SWITCH=$(SWITCH) exec $(BIN)/demo

# Packages whose tests measure sound and seconds, or start servers, have the machine to themselves, one after the other. All others need
# processors only, and share them.
REAL = $$($(GO) list -f '{{.ImportPath}}: {{.TestImports}} {{.XTestImports}} {{.Imports}}' ./... | grep -E '/adapters/(lab|softphone|lab/labtest)[] :]|/cmd/whole' | cut -d: -f1)

test: $(BIN)/tandem ## all tests, on a real Asterisk, a real PostgreSQL and real calls
	$(GO) test -count=1 -timeout=20m $$($(GO) list ./... | grep -vxF "$(REAL)")
	$(GO) test -count=1 -timeout=20m -p=1 $(REAL)
	@test -n "$$TANDEM_TEST_FREESWITCH" || echo "*** SKIPPED: what needs a real FreeSWITCH, for TANDEM_TEST_FREESWITCH names none (docs/freeswitch.md); all skips: cmd/tandem/skip_test.go ***"

# The mind has no goroutine (a law of cmd/tandem/house_test.go), so that its long calculations have no races.
RACELESS = /cmd/(whole|bench)|/adapters/lab|/orchestrator/(floor|flow|rules|hours|condition|routing|erlang|forecast|plot)$$

race: ## the same without the tests of the whole and the pure packages, with the race detector
	$(GO) test -count=1 -timeout=15m -race -short $$($(GO) list ./... | grep -vE '$(RACELESS)')

lint: ## format, vet, staticcheck
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not formatted:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

check: lint race test ## what CI runs

whole: $(BIN)/tandem ## the tests of the whole alone (SWITCH=freeswitch: on the one that TANDEM_TEST_FREESWITCH names)
	TANDEM_TEST_SWITCH=$(SWITCH) $(GO) test -count=1 -timeout=30m ./cmd/whole

mutants: ## every bug that is planted, one by one: a simulated day must notice it, about ten minutes; make test plants five
	$(GO) test -count=1 -timeout=20m -v -run='TestSimulatedDaysCatchMutants' ./orchestrator/floor -args -mutants

bench: ## agent freed → INVITE beside the switch's own queue, 8 minutes; figures in .run/bench.json (SWITCH=freeswitch: P2)
	TANDEM_TEST_SWITCH=$(SWITCH) $(GO) test -count=1 -timeout=30m -v ./cmd/bench -args -full

bench-theory: ## the simulator against Erlang C at 500 people, millions of calls, a minute
	$(GO) test -count=1 -run=xxx -bench=ErlangCOf500 -benchtime=1x -v ./orchestrator/simulate

soak: $(BIN)/tandem ## ten minutes of random load, and five with crashes
	$(GO) test -count=1 -timeout=60m -run=TestLoad ./cmd/whole -args -load 10m

clean: ## delete everything that was made on this machine, the example centre's data too
	rm -rf .run

$(BIN)/tandem $(BIN)/centre $(BIN)/demo:
	@echo "building $(notdir $@)"
	@$(GO) build -buildvcs=auto -o $@ ./cmd/$(notdir $@)
