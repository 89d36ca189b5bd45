package freeswitch

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/quick"

	"tandem/orchestrator/media"
)

// hostile are texts that mean something to one of FreeSWITCH's parsers.
var hostile = []string{
	`a}b`, `{a=b}`, `a,b=c`, `a'b`, `'`, `''`, `a\,b`, `\`, `\\'`, `${system(id)}`, `$\{x}`, `$${x}`, `^^:a:b`, `a b`, ` a `, `[x=1]`, `<x>`, `"x" <sip:a@b>`,
	`a|b`, `&park()`, `a;b`, `%41`, `%`, `undef`, `ünï 王`, ``, `a=b=c`, `&hangup()`, `a^b`, `#`, `_undef_`,
}

// random makes texts of the characters that matter.
func random(r *rand.Rand) string {
	const letters = `ab{}[]<>,='"\$^:;|&()%/@# ~`
	var b strings.Builder
	for range r.IntN(12) {
		b.WriteByte(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// separated is how FreeSWITCH splits at a character: quotes protect, a backslash escapes; quotes and escapes are taken off.
func separated(text string, at byte, most int) []string {
	var parts []string
	var one strings.Builder
	quoted := false
	for i := 0; i < len(text); i++ {
		switch ch := text[i]; {
		case ch == '\\' && i+1 < len(text) && strings.IndexByte(`\'"nrts`+string(at), text[i+1]) >= 0:
			i++
			switch text[i] {
			case 'n':
				one.WriteByte('\n')
			case 's':
				one.WriteByte(' ')
			default:
				one.WriteByte(text[i])
			}
		case ch == '\'' && (quoted || strings.Contains(text[i+1:], "'")):
			quoted = !quoted
		case ch == at && !quoted && len(parts) < most-1:
			parts = append(parts, strings.TrimSpace(one.String()))
			one.Reset()
		default:
			one.WriteByte(ch)
		}
	}
	return append(parts, strings.TrimSpace(one.String()))
}

// braces is how FreeSWITCH reads {…}: it counts braces first, then splits at commas, then at the equals sign.
func braces(text string) (vars map[string]string, rest string) {
	depth, end := 0, -1
	for i := 0; i < len(text) && end < 0; i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				end = i
			}
		}
	}
	vars = map[string]string{}
	if end < 0 {
		return vars, text
	}
	for _, pair := range separated(text[1:end], ',', 1000) {
		if parts := separated(pair, '=', 2); len(parts) == 2 && !strings.Contains(parts[1], "${") {
			vars[parts[0]] = parts[1]
		}
	}
	return vars, text[end+1:]
}

// Property (SECURITY A8): what goes into an originate comes out as it was, and nothing else does.
func TestOriginateDecodesToWhatWasEncoded(t *testing.T) {
	check := func(stamp, name string) bool {
		var v variables
		if err := v.add("tandem_stamp", stamp); err != nil {
			return control(stamp)
		}
		if err := v.add("sip_from_display", displayed(name)); err != nil {
			t.Errorf("%q is refused: %v", name, err)
		}
		args := separated("originate "+v.encode()+"user/ann@x &park()", ' ', 100)
		if len(args) != 3 || args[2] != "&park()" {
			t.Errorf("%q, %q: arguments are %q", stamp, name, args)
			return false
		}
		vars, target := braces(args[1])
		ok := len(vars) == 2 && target == "user/ann@x" && unvalue(vars["tandem_stamp"]) == stamp
		shown := unvalue(vars["sip_from_display"])
		ok = ok && strings.HasPrefix(shown, `"`) && strings.HasSuffix(shown, `"`) && unquoted(shown[1:len(shown)-1]) == media.Clean(name)
		if !ok {
			t.Errorf("%q, %q: decoded are %q and %q", stamp, name, vars, target)
		}
		return ok
	}
	for _, text := range hostile {
		check(text, text)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		check(random(r), random(r))
	}
	if err := quick.Check(check, nil); err != nil {
		t.Error(err)
	}
}

// unquoted takes the escapes of a quoted string of SIP off (RFC 3261 section 25.1).
func unquoted(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
		} else if text[i] == '"' {
			return "a quotation mark that ends the string"
		}
		if i < len(text) {
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

func TestControlCharactersAreRefused(t *testing.T) {
	for _, bad := range []string{"a\nb", "a\rb", "\x00", "a\x7fb", "\u0085", "a\tb", "\xff"} {
		if text, err := value(bad); err == nil {
			t.Errorf("%q becomes %q", bad, text)
		}
		if text, err := (program{"playback:/a" + bad}).encode(); err == nil {
			t.Errorf("%q becomes %q", bad, text)
		}
		var v variables
		if v.add("x", bad) == nil || v.add("x"+bad, "y") == nil {
			t.Errorf("%q is let into variables", bad)
		}
	}
}

// A program is split into the applications that it was made of, and nothing that would be another can be put in.
func TestPrograms(t *testing.T) {
	p := program{"multiset:^^;a=b;c=d", "playback:/p/x.wav", "set:h=${h}+${current_application_response}", "park"}
	text, err := p.encode()
	if err != nil {
		t.Fatal(err)
	}
	args := separated("uuid_transfer id "+text+" inline", ' ', 100)
	if len(args) != 4 || strings.Join(separated(strings.TrimPrefix(args[2], "m:|:"), '|', 100), "\n") != strings.Join(p, "\n") {
		t.Errorf("decoded are %q", args)
	}
	for _, bad := range []string{"playback:a|hangup", "playback:a'b", `playback:a\b`, "a b", "playback: a", "|", ""} {
		if text, err := (program{bad}).encode(); err == nil {
			t.Errorf("%q becomes %q", bad, text)
		}
	}
}

// What is not a plain name never becomes a prompt, a class of music or a target.
func TestNamesOnly(t *testing.T) {
	s := &Switch{cfg: Config{Music: "local_stream://", Prompts: "/p"}, domain: "x"}
	for _, bad := range []string{"sound:a'b", "sound:a|hangup", "prompt:${x}", "a.wav", "shell:x", "sound:tone_stream://x;y", "prompt:a,b"} {
		if files, err := s.files(bad); err == nil {
			t.Errorf("%q becomes %q", bad, files)
		}
	}
	for _, bad := range []string{"ann,bob", "ann@evil", "", "-a", "a b", "sofia/external/1@2"} {
		if target, err := s.target(bad); err == nil {
			t.Errorf("%q becomes %q", bad, target)
		}
	}
}

// write makes a WAV file, 8 kHz, 16 bit.
func write(t *testing.T, file string, channels uint16, samples []int16) {
	t.Helper()
	body := monoHeader(8000, uint32(2*len(samples)))
	binary.LittleEndian.PutUint16(body[22:], channels)
	for _, sample := range samples {
		body = binary.LittleEndian.AppendUint16(body, uint16(sample))
	}
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
}
