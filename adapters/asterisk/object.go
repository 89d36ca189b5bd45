package asterisk

import (
	"context"
	"crypto/md5" //nolint:gosec // It is how Asterisk names a contact.
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tandem/orchestrator/desk/provision"
)

// object is one of Asterisk's dynamic configuration objects of res_pjsip. They live in its own database (sorcery.conf), beside those
// of the admin's files, which ARI can't change: it answers 403.
type object struct {
	kind, id string
	fields   []field
}

type field struct {
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
}

// fieldsOf reads pairs.
func fieldsOf(pairs ...string) []field {
	out := make([]field, 0, len(pairs)/2)
	for pair := range slices.Chunk(pairs, 2) {
		out = append(out, field{pair[0], pair[1]})
	}
	return out
}

func (o object) path() string {
	return "/asterisk/config/dynamic/res_pjsip/" + o.kind + "/" + url.PathEscape(o.id)
}

// mostHosts is how many addresses a trunk may have. Each is an object of its own: one that is kept with two has only the second when
// it is read again.
const mostHosts = 16

// party is what all endpoints of ours are. A phone's own transfer key would reach any extension of its context behind our back. Phones
// behind a router are answered where their packets come from.
func (s *Switch) party(context string) []field {
	fields := fieldsOf("context", context, "disallow", "all", "allow", strings.Join(s.cfg.Codecs, ","), "dtmf_mode", "rfc4733",
		"direct_media", "no", "rtp_symmetric", "yes", "force_rport", "yes", "rewrite_contact", "yes", "allow_transfer", "no",
		"allow_subscribe", "no", "trust_id_inbound", "no", "rtp_timeout", "120", "rtp_timeout_hold", "900")
	if s.cfg.Transport != "" {
		fields = append(fields, field{"transport", s.cfg.Transport})
	}
	return fields
}

// accountObjects are what an account is made of; the endpoint comes last, as nothing is let in before it is there.
func (s *Switch) accountObjects(a provision.Account) []object {
	return []object{
		{"auth", a.Name, fieldsOf("auth_type", "md5", "username", a.Name, "realm", a.Realm, "md5_cred", a.HA1)},
		// One contact, the newest. A phone that lost its power is known to be away after two minutes at the latest.
		{"aor", a.Name, fieldsOf("max_contacts", "1", "remove_existing", "yes", "minimum_expiration", "10", "default_expiration", "120",
			"maximum_expiration", "120")},
		{"endpoint", a.Name, append(s.party(s.cfg.Phones), fieldsOf("auth", a.Name, "aors", a.Name, "identify_by", "username",
			"callerid", a.Name+" <"+a.Name+">")...)},
	}
}

// nobody is a caller of whom the endpoint says nothing, so that the call's own number is shown. Asterisk keeps an endpoint without a
// caller as one whose number is "unknown"; of this one it keeps what has no number when it is read again.
const nobody = `"caller <>" <>`

// trunkObjects are what a trunk is made of.
func (s *Switch) trunkObjects(t provision.Trunk) []object {
	common := append(s.party(s.cfg.Inbound), fieldsOf("identify_by", "ip", "callerid", nobody)...)
	var list []object
	if t.Registers() {
		at := "sip:" + t.Server
		list = append(list,
			object{"auth", t.Name, fieldsOf("auth_type", "userpass", "username", t.User, "password", t.Password.Reveal())},
			object{"aor", t.Name, fieldsOf("contact", at, "qualify_frequency", "30")},
			// It is tried for ever: a provider that was down, or a password that was wrong, needs no restart here.
			object{"registration", t.Name, fieldsOf("server_uri", at, "client_uri", "sip:"+t.User+"@"+t.Server, "contact_user", t.User,
				"outbound_auth", t.Name, "retry_interval", "30", "forbidden_retry_interval", "60", "fatal_retry_interval", "60",
				"auth_rejection_permanent", "no", "max_retries", "1000000", "expiration", "300", "line", "yes", "endpoint", t.Name)},
		)
		// A call that leaves by it, as one for help does, answers the provider's challenge too.
		common = append(common, fieldsOf("aors", t.Name, "outbound_auth", t.Name)...)
	} else if t.User != "" {
		list = append(list, object{"auth", t.Name, fieldsOf("auth_type", "userpass", "username", t.User, "password", t.Password.Reveal())})
		common = append(common, fieldsOf("auth", t.Name)...)
	}
	for i, host := range t.Hosts {
		list = append(list, object{"identify", identity(t.Name, i), fieldsOf("endpoint", t.Name, "match", host)})
	}
	return append(list, object{"endpoint", t.Name, common})
}

func identity(name string, i int) string { return name + "." + strconv.Itoa(i) }

// without lists the objects under a name that what is wanted does not have: an endpoint that goes takes everything with it, and goes
// first, so that nobody is let in any more.
func without(name string, wanted []object) []object {
	all := []object{{kind: "endpoint", id: name}, {kind: "registration", id: name}, {kind: "aor", id: name}, {kind: "auth", id: name}}
	for i := range mostHosts {
		all = append(all, object{kind: "identify", id: identity(name, i)})
	}
	return slices.DeleteFunc(all, func(o object) bool {
		return slices.ContainsFunc(wanted, func(w object) bool { return w.kind == o.kind && w.id == o.id })
	})
}

// put writes an object if it is not there or differs, and says whether it did.
func (s *Switch) put(ctx context.Context, o object) (changed bool, err error) {
	var said []field
	err = s.rest.call(ctx, http.MethodGet, o.path(), nil, nil, &said)
	if err != nil && statusOf(err) != http.StatusNotFound {
		return false, err
	}
	if err == nil && o.agrees(said) {
		return false, nil
	}
	err = s.rest.call(ctx, http.MethodPut, o.path(), nil, map[string]any{"fields": o.fields}, nil)
	return err == nil, err
}

// remove deletes an object, if it is there.
func (s *Switch) remove(ctx context.Context, o object) (changed bool, err error) {
	err = s.rest.call(ctx, http.MethodDelete, o.path(), nil, nil, nil)
	if statusOf(err) == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}

// agrees says whether Asterisk's object has all that is wanted. It writes values in its own way.
func (o object) agrees(said []field) bool {
	for _, want := range o.fields {
		if want.Attribute == "disallow" {
			continue // an order, and no value: what is left of it is in allow
		}
		if !slices.ContainsFunc(said, func(is field) bool {
			return is.Attribute == want.Attribute && plain(want.Attribute, is.Value) == plain(want.Attribute, want.Value)
		}) {
			return false
		}
	}
	return true
}

// plain is the one spelling of a value that Asterisk shows otherwise than it was given.
func plain(attribute, value string) string {
	switch {
	case value == "yes" || value == "no":
		return map[string]string{"yes": "true", "no": "false"}[value]
	case attribute == "allow":
		return strings.ReplaceAll(strings.Trim(value, "()"), "|", ",")
	case attribute == "match":
		return network(value)
	case attribute == "callerid":
		return strings.NewReplacer(`"`, "", "-", "", ".", "", " ", "", "<", "", ">", "").Replace(value) // Asterisk's numbers have no hyphens
	}
	return value
}

// errElsewhere says why Asterisk refuses an object.
var errElsewhere = errors.New("Asterisk's own files have something of this name (pjsip.conf), or they say nothing of where ARI may keep it: see sorcery.conf in docs/trunks.md")

// explainObject says what a refusal means.
func explainObject(err error) error {
	if statusOf(err) == http.StatusForbidden {
		return errElsewhere
	}
	return err
}

// contactID is the name under which Asterisk keeps where a phone is (res_pjsip_registrar).
func contactID(account, uri string) string {
	sum := md5.Sum([]byte(uri)) //nolint:gosec // See the import.
	return account + ";@" + hex.EncodeToString(sum[:])
}
