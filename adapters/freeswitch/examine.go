package freeswitch

import (
	"context"
	"errors"
	"strings"
)

// needed are the modules without which calls fail, each in a way that is hard to read from outside.
var needed = []string{
	"mod_commands", "mod_conference", "mod_dialplan_xml", "mod_dptools", "mod_event_socket", "mod_local_stream", "mod_sndfile", "mod_sofia", "mod_tone_stream",
}

// Examination is what was found out about a FreeSWITCH before it is worked with.
type Examination struct {
	Version string   // such as 1.10.12
	TooOld  bool     // older than what Tandem was tried on
	Missing []string // modules that are not loaded
}

// Examine asks FreeSWITCH for its version and modules. It needs no line and changes nothing. The error says whether the
// address, the list of those who may connect, or the password is wrong.
func (s *Switch) Examine(ctx context.Context) (Examination, error) {
	lost := make(chan error, 1)
	w, err := dialWire(ctx, s.cfg, func(err error) { lost <- err }, func() {}, nil)
	if err != nil {
		return Examination{}, err
	}
	defer w.close()
	p := &post{wire: w, cfg: s.cfg, figures: new(figures), lose: func(error) {}}
	var e Examination
	text, err := p.api(ctx, "version short")
	if err != nil {
		return e, errors.New("FreeSWITCH signs us in and does not answer a command")
	}
	e.Version = strings.TrimSpace(text)
	e.TooOld = !strings.HasPrefix(e.Version, "1.10.") && !strings.HasPrefix(e.Version, "1.11.")
	for _, module := range needed {
		text, err := p.api(ctx, "module_exists "+module)
		if err != nil {
			return e, err
		}
		if strings.TrimSpace(text) != "true" {
			e.Missing = append(e.Missing, module)
		}
	}
	return e, nil
}

// Leaves says whether calls can leave by a gateway, a trunk for emergency calls say: FreeSWITCH has it and does not hold it for down. It
// needs no line.
func (s *Switch) Leaves(ctx context.Context, trunk string) (bool, error) {
	api, leave, err := s.asker(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	text, err := api("sofia xmlstatus gateway " + trunk)
	if _, no := refused(err); no {
		return false, nil
	}
	return strings.Contains(text, "<status>UP</status>"), err
}
