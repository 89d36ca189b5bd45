package freeswitch

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tandem/orchestrator/desk/provision"
)

// mark is the first line of each file of ours. One of the same name without it is somebody else's and is never touched.
const mark = "<!-- Made by Tandem, which makes it anew when it is changed. -->\n"

// mostFile is far more than any file of ours has.
const mostFile = 64 << 10

// attribute writes a text as an attribute. FreeSWITCH reads its variables out of its files before it reads them as XML, so that a dollar
// sign must not stand there.
func attribute(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // It never fails on a buffer.
	return strings.ReplaceAll(b.String(), "$", "&#36;")
}

func param(name, text string) string {
	return fmt.Sprintf("      <param name=\"%s\" value=\"%s\"/>\n", name, attribute(text))
}

func variable(name, text string) string {
	return fmt.Sprintf("      <variable name=\"%s\" value=\"%s\"/>\n", name, attribute(text))
}

// accountXML is the account of a phone: one registration, the newest.
func accountXML(a provision.Account, context string) string {
	return mark + "<include>\n  <user id=\"" + attribute(a.Name) + "\">\n    <params>\n" + param("a1-hash", a.HA1) + "    </params>\n    <variables>\n" +
		variable("user_context", context) + variable("sip-allow-multiple-registrations", "false") +
		variable("effective_caller_id_name", a.Name) + variable("effective_caller_id_number", a.Name) +
		"    </variables>\n  </user>\n</include>\n"
}

// networksXML is a trunk by address: an account whose calls are let in from its networks without a password, and nobody else's. It has
// neither password nor digest, and FreeSWITCH denies an account without any. A digest that is known, whatever it is of, would be one to
// register with.
func networksXML(t provision.Trunk, context string) string {
	return mark + "<include>\n  <user id=\"" + attribute(t.Name) + "\" cidr=\"" + attribute(strings.Join(t.Hosts, ",")) + "\">\n    <params>\n" +
		param("allow-empty-password", "false") + "    </params>\n    <variables>\n" +
		variable("user_context", context) + "    </variables>\n  </user>\n</include>\n"
}

// unregistered ends the name of a trunk's second gateway.
const unregistered = ".always"

// gatewayXML is a trunk that FreeSWITCH registers with, and its twin without a registration: FreeSWITCH sends no call to a gateway that is
// not registered at the moment, though the provider may well take one. The dialplan sends emergency calls to the twin then.
func gatewayXML(t provision.Trunk, context string) string {
	return mark + "<include>\n" + oneGateway(t.Name, t, context, true) + oneGateway(t.Name+unregistered, t, context, false) + "</include>\n"
}

func oneGateway(name string, t provision.Trunk, context string, register bool) string {
	host, _, _ := strings.Cut(t.Server, ":")
	return "  <gateway name=\"" + attribute(name) + "\">\n" + param("username", t.User) + param("password", t.Password.Reveal()) +
		param("realm", host) + param("proxy", t.Server) + param("register", strconv.FormatBool(register)) + param("extension", t.User) + param("context", context) +
		param("expire-seconds", "300") + param("retry-seconds", "30") + "  </gateway>\n"
}

// marked says whether a file is of ours.
func marked(file string) bool {
	text, err := os.ReadFile(file)
	return err == nil && strings.HasPrefix(string(text), mark)
}

var errForeignFile = errors.New("a file of this name is there already, and Tandem has not made it")

// writeFile writes a file whole or not at all, if it is not so already. FreeSWITCH reads it by its group: see that the folder passes its
// own on.
func writeFile(file, text string) (changed bool, err error) {
	if len(text) > mostFile {
		return false, errors.New("the file would be too long")
	}
	have, err := os.ReadFile(file)
	switch {
	case err == nil && string(have) == text:
		return false, nil
	case err == nil && !strings.HasPrefix(string(have), mark):
		return false, errForeignFile
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return false, err
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".tandem-*")
	if err != nil {
		return false, err
	}
	defer os.Remove(temp.Name()) // It is not there any more after the renaming.
	_, err = temp.WriteString(text)
	if err = errors.Join(err, temp.Chmod(0o640), temp.Sync(), temp.Close()); err != nil {
		return false, err
	}
	return true, os.Rename(temp.Name(), file)
}

// removeFile removes a file of ours, if it is there.
func removeFile(file string) (changed bool, err error) {
	if file == "" {
		return false, nil
	}
	have, err := os.ReadFile(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !strings.HasPrefix(string(have), mark):
		return false, errForeignFile
	}
	return true, os.Remove(file)
}
