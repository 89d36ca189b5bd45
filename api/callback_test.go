package api_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator/desk/access"
	"tandem/orchestrator/media"
)

// A callback whose customer calls in says so, with the call, and goes on when they hang up; the timeline tells it in words.
func TestTheCustomerOfACallbackCallsIn(t *testing.T) {
	c := start(t)
	c.tell(0, media.Event{Kind: media.Up, Text: "boot1"})
	c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Sales","number":"7000"}`)
	callback := "/api/v1/callbacks/" + read[api.Callback](t, c.want(201, "POST", "/api/v1/callbacks", `{"queue":"sales","number":"13800138001"}`)).ID
	c.tell(time.Second, media.Event{Kind: media.Arrived, Legs: []media.Leg{{ID: "c1", From: "13800138001", To: "7000", Born: c.clock()}}})
	call := read[api.InteractionPage](t, c.want(200, "GET", "/api/v1/interactions?live=true", "")).Items[0]
	waits := read[api.Callback](t, c.want(200, "GET", callback, ""))
	if waits.State != api.CallbackStateCalledIn || waits.Caller != call.ID || !call.Queued.Equal(waits.Since) {
		t.Errorf("the callback is %+v, the call %+v", waits, call)
	}
	if n := len(read[api.CallbackPage](t, c.want(200, "GET", "/api/v1/callbacks?state=called_in", "")).Items); n != 1 {
		t.Errorf("%d callbacks are called_in", n)
	}
	c.tell(time.Second, media.Event{Kind: media.Gone, Leg: "c1", Why: media.CauseHangup})
	if again := read[api.Callback](t, c.want(200, "GET", callback, "")); again.State != api.CallbackStateDue || again.Caller != "" || !again.Since.Equal(waits.Since) {
		t.Errorf("after they hung up it is %+v", again)
	}
}

// The do-not-call list comes in pages, each number once, to those who may write it.
func TestDoNotCallInPages(t *testing.T) {
	c := start(t)
	var want []string
	for n := range 5 {
		want = append(want, fmt.Sprintf("1380013800%d", n))
	}
	want = append([]string{"+8613700137000"}, want...) // a plus sign comes before digits
	for _, number := range want {
		c.want(204, "PUT", "/api/v1/do-not-call", `{"number":"`+number+`","forbidden":true}`)
	}
	var got []string
	for path := "/api/v1/do-not-call?limit=2"; ; {
		p := read[api.ForbiddenNumbers](t, c.want(200, "GET", path, ""))
		if got = append(got, p.Numbers...); p.NextCursor == "" {
			break
		}
		path = "/api/v1/do-not-call?limit=2&cursor=" + p.NextCursor
	}
	if !slices.Equal(got, want) {
		t.Errorf("the list is %v, want %v", got, want)
	}
	c.want(400, "GET", "/api/v1/do-not-call?cursor=xx", "")
	c.want(403, "GET", "/api/v1/do-not-call", "", "Authorization", "Bearer "+c.key(access.Read))
}
