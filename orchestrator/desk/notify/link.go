package notify

import "regexp"

// LinkPath is the path of the links that customers are sent; a secret of 26 letters and digits follows.
const LinkPath = "/s/"

var link = regexp.MustCompile(LinkPath + `[A-Z2-7]{26}`)

// Veiled is a text without the secrets of its links: who reads what was sent must not be able to answer for the customer.
func Veiled(text string) string { return link.ReplaceAllString(text, veiled) }

// veiled is what is left of a link.
const veiled = LinkPath + "…"
