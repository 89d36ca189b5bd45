package whole

import (
	"crypto/rand"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/adapters/softphone"
	"tandem/dialplan"
)

// The names of the switches of a pair.
const (
	First  = "pbx1"
	Second = "pbx2"
)

// Pair are two switches beside each other, an Asterisk and, where the stories are told on one, a FreeSWITCH; else another Asterisk.
// One Tandem works with both. The phones of AtFirst are on the first, those of AtSecond on the second.
type Pair struct {
	*Centre
	first, second Switch
}

// Second is the other switch.
func (p *Pair) Second() Switch { return p.second }

// CanDie says whether the second switch is ours to end, and the first tells of its silence.
func (p *Pair) CanDie() bool {
	_, ours := p.second.(asterisk)
	return ours
}

// Dies ends the second switch as a crash would, until Returns.
func (p *Pair) Dies() { p.T.Helper(); p.Must(p.second.(asterisk).Kill()) }

// Returns starts the second switch again.
func (p *Pair) Returns() {
	p.T.Helper()
	ctx, cancel := p.Ctx()
	defer cancel()
	p.Must(p.second.(asterisk).Start(ctx))
}

// NoticesSilence lets the first switch take five seconds of silence of the other, in place of twenty, for its end: of calls from now on.
func (p *Pair) NoticesSilence() {
	p.T.Helper()
	if !p.CanDie() {
		return
	}
	first := p.first.(asterisk)
	file := filepath.Join(first.Dir, "etc", "pjsip.conf")
	text, err := os.ReadFile(file)
	p.Must(err)
	short := strings.ReplaceAll(string(text), "\nrtp_timeout = 20\n", "\nrtp_timeout = 5\n")
	if short == string(text) {
		p.T.Fatalf("%s says nothing of the silence of another switch", file)
	}
	p.Must(os.WriteFile(file, []byte(short), 0o600))
	ctx, cancel := p.Ctx()
	defer cancel()
	_, err = first.Command(ctx, "module reload res_pjsip.so")
	p.Must(err)
}

// Peer is a phone that knows what the first switch presents to the second. It calls from an address of this machine.
func (p *Pair) Peer(password, address string) *softphone.Phone {
	p.T.Helper()
	return p.open(softphone.Config{User: dialplan.LinkFrom(First), Password: password, Registrar: p.second.Phones(), Listen: address + ":0", Tone: CallerTone})
}

// LinkPassword is what the switches present to each other.
func (p *Pair) LinkPassword() string { return p.link }

// The agents of a pair.
const (
	AtFirst  = "ann"
	AtSecond = "bob"
)

// StartPair starts a centre over two switches that ends with the test.
func StartPair(t testing.TB, cfg Config) *Pair {
	t.Helper()
	cfg.Name, cfg.Agents = First, []string{}
	c := Start(t, cfg)
	for agent, on := range map[string]string{AtFirst: First, AtSecond: Second} {
		c.Put("/api/v1/agents/"+agent, map[string]any{"name": agent, "endpoint": agent, "switch": on, "queues": []string{"support"}})
	}
	return &Pair{c, c.Switch, c.Other}
}

// On makes what follows happen on one of the switches: phones register there, and callers come in there.
func (p *Pair) On(name string) *Centre {
	if p.Switch = p.first; name == Second {
		p.Switch = p.second
	}
	return p.Centre
}

// openPair opens the two switches and links them.
func (c *Centre) openPair(cfg Config) {
	c.T.Helper()
	password := rand.Text()
	c.link = password
	sip := takePort(c.T)
	_, port, err := net.SplitHostPort(sip)
	if err != nil {
		c.T.Fatal(err)
	}
	back := dialplan.Link{Name: First, Address: sip, Password: password, Speaks: true}
	if OnFreeSWITCH() {
		second := cfg
		second.Name, second.Agents = Second, []string{AtSecond}
		c.Other = takeFreeSWITCH(c.T, second, back)
	} else {
		own := takePort(c.T)
		c.Other = linked(c.T, cfg, Second, AtSecond, own, back)
	}
	there := dialplan.Link{Name: Second, Address: c.Other.Phones(), Password: password, Speaks: !OnFreeSWITCH()}
	c.Switch = linked(c.T, cfg, First, AtFirst, net.JoinHostPort("127.0.0.1", port), there)
	c.env = append(os.Environ(), "TANDEM_DATABASE_URL="+c.DSN, "TANDEM_GUARD="+cfg.Guard.String())
	var list []string
	for name, sw := range map[string]Switch{First: c.Switch, Second: c.Other} {
		own := "TANDEM_SWITCH_" + strings.ToUpper(name) + "_"
		c.env = append(c.env, own+"SIP="+sw.Phones())
		for _, variable := range sw.Environment(cfg.Through) {
			if kind, is := strings.CutPrefix(variable, "TANDEM_SWITCH="); is {
				list = append(list, name+"="+kind)
				continue
			}
			c.env = append(c.env, strings.NewReplacer("TANDEM_ASTERISK_", own, "TANDEM_FREESWITCH_", own).Replace(variable))
		}
	}
	if strings.HasPrefix(list[0], Second) { // the order is that of a map
		list[0], list[1] = list[1], list[0]
	}
	c.env = append(append(c.env, "TANDEM_SWITCHES="+strings.Join(list, ",")), cfg.Variables...)
}

// linked starts an Asterisk of the test's own that is linked with another switch.
func linked(t testing.TB, cfg Config, name, agent, sip string, link dialplan.Link) Switch {
	t.Helper()
	return asterisk{labtest.Asterisk(t, lab.AsteriskConfig{
		Accounts: []string{agent}, Numbers: []string{Number}, GuardSeconds: cfg.GuardSeconds, RingSeconds: cfg.RingSeconds, Robots: true,
		Name: name, Links: []dialplan.Link{link}, Settings: dialplan.Settings{Listen: sip},
	})}
}
