package api_test

import (
	"strings"
	"testing"

	"tandem/api"
)

const parcelType = `{"name":"Parcel","queues":["sales"],"fields":[
	{"name":"waybill","kind":"text","required":true,"pattern":"[0-9]{8}"},{"name":"weight","kind":"number","min":0.1,"max":30},
	{"name":"size","kind":"enum","options":["s","m"]},{"name":"insured","kind":"bool"},{"name":"sent","kind":"date"}]}`

func TestTicketFields(t *testing.T) {
	c := start(t)
	c.seed()
	kind := c.want(200, "PUT", "/api/v1/ticket-types/parcel", parcelType)
	if got := c.want(200, "GET", "/api/v1/ticket-types/parcel", ""); got.header.Get("ETag") != kind.header.Get("ETag") || string(got.body) != string(kind.body) {
		t.Errorf("%v %s", got.header, got.body)
	}
	if p := read[api.Problem](t, c.want(422, "PUT", "/api/v1/ticket-types/bad", `{"name":"Bad","fields":[{"name":"a","kind":"text","pattern":"("}]}`)); p.Fields[0].Field != "fields.0.pattern" {
		t.Errorf("%+v", p)
	}
	const good = `{"subject":"Parcel has not come","type":"parcel","queue":"sales","customer":"+4915112345","fields":{"waybill":"12345678","weight":2.5,"insured":true}}`
	a := c.want(201, "POST", "/api/v1/tickets", good, "Idempotency-Key", "t1")
	k := read[api.Ticket](t, a)
	if k.Fields["weight"] != 2.5 || k.Fields["insured"] != true || k.Interaction != "" || k.Version != 1 || a.header.Get("ETag") != `"1"` {
		t.Errorf("%s", a.body)
	}
	if again := read[api.Ticket](t, c.want(201, "POST", "/api/v1/tickets", good, "Idempotency-Key", "t1")); again.Number != k.Number {
		t.Errorf("the same key opens another: %s", again.Number)
	}
	texts := read[api.MessagePage](t, c.want(200, "GET", "/api/v1/messages?ticket="+k.Number, ""))
	if len(texts.Items) != 1 || texts.Items[0].Text != "Your service number is "+k.Number+". For more on this, ring 7000." {
		t.Errorf("%+v", texts)
	}
	quiet := read[api.Ticket](t, c.want(201, "POST", "/api/v1/tickets", strings.Replace(good, `"queue"`, `"notify":false,"queue"`, 1)))
	if texts := read[api.MessagePage](t, c.want(200, "GET", "/api/v1/messages?ticket="+quiet.Number, "")); len(texts.Items) != 0 {
		t.Errorf("%+v", texts)
	}
	for from, to := range map[string]string{
		`"12345678"`: `"1234"`, `"weight":2.5`: `"weight":99`, `"insured":true`: `"insured":"perhaps"`, `"weight":2.5,`: `"colour":"red",`,
		`"type":"parcel"`: `"type":"other"`, `"type":"parcel",`: ``, `"queue":"sales"`: `"queue":"none"`, `Parcel has not come`: ` `,
	} {
		p := read[api.Problem](t, c.want(422, "POST", "/api/v1/tickets", strings.Replace(good, from, to, 1)))
		if len(p.Fields) != 1 || p.Fields[0].Field == "" {
			t.Errorf("%s: %+v", to, p)
		}
	}

	at := "/api/v1/tickets/" + k.Number
	b := c.want(200, "PATCH", at, `{"fields":{"weight":3,"insured":null,"size":"m"}}`, "If-Match", `"1"`)
	if k = read[api.Ticket](t, b); k.Version != 2 || k.Fields["weight"] != 3.0 || len(k.Fields) != 3 || k.Fields["waybill"] != "12345678" {
		t.Errorf("%s", b.body)
	}
	c.want(412, "PATCH", at, `{"subject":"x"}`, "If-Match", `"1"`)
	p := read[api.Problem](t, c.want(422, "PATCH", at, `{"fields":{"waybill":null}}`))
	if p.Fields[0] != (api.FieldProblem{Field: "fields.waybill", Says: "is needed"}) {
		t.Errorf("%+v", p)
	}
	c.want(422, "PATCH", at, `{}`)
	c.want(404, "PATCH", "/api/v1/tickets/99999990", `{"subject":"x"}`)
	h := read[api.ChangeList](t, c.want(200, "GET", at+"/history", ""))
	if len(h.Items) != 3 || h.Items[2].Field != "fields.weight" || h.Items[2].From != "2.5" || h.Items[2].To != "3" {
		t.Errorf("%+v", h)
	}
	if list := read[api.TicketPage](t, c.want(200, "GET", "/api/v1/tickets?type=parcel&limit=1", "")); len(list.Items) != 1 || list.NextCursor == "" {
		t.Errorf("%+v", list)
	}
	c.want(204, "DELETE", "/api/v1/ticket-types/parcel", "")
	c.want(404, "DELETE", "/api/v1/ticket-types/parcel", "")
	c.want(200, "PATCH", at, `{"subject":"Still mine"}`)
}

func TestMoveTickets(t *testing.T) {
	c := start(t)
	var numbers []string
	for range 3 {
		numbers = append(numbers, read[api.Ticket](t, c.want(201, "POST", "/api/v1/tickets", `{"subject":"x"}`)).Number)
	}
	body := `{"items":[{"ticket":"` + numbers[0] + `","state":"solved"},{"ticket":"` + numbers[1] + `","state":"solved","version":7},
		{"ticket":"` + numbers[2] + `","state":"closed"},{"ticket":"10000990","state":"solved"}]}`
	for range 2 { // The key makes the second the same.
		r := read[api.BulkResult](t, c.want(200, "POST", "/api/v1/tickets/bulk", body, "Idempotency-Key", "b"))
		if r.Done != 1 || r.Failed != 3 || r.Items[0].Status != 200 || r.Items[1].Status != 409 || r.Items[2].Status != 409 || r.Items[3].Status != 404 || r.Items[3].Says == "" {
			t.Errorf("%+v", r)
		}
	}
	c.want(201, "POST", "/api/v1/tickets", `{"subject":"y"}`, "Idempotency-Key", "b:0") // is no key of the first of them
	if k := read[api.Ticket](t, c.want(200, "GET", "/api/v1/tickets/"+numbers[0], "")); k.State != "solved" || k.Version != 2 {
		t.Errorf("%+v", k)
	}
}
