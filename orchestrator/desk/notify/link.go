package notify

import "regexp"

// LinkPath is the path of the links to pages of ours that customers are sent; a secret of 26 letters and digits follows.
const LinkPath = "/s/"

// Secrets stand behind a stroke or an equals sign; what is left of one is an ellipsis.
var (
	link   = regexp.MustCompile(`([/=])[A-Z2-7]{26}`)
	veiled = regexp.MustCompile(`[/=]…`)
)

// Veiled is a text without the secrets of its links: who reads what was sent must not be able to answer for the customer.
func Veiled(text string) string { return link.ReplaceAllString(text, "${1}…") }
