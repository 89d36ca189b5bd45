package fakeesl

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
)

// user is an account of the directory as its file says.
type user struct {
	User struct {
		ID     string `xml:"id,attr"`
		Params []struct {
			Name  string `xml:"name,attr"`
			Value string `xml:"value,attr"`
		} `xml:"params>param"`
	} `xml:"user"`
}

// Include makes a folder a part of the directory; it is read by reloadxml.
func (s *Server) Include(folder string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.included = folder
}

// Reload reads the directory as the console's reloadxml does.
func (s *Server) Reload() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reloadXML()
}

// reloadXML reads the included folder; a file that is no XML changes nothing, as with FreeSWITCH.
func (s *Server) reloadXML() string {
	files, _ := filepath.Glob(filepath.Join(s.included, "*.xml"))
	users := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		var u user
		if err == nil {
			err = xml.Unmarshal(text, &u)
		}
		if err != nil {
			return "-ERR [error near line 1]: " + err.Error() + "\n"
		}
		for _, p := range u.User.Params {
			if p.Name == "a1-hash" {
				users[u.User.ID] = p.Value
			}
		}
	}
	s.users = users
	return "+OK [Success]\n"
}

// RegisterAs registers the telephone of an account of the directory, if the digest of its password is right.
func (s *Server) RegisterAs(name, ha1 string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if have, known := s.users[name]; !known || have != ha1 {
		return false
	}
	s.registered[name] = true
	return true
}

// IsRegistered says whether the telephone of such an account is there.
func (s *Server) IsRegistered(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.registered[name]
}

// Gateway makes a trunk that calls can leave by, or one that is held for down.
func (s *Server) Gateway(name string, up bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateways[name] = up
}

// sofia carries out "sofia profile …" and "sofia status …".
func (s *Server) sofia(args []string) string {
	switch {
	case len(args) == 4 && args[2] == "flush_inbound_reg":
		name, _, _ := strings.Cut(args[3], "@")
		delete(s.registered, name)
	case len(args) == 3 && args[0] == "xmlstatus":
		if up, known := s.gateways[args[2]]; known {
			return "<gateway>\n  <name>" + args[2] + "</name>\n  <status>" + map[bool]string{true: "UP", false: "DOWN"}[up] + "</status>\n</gateway>\n"
		}
		return "Invalid Gateway!\n"
	}
	return "+OK\n"
}
