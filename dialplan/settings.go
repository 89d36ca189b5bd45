package dialplan

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Settings are what an admin chooses of the switch's files. The zero value of a field means what DefaultSettings says.
type Settings struct {
	Listen    string   // host:port of SIP over UDP; 0.0.0.0 is every address of the machine
	External  string   // IPv4 address under which phones outside of Local reach the switch; "" where no NAT is between
	Local     []string // networks (CIDR) whose phones reach it directly, its own among them
	RTP       string   // UDP ports of the audio, FIRST-LAST; "" where the switch's own files say it, or any that are free
	Codecs    []string // in the order of preference
	Codes     Codes
	Emergency Emergency
}

// Codes are the numbers that an agent's own phone dials to tell Tandem something; NoCode takes one away.
type Codes struct {
	SignIn, SignOut, Pause, EndPause string
}

// NoCode stands for a feature code that is not there.
const NoCode = "none"

// Emergency says how emergency calls leave.
type Emergency struct {
	Numbers []string
	Trunk   string // the switch's name of the trunk: an endpoint of Asterisk, a gateway of FreeSWITCH; "" is none
}

// DefaultSettings are those of one machine that nobody else reaches. The codes begin with 4 where something begins and with 5 where it
// ends; *45 and *46 are what agents of other systems know.
func DefaultSettings() Settings {
	return Settings{
		Listen: "127.0.0.1:5060", Codecs: []string{"ulaw", "alaw", "g722", "opus"},
		Codes:     Codes{SignIn: "*45", SignOut: "*55", Pause: "*46", EndPause: "*56"},
		Emergency: Emergency{Numbers: []string{"112", "110", "119", "120", "122", "911", "999"}},
	}
}

// The variables of the settings, as errors name them.
const (
	ListenVariable           = "TANDEM_SIP_LISTEN"
	ExternalVariable         = "TANDEM_SIP_EXTERNAL"
	LocalVariable            = "TANDEM_SIP_LOCAL"
	RTPVariable              = "TANDEM_SIP_RTP"
	CodecsVariable           = "TANDEM_SIP_CODECS"
	SignInVariable           = "TANDEM_CODE_SIGN_IN"
	SignOutVariable          = "TANDEM_CODE_SIGN_OUT"
	PauseVariable            = "TANDEM_CODE_PAUSE"
	EndPauseVariable         = "TANDEM_CODE_END_PAUSE"
	EmergencyNumbersVariable = "TANDEM_EMERGENCY_NUMBERS"
	EmergencyTrunkVariable   = "TANDEM_EMERGENCY_TRUNK"
)

// ReadSettings takes from the environment what is set there and not empty, and checks it. get is os.Getenv.
func ReadSettings(get func(string) string) (Settings, error) {
	s := DefaultSettings()
	for variable, into := range map[string]*string{
		ListenVariable: &s.Listen, ExternalVariable: &s.External, RTPVariable: &s.RTP, EmergencyTrunkVariable: &s.Emergency.Trunk,
		SignInVariable: &s.Codes.SignIn, SignOutVariable: &s.Codes.SignOut, PauseVariable: &s.Codes.Pause, EndPauseVariable: &s.Codes.EndPause,
	} {
		if text := strings.TrimSpace(get(variable)); text != "" {
			*into = text
		}
	}
	for variable, into := range map[string]*[]string{
		LocalVariable: &s.Local, CodecsVariable: &s.Codecs, EmergencyNumbersVariable: &s.Emergency.Numbers,
	} {
		if text := get(variable); text != "" {
			*into = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
		}
	}
	return s, s.Check()
}

// codecs are those that both switches have a word for.
var codecs = []string{"ulaw", "alaw", "g722", "opus"}

var (
	codeForm      = regexp.MustCompile(`^[*0-9][0-9*]{1,7}$`)
	emergencyForm = regexp.MustCompile(`^[0-9]{3,6}$`)
)

// Check names the first setting that cannot work, by its variable.
func (s Settings) Check() error {
	host, port, err := net.SplitHostPort(s.Listen)
	if n, e := strconv.Atoi(port); err != nil || e != nil || n < 1 || n > 65535 || !isIPv4(host) {
		return fmt.Errorf("%s is %q; give an IPv4 address of this machine and a port, such as 0.0.0.0:5060", ListenVariable, s.Listen)
	}
	if s.External != "" && (!isIPv4(s.External) || s.External == "0.0.0.0") {
		return fmt.Errorf("%s is %q; give the IPv4 address that phones outside reach, such as 203.0.113.7", ExternalVariable, s.External)
	}
	for _, network := range s.Local {
		if p, err := netip.ParsePrefix(network); err != nil || !p.Addr().Is4() {
			return fmt.Errorf("%s names %q; give networks such as 192.168.0.0/16,10.0.0.0/8", LocalVariable, network)
		}
	}
	if first, last, err := s.Ports(); err != nil || s.RTP != "" && (first < 1024 || last <= first || last > 65535) {
		return fmt.Errorf("%s is %q; give two UDP ports from 1024 on, such as 20000-20999; a call takes four", RTPVariable, s.RTP)
	}
	for _, c := range s.Codecs {
		if !slices.Contains(codecs, c) {
			return fmt.Errorf("%s names %q; there are %s", CodecsVariable, c, strings.Join(codecs, ", "))
		}
	}
	if len(s.Codecs) == 0 {
		return fmt.Errorf("%s is empty; name at least one of %s", CodecsVariable, strings.Join(codecs, ", "))
	}
	return s.checkNumbers()
}

func (s Settings) checkNumbers() error {
	taken := map[string]string{}
	for _, n := range s.Emergency.Numbers {
		if !emergencyForm.MatchString(n) {
			return fmt.Errorf("%s names %q; give numbers of three to six digits, such as 112,110", EmergencyNumbersVariable, n)
		}
		taken[n] = EmergencyNumbersVariable
	}
	if s.Emergency.Trunk != "" && !word.MatchString(s.Emergency.Trunk) {
		return fmt.Errorf("%s is %q; give the switch's name of the trunk", EmergencyTrunkVariable, s.Emergency.Trunk)
	}
	for _, code := range []struct{ variable, number string }{
		{SignInVariable, s.Codes.SignIn}, {SignOutVariable, s.Codes.SignOut}, {PauseVariable, s.Codes.Pause}, {EndPauseVariable, s.Codes.EndPause},
	} {
		switch {
		case code.number == "" || code.number == NoCode:
			continue
		case !codeForm.MatchString(code.number):
			return fmt.Errorf("%s is %q; give two to eight of 0-9 and *, such as *45", code.variable, code.number)
		case taken[code.number] != "":
			return fmt.Errorf("%s is %q, which is in %s already", code.variable, code.number, taken[code.number])
		}
		taken[code.number] = code.variable
	}
	return nil
}

// Ports are the first and the last of RTP; zero where it says nothing.
func (s Settings) Ports() (first, last int, err error) {
	if s.RTP == "" {
		return 0, 0, nil
	}
	from, to, _ := strings.Cut(s.RTP, "-")
	if first, err = strconv.Atoi(from); err != nil {
		return 0, 0, err
	}
	last, err = strconv.Atoi(to)
	return first, last, err
}

// Open says whether other machines reach the switch.
func (s Settings) Open() bool {
	host, _, _ := net.SplitHostPort(s.Listen)
	ip, err := netip.ParseAddr(host)
	return err == nil && !ip.IsLoopback()
}

// List is the codes that are there.
func (c Codes) List() []string {
	return slices.DeleteFunc([]string{c.SignIn, c.SignOut, c.Pause, c.EndPause}, func(n string) bool { return n == "" || n == NoCode })
}

func isIPv4(text string) bool {
	ip, err := netip.ParseAddr(text)
	return err == nil && ip.Is4()
}
