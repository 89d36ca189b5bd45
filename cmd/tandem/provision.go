package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tandem/adapters/postgres"
	"tandem/orchestrator/desk/provision"
)

// liveLines reads how the phones and trunks of our making are at the moment of a scrape.
type liveLines struct {
	store  provision.Store
	keeper provision.Keepers
}

var (
	phoneAccounts = prometheus.NewDesc("tandem_phone_accounts", "SIP accounts of our making.", nil, nil)
	notInForce    = prometheus.NewDesc("tandem_provision_failed", "Accounts and trunks that the switch does not have as they are wanted.", nil, nil)
	trunkUp       = prometheus.NewDesc("tandem_trunk_up", "1 while a trunk is registered or answers; left out where the switch does not tell.", []string{"trunk"}, nil)
)

// Describe implements prometheus.Collector.
func (l liveLines) Describe(ch chan<- *prometheus.Desc) {
	ch <- phoneAccounts
	ch <- notInForce
	ch <- trunkUp
}

// Collect implements prometheus.Collector.
func (l liveLines) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	accounts, err := l.store.Accounts(ctx)
	if err != nil {
		return
	}
	trunks, err := l.store.Trunks(ctx)
	if err != nil {
		return
	}
	failed := 0
	for _, a := range accounts {
		failed += failing(l.keeper.Failed(a.Switch, a.Name))
	}
	for _, t := range trunks {
		failed += failing(l.keeper.Failed("", t.Name))
	}
	ch <- prometheus.MustNewConstMetric(phoneAccounts, prometheus.GaugeValue, float64(len(accounts)))
	ch <- prometheus.MustNewConstMetric(notInForce, prometheus.GaugeValue, float64(failed))
	states, err := l.keeper.States(ctx, trunks)
	if err != nil {
		return
	}
	for id, state := range states {
		if state != provision.Unknown && state != "" {
			ch <- prometheus.MustNewConstMetric(trunkUp, prometheus.GaugeValue, truth(well(state)), string(id))
		}
	}
}

func failing(err error) int {
	if err != nil {
		return 1
	}
	return 0
}

func well(s provision.State) bool { return s == provision.Registered || s == provision.Reachable }

// examineLines is the doctor's look at phones and trunks of our making.
func examineLines(ctx context.Context, c Config) []finding {
	if c.needDatabase() != nil || c.checkEach() != nil {
		return nil // said already
	}
	quiet := slog.New(slog.DiscardHandler)
	db, err := postgres.Open(ctx, string(c.Database), quiet)
	if err != nil {
		return nil // said already
	}
	defer db.Close()
	switches, err := c.openEach(quiet)
	if err != nil {
		return nil // said already
	}
	return []finding{c.examinePhones(ctx, db), examineTrunks(ctx, db, switches[0].accounts)}
}

// silentServer says whether phones of some switch are not told where to register.
func (c Config) silentServer() bool {
	return slices.ContainsFunc(c.each(), func(one Config) bool { return one.Phones.Server == "" && one.Switch == "asterisk" })
}

func (c Config) examinePhones(ctx context.Context, store provision.Store) finding {
	f := finding{what: "phones"}
	accounts, err := store.Accounts(ctx)
	switch {
	case err != nil:
		f.err = err
	case len(accounts) == 0:
		f.says = "no account was made by Tandem"
	case c.silentServer():
		f.look, f.says = true, fmt.Sprintf("%d accounts made by Tandem; phones are not told where to register: set phones.server (TANDEM_PHONES_SERVER)", len(accounts))
	default:
		f.says = fmt.Sprintf("%d accounts made by Tandem", len(accounts))
	}
	return f
}

func examineTrunks(ctx context.Context, store provision.Store, sw provision.Switch) finding {
	f := finding{what: "trunks"}
	trunks, err := store.Trunks(ctx)
	if err != nil {
		f.err = err
		return f
	}
	states, err := sw.TrunkStates(ctx, trunks)
	if err != nil {
		f.err = err
		return f
	}
	var list []string
	for _, t := range trunks {
		state := states[t.Name]
		list = append(list, string(t.ID)+" is "+string(state))
		f.look = f.look || state == provision.Unregistered || state == provision.Unreachable
	}
	f.says = "none was made by Tandem"
	if len(list) > 0 {
		f.says = strings.Join(list, ", ")
	}
	return f
}
