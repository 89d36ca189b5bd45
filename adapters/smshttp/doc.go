// Package smshttp is a route for texts to any gateway that takes them over HTTP, and tells of receipts and of customers' texts
// by calling us. How it wants to be asked is configuration, not code:
//
//	notify.Sender ── Send ──> request made from the template ──> gateway
//	notify.Listener <── Receipt, Text ──< Hook, behind a secret ──< gateway
//
// Contract. A template is read once; numbers and texts are put into its values and never into its syntax, so that no text can
// change what is asked. Redirects are not followed, connections not used twice: a request leaves at most once. One that may have
// left and has no clear answer is a Doubt, unless the gateway is said to recognise repetitions. Secrets are in no error.
package smshttp
