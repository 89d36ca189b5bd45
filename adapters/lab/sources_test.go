package lab

import (
	"slices"
	"testing"
)

func TestTheMirrorIsReadFromBothForms(t *testing.T) {
	stanzas := `# a comment
Types: deb
URIs: http://tools.example/apt
Suites: tools-bookworm
Components: main

Types: deb deb-src
# another
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main
`
	want := []mirror{{URI: "http://mirror.example/debian", SignedBy: "/usr/share/keyrings/debian.gpg"}}
	if got := parseStanzas(stanzas, "bookworm"); !slices.Equal(got, want) {
		t.Errorf("stanzas: %+v", got)
	}
	lines := `# deb http://comment.example/debian bookworm main
deb cdrom:[Debian]/ bookworm main
deb-src http://source.example/debian bookworm main
deb http://tools.example/apt tools-bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian bookworm contrib main
`
	if got := parseLines(lines, "bookworm"); !slices.Equal(got, want) {
		t.Errorf("lines: %+v", got)
	}
	plain := []mirror{{URI: "http://mirror.example/debian"}}
	if got := parseLines("deb http://mirror.example/debian stable main non-free", "trixie"); !slices.Equal(got, plain) {
		t.Errorf("named by age: %+v", got)
	}
	embedded := "Types: deb\nURIs: http://mirror.example/debian\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN\n abc\n"
	if got := parseStanzas(embedded, "sid"); !slices.Equal(got, plain) {
		t.Errorf("key in the stanza: %+v", got)
	}
}

func TestThisMachineHasAMirror(t *testing.T) {
	if found, err := machineMirror(); err != nil || found.URI == "" {
		t.Fatal(found, err)
	}
}
