package api_test

import (
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator/media"
)

func TestFigures(t *testing.T) {
	c := start(t)
	c.seed()
	c.call("c1", "+493012345") // waits 3 s, talks 30 s
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"away"}`)
	c.arrive("c2", "+493012346", "")
	c.hangup("c2") // gives up after 30 s
	f := read[api.FigureTable](t, c.want(200, "GET", "/api/v1/figures", ""))
	if len(f.Items) != 1 || f.Items[0].Queue != "sales" || f.Total.Offered != 2 || f.Total.Answered != 1 || f.Total.Abandoned != 1 || f.TargetSeconds != 20 {
		t.Fatalf("%+v", f)
	}
	g := f.Items[0]
	if g.TalkSeconds != 30 || g.AsaSeconds == nil || *g.AsaSeconds != 3 || g.LongestWaitSeconds != 30 || *g.RnaRate != 0 || len(g.ServiceLevels) != 5 {
		t.Errorf("%+v", g)
	}
	if sl := g.ServiceLevels[2]; sl.Formula != api.ServiceLevelFormulaSL3 || sl.Share != 0.5 || sl.Says == "" {
		t.Errorf("%+v", sl)
	}

	c.tell(time.Hour, media.Event{Kind: media.Up, Text: "boot1"})
	c.tell(0, media.Event{Kind: media.Phone, Text: "ann", Why: media.PhoneRegistered})
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"available"}`)
	c.call("c3", "+493012347")
	if f = read[api.FigureTable](t, c.want(200, "GET", "/api/v1/figures?per=interval", "")); len(f.Items) != 2 || f.Total.Offered != 3 || !f.Items[0].Interval.Before(f.Items[1].Interval) {
		t.Errorf("%+v", f)
	}
	for query, n := range map[string]int64{
		"from=2026-11-22T09:00:00Z&to=2026-11-22T09:30:00Z": 2, "from=2026-11-22T09:30:00Z&to=2026-11-23T00:00:00Z": 1,
		"from=2025-01-01T00:00:00Z&to=2025-02-01T00:00:00Z": 0, "queue=sales": 3, "queue=none": 0, "from=2026-11-22T10:00:00%2B01:00": 3,
	} {
		if f = read[api.FigureTable](t, c.want(200, "GET", "/api/v1/figures?"+query, "")); f.Total.Offered != n {
			t.Errorf("%s: %d, want %d", query, f.Total.Offered, n)
		}
	}
	c.want(400, "GET", "/api/v1/figures?from=2026-11-22T09:30:00Z&to=2026-11-22T09:00:00Z", "")
	c.want(400, "GET", "/api/v1/figures?from=yesterday", "")
	c.want(400, "GET", "/api/v1/figures?per=hour", "")
}
