package api

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/insight"
)

// counter keeps the figures by folding the journal on, from where the last question left it. The first one after a start reads
// the whole journal; when its time runs out, the next goes on from there.
type counter struct {
	views view.Reader
	terms insight.Terms
	turn  chan struct{} // holds one token; who has it may touch the rest
	fold  *insight.Fold
	seq   int64
}

func newCounter(views view.Reader) *counter {
	t := insight.Defaults()
	return &counter{views: views, terms: t, turn: make(chan struct{}, 1), fold: insight.NewFold(t)}
}

// figures returns all figures up to the line seq, which is the views' line or a later one.
func (c *counter) figures(ctx context.Context) (all map[insight.Key]insight.Figures, seq int64, err error) {
	err = c.count(ctx, func() { all, seq = c.fold.Figures(), c.seq })
	return all, seq, err
}

// ratings returns all ratings, in the same way.
func (c *counter) ratings(ctx context.Context) (all map[insight.RatingKey]insight.Ratings, seq int64, err error) {
	err = c.count(ctx, func() { all, seq = c.fold.Ratings(), c.seq })
	return all, seq, err
}

// count comes up to the views' line and lets take read what stands there.
func (c *counter) count(ctx context.Context, take func()) error {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	seen, err := c.views.Seq(ctx)
	if err != nil {
		return err
	}
	for c.seq < seen {
		entries, err := c.views.Entries(ctx, c.seq, int(min(seen-c.seq, countLines)))
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			break
		}
		for _, e := range entries {
			c.fold.Add(e)
			c.seq = e.Seq
		}
	}
	take()
	return nil
}

// countLines of the journal are read at once.
const countLines = 1000

// GetFigures answers what the centre did.
func (s *Server) GetFigures(ctx context.Context, r GetFiguresRequestObject) (GetFiguresResponseObject, error) {
	from, to, err := span(r.Params.From, r.Params.To, s.cfg.Now())
	if err != nil {
		return nil, err
	}
	all, seq, err := s.counter.figures(ctx)
	if err != nil {
		return nil, err
	}
	for k := range all {
		if k.Interval.Before(from) || !k.Interval.Before(to) || r.Params.Queue != "" && string(k.Queue) != r.Params.Queue {
			delete(all, k)
		}
	}
	t := s.counter.terms
	table := FigureTable{
		Seq: seq, From: from, To: to, IntervalSeconds: int(t.Interval / time.Second), TargetSeconds: int(t.Target / time.Second),
		ShortSeconds: int(t.Short / time.Second), Items: []Figures{},
		Total: figuresWire(insight.Key{Queue: orchestrator.QueueID(r.Params.Queue)}, insight.Total(all, false)[insight.Key{}], t),
	}
	if r.Params.Per == GetFiguresParamsPerQueue {
		all = insight.Total(all, true)
	}
	for k, f := range all {
		table.Items = append(table.Items, figuresWire(k, f, t))
	}
	slices.SortFunc(table.Items, func(a, b Figures) int { return cmp.Or(cmp.Compare(a.Queue, b.Queue), a.Interval.Compare(b.Interval)) })
	return GetFigures200JSONResponse(table), nil
}

// span is what is asked for; the last day when nothing is said.
func span(since, until, now time.Time) (from, to time.Time, err error) {
	from, to = since.UTC(), until.UTC()
	if until.IsZero() {
		to = now.UTC()
	}
	if since.IsZero() {
		from = to.AddDate(0, 0, -1)
	}
	if !from.Before(to) {
		err = wrongField(http.StatusBadRequest, "malformed", "from", "must be before to")
	}
	return from, to, err
}

// says of each formula what it does with those who hang up.
var formulaSays = map[insight.Formula]string{
	insight.SL1: "quick abandons count as met", insight.SL2: "answered only", insight.SL3: "abandons count against",
	insight.SL4: "quick abandons left out", insight.SL5: "short abandons left out",
}

func figuresWire(k insight.Key, f insight.Figures, t insight.Terms) Figures {
	w := Figures{
		Queue: string(k.Queue), Interval: k.Interval, Offered: f.Offered(), Answered: f.Answered, Abandoned: f.Abandoned, FlowedOut: f.FlowedOut, Converted: f.Converted,
		CallbacksRequested: f.CallbacksRequested, CallbacksConnected: f.CallbacksConnected,
		Canceled: f.Canceled, Expired: f.Expired, AnsweredInTarget: f.AnsweredIn, AbandonedInTarget: f.AbandonedIn, ShortAbandons: f.ShortAbandons,
		Handled: f.Handled, Offers: f.Offers, NoAnswers: f.NoAnswers, TalkSeconds: seconds(f.Talk), WrapUpSeconds: seconds(f.Wrap),
		LongestWaitSeconds: seconds(f.LongestWait), ServiceLevels: []ServiceLevel{},
	}
	if asa, ok := f.ASA(); ok {
		w.AsaSeconds = new(seconds(asa))
	}
	if aht, ok := f.AHT(); ok {
		w.AhtSeconds = new(seconds(aht))
	}
	if rna, ok := f.RNA(); ok {
		w.RnaRate = new(rna)
	}
	for _, formula := range insight.Formulas {
		if share, ok := f.ServiceLevel(formula); ok {
			w.ServiceLevels = append(w.ServiceLevels, ServiceLevel{Formula: ServiceLevelFormula(formula), TargetSeconds: int(t.Target / time.Second), Share: share, Says: formulaSays[formula]})
		}
	}
	return w
}

// seconds is a duration to the millisecond.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1000) / 1000 }
