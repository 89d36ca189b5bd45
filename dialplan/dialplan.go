// Package dialplan holds the text that the switches run, and renders it.
//
// Contract: rendering is pure. The same Config gives the same text; nothing here opens a file or a socket. Whatever
// could change the meaning of a configuration file (a line break, a semicolon, a dialplan expression) is refused
// with an error that names the field, never escaped. Nothing that a caller sends (name, number, digits) becomes part
// of an application's argument: the only words in the dialplan are those of this package.
//
// The dialplan is stupid on purpose: it gives each call to Tandem, and has one static answer for Tandem's absence.
//
//	call ──► tandem-call ─────► Stasis(tandem) ─── all is well, the call ends there
//	              ▲                  │ no application, or handed back, or
//	              │                  │ the guard (TIMEOUT(absolute) ► T) ran out
//	              │                  ▼
//	              └── a round ── tandem-fallback: answer, say sorry, ring the phones for a while
//	                  later          │ no rounds left
//	                                 ▼
//	                              goodbye
package dialplan

import "embed"

// FS holds the templates (asterisk/*.tmpl), the words of the prompts (prompts/*.txt) and the example flow (flows/*.yaml).
//
//go:embed asterisk/*.tmpl flows/*.yaml prompts/*.txt
var FS embed.FS
