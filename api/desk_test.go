package api_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator/desk/access"
	"tandem/orchestrator/desk/recording"
)

func TestTickets(t *testing.T) {
	c := start(t)
	c.seed()
	c.call("c1", "+493012345")
	p := read[api.TicketPage](t, c.want(200, "GET", "/api/v1/tickets?state=open&queue=sales", ""))
	if len(p.Items) != 1 {
		t.Fatalf("%+v", p)
	}
	at := "/api/v1/tickets/" + p.Items[0].Number
	a := c.want(200, "GET", at, "")
	k := read[api.Ticket](t, a)
	if k.Customer != "+493012345" || k.Agent != "ann" || k.Disposition != "solved" {
		t.Errorf("%+v", k)
	}
	old := a.header.Get("ETag")
	moved := c.want(200, "PUT", at+"/state", `{"state":"pending"}`, "If-Match", old)
	if read[api.Ticket](t, moved).Customer == "" || moved.header.Get("ETag") == old {
		t.Errorf("%v %s", moved.header, moved.body)
	}
	c.want(412, "PUT", at+"/state", `{"state":"solved"}`, "If-Match", old)
	c.want(200, "PUT", at+"/state", `{"state":"solved"}`, "If-Match", "*")
	c.want(200, "PUT", at+"/state", `{"state":"closed"}`)
	c.want(409, "PUT", at+"/state", `{"state":"open"}`)
	now := c.want(200, "GET", at, "").header.Get("ETag")
	c.want(409, "PUT", at+"/state", `{"state":"open"}`, "If-Match", now)

	key := []string{"Idempotency-Key", "note-1"}
	first := c.want(201, "POST", at+"/comments", `{"text":"<script>alert(1)</script>"}`, key...)
	again := c.want(201, "POST", at+"/comments", `{"text":"<script>alert(1)</script>"}`, key...)
	if string(first.body) != string(again.body) {
		t.Errorf("the same key is answered otherwise: %s %s", first.body, again.body)
	}
	c.want(409, "POST", at+"/comments", `{"text":"other"}`, key...)
	other := c.key(access.Tickets)
	c.want(201, "POST", at+"/comments", `{"text":"other"}`, "Idempotency-Key", "note-1", "Authorization", "Bearer "+other)
	l := read[api.CommentList](t, c.want(200, "GET", at+"/comments", ""))
	if len(l.Items) != 3 || l.Items[0].Text != "all well" || l.Items[1].Author != "test [admin]" {
		t.Errorf("%+v", l)
	}
	h := read[api.ChangeList](t, c.want(200, "GET", at+"/history", ""))
	if len(h.Items) < 3 || h.Items[len(h.Items)-1].To != "closed" {
		t.Errorf("%+v", h)
	}
	c.want(404, "GET", "/api/v1/tickets/10000009/comments", "")
	c.want(404, "GET", "/api/v1/tickets/10000009/history", "")
	c.want(404, "POST", "/api/v1/tickets/10000009/comments", `{"text":"x"}`)
}

func TestMessages(t *testing.T) {
	c := start(t)
	c.seed()
	for _, leg := range []string{"c1", "c2", "c3"} {
		c.call(leg, "+493012345")
	}
	p := read[api.MessagePage](t, c.want(200, "GET", "/api/v1/messages?limit=2&state=queued", ""))
	if len(p.Items) != 2 || p.NextCursor == "" || p.Items[0].To != "+493012345" {
		t.Fatalf("%+v", p)
	}
	rest := read[api.MessagePage](t, c.want(200, "GET", "/api/v1/messages?limit=2&state=queued&cursor="+p.NextCursor, ""))
	if len(rest.Items) != 1 || rest.NextCursor != "" || rest.Items[0].ID == p.Items[1].ID {
		t.Errorf("%+v", rest)
	}
	one := read[api.MessagePage](t, c.want(200, "GET", "/api/v1/messages?ticket="+rest.Items[0].Ticket, ""))
	if len(one.Items) != 1 || !strings.Contains(one.Items[0].Text, rest.Items[0].Ticket) {
		t.Errorf("%+v", one)
	}
}

func TestRecordings(t *testing.T) {
	c := start(t)
	c.seed()
	c.call("c1", "+493012345")
	m := read[api.RecordingPage](t, c.want(200, "GET", "/api/v1/recordings?state=stopped", "")).Items[0]
	a := c.want(409, "GET", "/api/v1/recordings/"+m.ID+"/audio", "")
	if !strings.Contains(string(a.body), "brought home") {
		t.Errorf("%s", a.body)
	}

	sound := bytes.Repeat([]byte("RIFFwave"), 20_000)
	metas, err := c.store.ClaimRecordings(t.Context(), 1, time.Minute)
	must(t, err)
	c.shelf[metas[0].Tape] = sound
	metas[0].State, metas[0].Bytes, metas[0].SHA256, metas[0].Length = recording.Stored, int64(len(sound)), "abc", 30*time.Second
	_, err = c.store.SettleRecording(t.Context(), metas[0], time.Time{})
	must(t, err)

	m = read[api.Recording](t, c.want(200, "GET", "/api/v1/recordings/"+m.ID, ""))
	if m.LengthSeconds != 30 || m.Audio == "" || m.Agent != "ann" {
		t.Errorf("%+v", m)
	}
	whole := c.want(200, "GET", m.Audio, "")
	h := whole.header
	if !bytes.Equal(whole.body, sound) || h.Get("Content-Type") != "audio/wav" || h.Get("ETag") != `"abc"` || h.Get("Accept-Ranges") != "bytes" ||
		!strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename=\"recording-") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d bytes, %v", len(whole.body), h)
	}
	part := c.want(206, "GET", m.Audio, "", "Range", "bytes=8-15")
	if string(part.body) != "RIFFwave" || part.header.Get("Content-Range") != "bytes 8-15/160000" {
		t.Errorf("%q %v", part.body, part.header)
	}
	if tail := c.want(206, "GET", m.Audio, "", "Range", "bytes=-4"); string(tail.body) != "wave" {
		t.Errorf("%q", tail.body)
	}
	c.want(200, "GET", m.Audio, "", "Range", "bytes=0-3", "If-Range", `"old"`)
	c.want(206, "GET", m.Audio, "", "Range", "bytes=0-3", "If-Range", h.Get("ETag"))
	a = c.want(416, "GET", m.Audio, "", "Range", "bytes=160000-")
	if a.header.Get("Content-Range") != "bytes */160000" || a.header.Get("Content-Disposition") != "" {
		t.Errorf("%v", a.header)
	}
	if !strings.Contains(c.log.String(), `"msg":"recording downloaded"`) || !strings.Contains(c.log.String(), m.ID) {
		t.Error("the download is not logged")
	}
	c.want(403, "GET", m.Audio, "", "Authorization", "Bearer "+c.key(access.Read, access.Agents, access.Tickets))
	delete(c.shelf, metas[0].Tape)
	c.want(404, "GET", m.Audio, "")
}

func TestKeys(t *testing.T) {
	c := start(t)
	all := read[api.KeyList](t, c.want(200, "GET", "/api/v1/api-keys", ""))
	c.want(409, "DELETE", "/api/v1/api-keys/"+all.Items[0].ID, "")
	const body = `{"name":"back office","scopes":["tickets","read"]}`
	once := []string{"Idempotency-Key", "k"}
	first := c.want(201, "POST", "/api/v1/api-keys", body, once...)
	again := c.want(201, "POST", "/api/v1/api-keys", body, once...)
	if string(first.body) != string(again.body) {
		t.Errorf("%s %s", first.body, again.body)
	}
	c.want(409, "POST", "/api/v1/api-keys", `{"name":"back office","scopes":["admin"]}`, once...)
	made := read[api.NewKey](t, first)
	list := c.want(200, "GET", "/api/v1/api-keys", "")
	if strings.Contains(string(list.body), made.Key) || len(read[api.KeyList](t, list).Items) != 2 {
		t.Errorf("%s", list.body)
	}
	if !strings.HasPrefix(made.Key, "tdm_"+made.ID+"_") || len(made.Key) < 56 {
		t.Errorf("%s is no good key", made.Key)
	}
	c.want(204, "DELETE", "/api/v1/api-keys/"+made.ID, "")
	c.want(204, "DELETE", "/api/v1/api-keys/"+made.ID, "")
}
