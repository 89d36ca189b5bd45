package lab_test

import (
	"bufio"
	"fmt"
	"maps"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/adapters/lab"
)

// socket is an event socket that knows one password and some answers.
func socket(t *testing.T, password string, answers map[string]string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	serve := func(conn net.Conn) {
		defer conn.Close()
		in := textproto.NewReader(bufio.NewReader(conn))
		fmt.Fprint(conn, "Content-Type: auth/request\n\n")
		for {
			command, err := in.ReadLine()
			if err != nil {
				return
			}
			switch {
			case command == "":
			case command == "auth "+password:
				fmt.Fprint(conn, "Content-Type: command/reply\nReply-Text: +OK accepted\n\n")
			case strings.HasPrefix(command, "auth "):
				fmt.Fprint(conn, "Content-Type: command/reply\nReply-Text: -ERR invalid\n\n")
				return
			default:
				text := answers[strings.TrimPrefix(command, "api ")]
				fmt.Fprintf(conn, "Content-Type: api/response\nContent-Length: %d\n\n%s", len(text), text)
			}
		}
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return l.Addr().String()
}

const socketPassword = "0123456789abcdef"

// profile is what FreeSWITCH 1.10 says of a SIP profile, shortened.
func profile(port string) string {
	return "=====\nName             \tinternal\nSIP-IP           \t192.0.2.1\nURL              \tsip:mod_sofia@192.0.2.1:" + port + "\nBIND-URL         \tsip:mod_sofia@192.0.2.1:" + port + ";transport=udp,tcp\n"
}

func TestAFreeSWITCHIsAskedForWhatIsNotSaid(t *testing.T) {
	dir := t.TempDir()
	config := lab.FreeSWITCHConfig{
		Dir: filepath.Join(dir, "kept"), Password: socketPassword, Prompts: "/a/prompts", Accounts: []string{"ann"},
	}
	answers := map[string]string{
		"global_getvar domain": "example.org", "global_getvar recordings_dir": "/a/recordings\n",
		"sofia status profile internal": profile("5060"), "sofia status profile external": profile("5080"),
		"xml_locate dialplan context name tandem":        "<context name=\"tandem\">\n<extension name=\"tandem\"/></context>",
		"xml_locate dialplan context name tandem-phones": "<context name=\"tandem-phones\">\n<extension name=\"x\"/></context>",
	}
	connect := func() (*lab.FreeSWITCH, error) {
		config.Address = socket(t, socketPassword, maps.Clone(answers))
		f, err := lab.NewFreeSWITCH(config)
		if err != nil {
			t.Fatal(err)
		}
		return f, f.Connect(t.Context())
	}
	f, err := connect()
	if err == nil || !strings.Contains(err.Error(), "ann") {
		t.Errorf("a phone without its password: %v", err)
	}
	answers["user_data ann@example.org param password"] = f.AccountPassword("ann")
	if f, err = connect(); err != nil {
		t.Fatal(err)
	}
	if f.Phones != "192.0.2.1:5060" || f.Trunk != "192.0.2.1:5080" || f.Domain != "example.org" || f.Recordings != "/a/recordings" {
		t.Errorf("it is %+v", f)
	}
	delete(answers, "xml_locate dialplan context name tandem")
	if _, err := connect(); err == nil || !strings.Contains(err.Error(), "dialplan") {
		t.Errorf("without the dialplan: %v", err)
	}
	config.Password = "quite-another-password"
	if _, err := connect(); err == nil || !strings.Contains(err.Error(), "password") || strings.Contains(err.Error(), config.Password) {
		t.Errorf("a wrong password: %v", err)
	}
}

func TestTheFilesForAFreeSWITCH(t *testing.T) {
	dir := t.TempDir()
	f, err := lab.NewFreeSWITCH(lab.FreeSWITCHConfig{Dir: filepath.Join(dir, "kept"), Prompts: "/a/prompts", Accounts: []string{"ann"}})
	if err != nil {
		t.Fatal(err)
	}
	conf := filepath.Join(dir, "conf")
	if err := os.Mkdir(conf, 0o755); err != nil {
		t.Fatal(err)
	}
	const phones, event = "directory/default/tandem.xml", "autoload_configs/event_socket.conf.xml"
	if err := f.Write(conf, event); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(conf, event)); err == nil {
		t.Error("what should be left out is there")
	}
	text, err := os.ReadFile(filepath.Join(conf, phones))
	if err != nil || !strings.Contains(string(text), f.AccountPassword("ann")) {
		t.Errorf("the phones: %v %s", err, text)
	}
	if info, err := os.Stat(filepath.Join(conf, phones)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("passwords can be read by others: %v %v", info.Mode(), err)
	}
	again, err := lab.NewFreeSWITCH(lab.FreeSWITCHConfig{Dir: filepath.Join(dir, "kept"), Prompts: "/a/prompts", Accounts: []string{"ann"}})
	if err != nil || again.AccountPassword("ann") != f.AccountPassword("ann") || again.Password != f.Password {
		t.Errorf("the passwords are others each time: %v", err)
	}
}
