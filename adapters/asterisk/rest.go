package asterisk

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/CyCoreSystems/ari/v6"
	"github.com/CyCoreSystems/ari/v6/client/native"
)

// rest speaks to Asterisk: through ari/v6, and by call where that has no word or asks once per thing.
type rest struct {
	wire *wire
	ari  *native.Client
	root string // private URL
	path string // of the real one
	user string
	pass string
}

func newREST(c Config, f *figures) (*rest, error) {
	at, err := url.Parse(c.URL)
	if err != nil {
		return nil, err
	}
	w, err := newWire(at.Scheme, at.Host, c.Timeout, f)
	if err != nil {
		return nil, err
	}
	root := scheme + "://" + w.private + at.Path
	client := native.New(&native.Options{Application: c.App, URL: root, Username: c.User, Password: c.Password})
	return &rest{wire: w, ari: client, root: root, path: at.Path, user: c.User, pass: c.Password}, nil
}

func channelKey(id string) *ari.Key { return ari.NewKey(ari.ChannelKey, id) }
func bridgeKey(id string) *ari.Key  { return ari.NewKey(ari.BridgeKey, id) }

// call sends one command of our own; path is already escaped, in and out may be nil.
func (r *rest) call(ctx context.Context, method, path string, query url.Values, in, out any) error {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	at := r.root + path
	if len(query) > 0 {
		at += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, at, &body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.SetBasicAuth(r.user, r.pass)
	res, err := r.wire.RoundTrip(req)
	if err != nil {
		return err
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(res.Body).Decode(out)
}

// variable reads a channel's variable; one that is not set is "" (Asterisk answers 404 for it).
func (r *rest) variable(id, name string) (string, error) {
	value, err := r.ari.Channel().GetVariable(channelKey(id), url.QueryEscape(name))
	if statusOf(err) == http.StatusNotFound {
		return "", nil
	}
	return value, err
}

// alive says whether Asterisk has a channel.
func (r *rest) alive(ctx context.Context, id string) (bool, error) {
	err := r.call(ctx, http.MethodGet, "/channels/"+id, nil, nil, nil)
	if statusOf(err) == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}
