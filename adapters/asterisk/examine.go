package asterisk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// oldest is the first Asterisk whose ARI has what we ask for.
const oldest = 20

// needed are the modules without which calls fail, each in a way that is hard to read from outside.
var needed = []string{
	"app_stasis.so", "bridge_builtin_features.so", "bridge_holding.so", "bridge_simple.so", "bridge_softmix.so", "chan_bridge_media.so", "chan_pjsip.so",
	"format_wav.so", "func_timeout.so", "res_ari_applications.so", "res_ari_asterisk.so", "res_ari_bridges.so", "res_ari_channels.so",
	"res_ari_endpoints.so", "res_ari_events.so", "res_ari_playbacks.so", "res_ari_recordings.so", "res_musiconhold.so",
	"res_stasis_playback.so", "res_stasis_recording.so", "res_stasis_snoop.so",
}

// linked are the modules that the dialplan of links between switches needs beside: without them each call over a link finds no phone.
var linked = []string{"app_exec.so", "app_stack.so", "func_strings.so"}

// modules are those that this switch needs.
func (c Config) modules() []string {
	if len(c.Peers) == 0 {
		return needed
	}
	return slices.Concat(needed, linked)
}

// Examination is what was found out about an Asterisk before it is worked with.
type Examination struct {
	Version string   // such as 22.10.1
	TooOld  bool     // older than what Tandem was tried on
	Missing []string // modules that are not running
}

// Examine asks Asterisk for its version and modules. It needs no line and changes nothing. The error says whether the address,
// the user or the password is wrong.
func (s *Switch) Examine(ctx context.Context) (Examination, error) {
	var info struct {
		System struct {
			Version string `json:"version"`
		} `json:"system"`
	}
	var modules []struct {
		Name   string `json:"name"`
		Status string `json:"status"`
	}
	if err := s.rest.call(ctx, http.MethodGet, "/asterisk/info", nil, nil, &info); err != nil {
		return Examination{}, s.explain(err)
	}
	if err := s.rest.call(ctx, http.MethodGet, "/asterisk/modules", nil, nil, &modules); err != nil {
		return Examination{}, s.explain(err)
	}
	e := Examination{Version: info.System.Version}
	major, _, _ := strings.Cut(e.Version, ".")
	if n, err := strconv.Atoi(major); err == nil {
		e.TooOld = n < oldest
	}
	running := map[string]bool{}
	for _, m := range modules {
		running[m.Name] = m.Status == "Running"
	}
	e.Missing = slices.DeleteFunc(slices.Clone(s.cfg.modules()), func(name string) bool { return running[name] })
	return e, nil
}

// Leaves says whether calls can leave by an endpoint, a trunk for emergency calls say: Asterisk has it, and knows an address where it is.
// One that calls come from by their address alone has none. It needs no line.
func (s *Switch) Leaves(ctx context.Context, trunk string) (bool, error) {
	var e endpoint
	err := s.rest.call(ctx, http.MethodGet, "/endpoints/PJSIP/"+url.PathEscape(trunk), nil, nil, &e)
	if known(err) {
		return false, nil
	}
	return e.State == "online", err
}

func (s *Switch) explain(err error) error {
	switch statusOf(err) {
	case 0:
		return fmt.Errorf("Asterisk does not answer at %s: is it running, and http.conf enabled there? %w", s.cfg.URL, err)
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("Asterisk refuses user %q: compare user and password with its ari.conf", s.cfg.User)
	case http.StatusNotFound:
		return fmt.Errorf("%s answers, but is not ARI: is res_ari loaded, and does the address end in /ari?", s.cfg.URL)
	}
	return err
}
