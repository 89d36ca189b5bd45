package asterisk_test

import (
	"net/http"
	"testing"

	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
)

func (x *table) phone(name string, why media.Cause) {
	x.Helper()
	x.Told.Wait(x.T, name+" "+string(why), func(e media.Event) bool { return e.Kind == media.Phone && e.Text == name && e.Why == why })
}

// told is what was said of a phone, in order.
func (x *table) told(name string) (list []media.Cause) {
	for _, e := range x.Told.All() {
		if e.Kind == media.Phone && e.Text == name {
			list = append(list, e.Why)
		}
	}
	return list
}

// A phone whose reading fails is read again: nobody would offer it a call, and nobody could see why.
func TestPhoneIsReadAgain(t *testing.T) {
	for name, b := range map[string]fakeari.Break{
		"read 503":       {Method: http.MethodGet, Path: "/endpoints/PJSIP/ann", Status: 503},
		"read none":      {Method: http.MethodGet, Path: "/endpoints/PJSIP/ann"},
		"subscribe 500":  {Method: http.MethodPost, Path: "/subscription", Status: 500},
		"subscribe none": {Method: http.MethodPost, Path: "/subscription"},
	} {
		t.Run(name, func(t *testing.T) {
			x := set(t, lossy)
			phone := x.ari.NewPhone("ann")
			b.Times, b.Before = 1, true
			x.ari.Break(b)
			x.Must(x.sw.Phones(x.Within(), []string{"ann"}))
			x.phone("ann", media.PhoneRegistered)
			phone.SetRegistered(false)
			x.phone("ann", media.PhoneUnregistered)
			if told := x.told("ann"); len(told) != 2 {
				t.Errorf("told was %v", told)
			}
		})
	}
}

// A new list, as at every change of any agent, says nothing of the phones that were on the old one.
func TestPhonesAreToldOnce(t *testing.T) {
	x := set(t, nil)
	ann := x.ari.NewPhone("ann")
	x.ari.NewPhone("bob")
	x.Must(x.sw.Phones(x.Within(), []string{"ann"}))
	x.phone("ann", media.PhoneRegistered)
	call := x.ari.Call("5559998", "", ann, true)
	x.phone("ann", media.PhoneBusy)
	x.Must(x.sw.Phones(x.Within(), []string{"ann", "bob"}))
	x.phone("bob", media.PhoneRegistered)
	if told := x.told("ann"); len(told) != 2 || x.ari.Orders("GET /endpoints/PJSIP/ann") != 1 {
		t.Errorf("told was %v after %d readings", told, x.ari.Orders("GET /endpoints/PJSIP/ann"))
	}
	ann.SetRegistered(false) // in mid-call: it is out of reach afterwards
	x.Must(call.Hangup(x.Within()))
	x.phone("ann", media.PhoneUnregistered)
	if told := x.told("ann"); len(told) != 3 {
		t.Errorf("told was %v", told)
	}
}

// What happens to a phone between its reading and its telling counts.
func TestPhoneChangesWhileItIsRead(t *testing.T) {
	x := set(t, nil)
	phone := x.ari.NewPhone("ann")
	x.ari.Break(fakeari.Break{Method: http.MethodGet, Path: "/endpoints/PJSIP/ann", Times: 1, Meanwhile: func() {
		events := x.sw.Figures().Events
		phone.SetRegistered(false)
		x.Until("its event", func() bool { return x.sw.Figures().Events > events })
	}})
	x.Must(x.sw.Phones(x.Within(), []string{"ann"}))
	x.phone("ann", media.PhoneUnregistered)
}
