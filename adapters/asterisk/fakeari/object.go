package fakeari

import (
	"net/http"
	"slices"
	"strings"
)

// dynamic plays the configuration objects of res_pjsip. What NewPhone made stands in a file: it is listed, and can't be changed.
func (s *Server) dynamic(method string, path []string, args map[string]any) (any, error) {
	kind, id := path[4], path[5]
	if kind == "contact" {
		name, _, _ := strings.Cut(id, ";@")
		if p := s.phones[name]; p != nil {
			p.Registered = false
		}
		return nil, nil
	}
	fields, there := s.objects[kind+"/"+id]
	switch {
	case method != http.MethodPut && !there:
		if p := s.phones[id]; p != nil && p.filed && method == http.MethodDelete {
			return nil, fail(403, "Could not delete object with id '"+id+"'")
		}
		return nil, fail(404, "Object with id '"+id+"' not found")
	case method == http.MethodGet:
		return fields, nil
	case method == http.MethodDelete:
		delete(s.objects, kind+"/"+id)
		if kind == "endpoint" {
			delete(s.phones, id)
			delete(s.follows, "endpoint:PJSIP/"+id)
		}
		return nil, nil
	}
	if p := s.phones[id]; p != nil && p.filed {
		return nil, fail(403, "Cannot update sorcery objects of type '"+kind+"'")
	}
	list, _ := args["fields"].([]any)
	for _, each := range list {
		one, _ := each.(map[string]any)
		name, value := text(one, "attribute"), text(one, "value")
		fields = slices.DeleteFunc(fields, func(f map[string]string) bool { return f["attribute"] == name })
		switch value { // as Asterisk shows them
		case "yes":
			value = "true"
		case "no":
			value = "false"
		}
		if name == "allow" {
			value = "(" + strings.ReplaceAll(value, ",", "|") + ")"
		}
		if name != "disallow" {
			fields = append(fields, map[string]string{"attribute": name, "value": value})
		}
	}
	s.objects[kind+"/"+id] = fields
	if kind == "endpoint" && s.phones[id] == nil {
		s.newPhone(id, false)
	}
	return fields, nil
}

// Field is what an object says of an attribute, "" when it says nothing.
func (s *Server) Field(kind, id, attribute string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.objects[kind+"/"+id] {
		if f["attribute"] == attribute {
			return f["value"]
		}
	}
	return ""
}

// SetField changes an attribute behind everybody's back.
func (s *Server) SetField(kind, id, attribute, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.objects[kind+"/"+id] {
		if f["attribute"] == attribute {
			f["value"] = value
		}
	}
}
