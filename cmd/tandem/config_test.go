package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheEnvironmentGoesOverTheFileOverTheDefaults(t *testing.T) {
	file := write(t, "listen: 127.0.0.1:9000\nguard: 30s\nasterisk:\n  url: http://127.0.0.1:9088/ari\n")
	c, err := loadConfig(file, []string{"TANDEM_GUARD=45s", "TANDEM_ASTERISK_USER=me", "HOME=/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:9000" || c.Guard != 45*time.Second || c.Asterisk.User != "me" || c.Asterisk.URL != "http://127.0.0.1:9088/ari" || c.Asterisk.App != "tandem" {
		t.Errorf("got %+v", c)
	}
}

// TestTheKeyOfAClientIsNoConfiguration: the examples of the API ask for it in the same shell.
func TestTheKeyOfAClientIsNoConfiguration(t *testing.T) {
	if _, err := loadConfig("", []string{"TANDEM_KEY=tk_1"}); err != nil {
		t.Error(err)
	}
	if _, err := loadConfig("", []string{"TANDEM_KEYS=tk_1"}); err == nil {
		t.Error("a misspelt one is accepted")
	}
}

// An unknown variable is answered with those that it may be meant as, not with all.
func TestNearestVariables(t *testing.T) {
	for wrong, want := range map[string]string{
		"TANDEM_LISTN": "TANDEM_LISTEN", "TANDEM_DATABSE_URL": "TANDEM_DATABASE_URL", "TANDEM_ASTERISK_PASWORD": "TANDEM_ASTERISK_PASSWORD",
	} {
		err := unknownVariables([]string{wrong + "=x"}, nil)
		if err == nil || !strings.Contains(err.Error(), "nearest are "+want+",") || strings.Count(err.Error(), "TANDEM_") != 4 {
			t.Errorf("%v", err)
		}
	}
}

// TestWrongConfigurationSaysWhatToDo: each error names the field or the line, and what to write instead.
func TestWrongConfigurationSaysWhatToDo(t *testing.T) {
	for name, is := range map[string]struct {
		file string
		env  []string
		want []string
	}{
		"unknown field":    {file: "listn: 127.0.0.1:80\n", want: []string{"line 1", "listn"}},
		"wrong type":       {file: "guard: soon\n", want: []string{"line 1", "soon"}},
		"not YAML":         {file: "listen: [\n", want: []string{"line"}},
		"no such file":     {file: "-", want: []string{"no such file"}},
		"unknown variable": {env: []string{"TANDEM_LISTN=x"}, want: []string{"TANDEM_LISTN", "TANDEM_LISTEN"}},
		"wrong duration":   {env: []string{"TANDEM_GUARD=20"}, want: []string{"TANDEM_GUARD", `"20"`, "30s, 5m"}},
		"wrong durations":  {env: []string{"TANDEM_DIAL_RETRY=5"}, want: []string{"TANDEM_DIAL_RETRY", `"5"`, "30s,5m"}},
		"two are wrong":    {env: []string{"TANDEM_DIAL_PER_HOUR=x", "TANDEM_OPEN_HTTP=perhaps"}, want: []string{"TANDEM_DIAL_PER_HOUR", "whole number", "TANDEM_OPEN_HTTP", "true or false"}},
		"wrong level":      {env: []string{"TANDEM_LOG_LEVEL=loud"}, want: []string{"TANDEM_LOG_LEVEL", "debug"}},
		"guard too short":  {env: []string{"TANDEM_GUARD=1s"}, want: []string{"TANDEM_GUARD", "5s"}},
		"open to all":      {env: []string{"TANDEM_LISTEN=0.0.0.0:8080"}, want: []string{"clear text", "TLS"}},
		"no address":       {env: []string{"TANDEM_PUBLIC_URL=care.example.org"}, want: []string{"TANDEM_PUBLIC_URL", "https://"}},
		"address with end": {env: []string{"TANDEM_PUBLIC_URL=https://care.example.org/"}, want: []string{"TANDEM_PUBLIC_URL"}},
		"strange language": {env: []string{"TANDEM_LANGUAGE=xx"}, want: []string{"TANDEM_LANGUAGE", "en or zh"}},
		"chat, no place":   {env: []string{"TANDEM_CHAT_LINK=https://chat.example/start"}, want: []string{"TANDEM_CHAT_LINK", "{place}"}},
		"chat for a day":   {env: []string{"TANDEM_CHAT_FOR=24h"}, want: []string{"TANDEM_CHAT_FOR"}},
		"a wrong guess":    {env: []string{"TANDEM_CUSTOMERS_GUESS=tier=gold:chat"}, want: []string{"TANDEM_CUSTOMERS_GUESS", "age_band"}},
		"a long look-up":   {env: []string{"TANDEM_CUSTOMERS_WAIT=1m"}, want: []string{"TANDEM_CUSTOMERS_WAIT"}},
		"long life":        {env: []string{"TANDEM_SURVEY_LIFE=9000h"}, want: []string{"TANDEM_SURVEY_LIFE"}},
		"no such zone":     {env: []string{"TANDEM_TIME_ZONE=Mars"}, want: []string{"TANDEM_TIME_ZONE", "Mars", "Europe/Berlin"}},
		"no port":          {env: []string{"TANDEM_LISTEN=127.0.0.1"}, want: []string{"TANDEM_LISTEN", "host:port"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := ""
			switch is.file {
			case "":
			case "-":
				file = filepath.Join(t.TempDir(), "absent.yaml")
			default:
				file = write(t, is.file)
			}
			_, err := loadConfig(file, is.env)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range is.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	c := defaultConfig()
	c.Database, c.Asterisk.Password = "postgres://tandem:hunter2hunter2@127.0.0.1/tandem", "hunter2hunter2"
	var out bytes.Buffer
	if err := printConfig(t.Context(), c, nil, &out); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "%v %+v %#v %s", c, c, c, c.Database)
	newLog(c, &out).Info("x", "config", c.Database)
	if strings.Contains(out.String(), "hunter2") {
		t.Errorf("a secret is shown:\n%s", out.String())
	}
	if !strings.Contains(out.String(), "TANDEM_DATABASE_URL") {
		t.Error("the variables are not listed")
	}
}

func TestAnUnknownCommandShowsTheCommands(t *testing.T) {
	var out, errs bytes.Buffer
	if err := run(t.Context(), []string{"sevre"}, &out, &errs); err == nil || !strings.Contains(errs.String(), "serve") || !strings.Contains(errs.String(), "sevre") {
		t.Errorf("got %v, %q", err, errs.String())
	}
}

// TestHelpIsAnAnswer: it goes to the output, and is no error.
func TestHelpIsAnAnswer(t *testing.T) {
	for _, said := range []string{"help", "-h", "-help", "--help"} {
		var out, errs bytes.Buffer
		if err := run(t.Context(), []string{said}, &out, &errs); err != nil || !strings.Contains(out.String(), "journal why") || errs.Len() > 0 {
			t.Errorf("%s: %v, %q, %q", said, err, out.String(), errs.String())
		}
	}
	var out, errs bytes.Buffer
	if err := run(t.Context(), []string{"-colour"}, &out, &errs); err == nil || out.Len() > 0 || !strings.Contains(errs.String(), "usage:") {
		t.Errorf("an unknown option: %v, %q, %q", err, out.String(), errs.String())
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tandem.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
