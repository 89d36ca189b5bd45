package main

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"time"

	"tandem/orchestrator/desk/place"
)

// ChatConfig says where callers go on over a chat; see docs/flows.md.
type ChatConfig struct {
	Link string        `yaml:"link" env:"LINK"` // of your chat server, with {place} where the token goes; empty: there is none
	For  time.Duration `yaml:"for" env:"FOR"`   // a link keeps the place
}

// checkChat says what is wrong with it.
func (c Config) checkChat() error {
	u, err := url.Parse(strings.ReplaceAll(c.Chat.Link, place.Hole, "x"))
	behind := strings.Contains(c.Chat.Link, "/"+place.Hole) || strings.Contains(c.Chat.Link, "="+place.Hole)
	switch {
	case c.Chat.Link != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || !behind):
		return fmt.Errorf("configuration: chat.link (TANDEM_CHAT_LINK) is %q; give the address of your chat with {place} behind / or =, such as https://chat.example/start?place={place}", c.Chat.Link)
	case c.Chat.For < time.Minute || c.Chat.For > 4*time.Hour:
		return fmt.Errorf("configuration: chat.for (TANDEM_CHAT_FOR) is %s; use 1m to 4h", c.Chat.For)
	}
	return nil
}

// linker texts links to the chat.
func (c Config) linker() place.Linker {
	return place.Linker{Address: c.Chat.Link, Token: rand.Text, Now: time.Now}
}
