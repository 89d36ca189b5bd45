package freeswitch

import "testing"

// What a caller puts into a field is never taken for another field, and comes back as it was.
func TestFieldsOfAnEvent(t *testing.T) {
	e, err := decode([]byte(` {"Event-Name":"CUSTOM","Event-Sequence":"12","Event-Subclass": "a::b","variable_x":"a \"Unique-ID\":\"evil\" \\","Caller-ID":"\u738b \\\"",` +
		`"list":["1","2"],"number":7,"Other-Unique-ID":"other","Unique-ID":"u-1","empty":"","last":"end"}` + "\n"))
	if err != nil || e.name != "a::b" || e.seq != 12 {
		t.Fatalf("%+v %v", e, err)
	}
	for field, want := range map[string]string{
		"Unique-ID": "u-1", "variable_x": `a "Unique-ID":"evil" \`, "Caller-ID": `王 \"`, "list": "", "number": "", "empty": "", "last": "end", "none": "", "Other": "",
	} {
		if got := e.get(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	for _, bad := range []string{"", "[]", "{", "x{}"} {
		if _, err := decode([]byte(bad)); err == nil {
			t.Errorf("%q is an event", bad)
		}
	}
}
