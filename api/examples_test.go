package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"tandem/api"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/media"
)

// notRun are the operations whose example is not asked for here, and why.
var notRun = map[string]string{
	"streamEvents": "its answer has no end; events_test.go reads it, from the beginning and from a number",
}

// showing carries out what the document shows.
type showing struct {
	*centre
	ops    map[string]shown  // that are still to be carried out, by operation id
	given  map[string]string // what stands for the ids that Tandem gives, by name of the parameter
	bodies *strings.Replacer // the same in bodies
}

// shown is an operation of the document.
type shown struct {
	method, path string
	item         *openapi3.PathItem
	op           *openapi3.Operation
}

// TestExamplesRun: whoever types in what the document shows gets what it promises. Definitions come first, then calls and the work on
// them, then everything is read, and at last it is taken away. Only ids that Tandem gives are not those of the document.
func TestExamplesRun(t *testing.T) {
	prompts := func() (map[string][]string, error) { return map[string][]string{"en": {"closed", "welcome"}}, nil }
	x := &showing{centre: start(t, func(cfg *api.Config) { cfg.Prompts = prompts }), ops: map[string]shown{}, given: map[string]string{}, bodies: strings.NewReplacer()}
	x.health = []api.HealthCheck{{Name: "journal", OK: true}}
	spec, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	must(t, err)
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			if notRun[op.OperationID] == "" {
				x.ops[op.OperationID] = shown{method, path, item, op}
			}
		}
	}
	x.connect()
	x.tell(0, media.Event{Kind: media.Up, Text: "boot1"})
	x.define()
	x.calls()
	x.items()
	x.tickets()
	x.run("putCustomer")
	x.run("amendCustomer")
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		for id, o := range x.ops {
			if o.method == method {
				x.run(id)
			}
		}
	}
	for id := range x.ops {
		t.Errorf("nobody runs the example of %s: give it its place here", id)
	}
}

// define runs what needs nothing but other definitions.
func (x *showing) define() {
	for _, id := range []string{"putQueue", "putQueues", "putQueueRouting", "putAgent", "putAgents", "putAgentSkills", "putAgentCapacity", "putAgentStatus", "putFlow", "putTable",
		"putTicketType", "putTrunk", "putWebhook", "rotateWebhookSecret", "resendDeadLetters"} {
		x.run(id)
	}
	x.given["key"] = read[api.NewKey](x.t, x.run("createKey")).ID
	x.given["simulation"] = read[api.Simulation](x.t, x.run("startSimulation")).ID
	phone := read[api.PhoneAccount](x.t, x.run("makePhone"))
	x.tell(0, media.Event{Kind: media.Phone, Text: phone.User, Why: media.PhoneRegistered})
	x.available()
}

func (x *showing) available() {
	x.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"available"}`)
}

// calls runs what needs a call: one whose customer is asked for a rating, and one whose after-call work, message and recording are at hand.
func (x *showing) calls() {
	x.invited("c1", "+4915112345677")
	x.tellSurveys()
	p := read[api.InteractionPage](x.t, x.want(200, "GET", "/api/v1/interactions", ""))
	x.given["interaction"] = p.Items[0].ID

	x.arrive("c2", "+493012345", "Caller")
	x.talk()
	x.hangup(x.agentLeg())
	x.hangup("c2")
	x.run("wrapUp")

	due, err := x.store.ClaimSMS(x.t.Context(), 1, time.Hour)
	must(x.t, err)
	due[0].State, due[0].Why = notify.Unsure, "the line dropped"
	must(x.t, x.store.SettleSMS(x.t.Context(), due[0], time.Time{}))
	x.given["message"] = strconv.FormatInt(due[0].ID, 10)
	x.run("resendMessage")

	tapes, err := x.store.ClaimRecordings(x.t.Context(), 1, time.Minute)
	must(x.t, err)
	m, sound := tapes[0], bytes.Repeat([]byte("RIFFwave"), 200)
	x.shelf[m.Tape] = sound
	m.State, m.Bytes, m.SHA256, m.Length = recording.Stored, int64(len(sound)), "abc", 30*time.Second
	_, err = x.store.SettleRecording(x.t.Context(), m, time.Time{})
	must(x.t, err)
	x.given["recording"] = m.ID
}

// items runs what is done to work items of other channels.
func (x *showing) items() {
	past := x.given["interaction"]
	x.run("forbidNumber")
	x.want(204, "PUT", "/api/v1/do-not-call", `{"number":"13800138000","forbidden":false}`)
	x.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"away"}`)
	x.given["callback"] = read[api.Callback](x.t, x.run("bookCallback")).ID
	x.want(204, "DELETE", "/api/v1/callbacks/"+x.given["callback"], "")
	x.given["callback"] = read[api.Callback](x.t, x.want(201, "POST", "/api/v1/callbacks", `{"queue":"sales","number":"13800138001","not_before":"`+x.clock().Add(24*time.Hour).UTC().Format(time.RFC3339)+`"}`)).ID
	x.available()
	opened := read[api.Interaction](x.t, x.run("openInteraction"))
	offer := func() string {
		return read[api.WorkList](x.t, x.want(200, "GET", "/api/v1/agents/ann/work", "")).Items[0].Offer
	}
	x.given["offer"] = offer()
	x.run("rejectOffer")
	x.given["interaction"] = opened.ID
	x.run("cancelInteraction")
	x.given["interaction"] = past

	x.available()
	x.want(201, "POST", "/api/v1/interactions", `{"channel":"chat","queue":"sales"}`)
	x.given["offer"] = offer()
	x.run("acceptOffer")
	x.run("completeOffer")
}

// tickets runs what is done to tickets, and what keeps messages from customers.
func (x *showing) tickets() {
	k := read[api.Ticket](x.t, x.run("openTicket"))
	x.given["ticket"] = k.Number
	x.run("amendTicket")
	x.run("addComment")
	now := x.want(200, "GET", "/api/v1/tickets/"+k.Number, "").header.Get("ETag")
	x.bodies = strings.NewReplacer("10000172", k.Number, `"version":3`, `"version":`+strings.Trim(now, `"`))
	if moved := read[api.BulkResult](x.t, x.run("moveTickets")); moved.Done == 0 || moved.Failed > 0 {
		x.t.Errorf("moveTickets: %+v", moved)
	}
	x.run("putTicketState")
	x.run("putOptOut")
}

// run asks for what the document shows of an operation and insists on a success that it promises.
func (x *showing) run(id string) answer {
	x.t.Helper()
	o, ok := x.ops[id]
	if !ok {
		x.t.Fatalf("the document has no %s, or it was run already", id)
	}
	delete(x.ops, id)
	path, query, header := o.path, url.Values{}, []string{}
	for _, p := range slices.Concat(o.item.Parameters, o.op.Parameters) {
		value := x.exampleOf(p.Value)
		switch {
		case p.Value.In == openapi3.ParameterInPath && value == "":
			x.t.Errorf("%s: the parameter %s has no example", id, p.Value.Name)
		case p.Value.In == openapi3.ParameterInPath:
			path = strings.ReplaceAll(path, "{"+p.Value.Name+"}", value)
		case p.Value.In == openapi3.ParameterInQuery && value != "":
			query.Set(p.Value.Name, value)
		case p.Value.Name == "Range":
			header = append(header, p.Value.Name, value)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	body := ""
	if o.op.RequestBody != nil {
		example := o.op.RequestBody.Value.Content.Get("application/json").Schema.Value.Example
		if example == nil {
			x.t.Errorf("%s: the body has no example", id)
		}
		b, err := json.Marshal(example)
		must(x.t, err)
		body = x.bodies.Replace(string(b))
	}
	a := x.ask(o.method, path, body, header...)
	if a.status < 200 || a.status > 299 || o.op.Responses.Value(strconv.Itoa(a.status)) == nil {
		x.t.Errorf("%s: %s %s %s is answered %d: %s", id, o.method, path, body, a.status, a.body)
	}
	return a
}

// exampleOf is what the document shows for a parameter, or what stands for it.
func (x *showing) exampleOf(p *openapi3.Parameter) string {
	if given := x.given[p.Name]; given != "" {
		return given
	}
	for _, example := range []any{p.Example, p.Schema.Value.Example} {
		if example != nil {
			return fmt.Sprint(example)
		}
	}
	return ""
}
