package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// askTime bounds one question to FreeSWITCH.
const askTime = 10 * time.Second

// mostAnswer is far more than any answer that is asked for here.
const mostAnswer = 32 << 20

var (
	errNoFreeSWITCH  = errors.New("no FreeSWITCH answers")
	errWrongPassword = errors.New("FreeSWITCH refuses the event socket's password")
)

// Command runs one command of FreeSWITCH's console, such as "show channels", on a connection of its own, and returns its answer.
// The command must not hold text from outside.
func (f *FreeSWITCH) Command(ctx context.Context, command string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", f.Address)
	if err != nil {
		return "", fmt.Errorf("lab: %w at %s: %w", errNoFreeSWITCH, f.Address, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	text, err := talkESL(conn, f.Password, command)
	if err != nil {
		return "", fmt.Errorf("lab: FreeSWITCH at %s, %q: %w", f.Address, command, errors.Join(err, ctx.Err()))
	}
	return text, nil
}

// talkESL is the event socket's protocol as far as it is needed here: FreeSWITCH asks for the password, each answer is a header
// and, with a Content-Length, a body.
func talkESL(conn net.Conn, password, command string) (string, error) {
	reader := textproto.NewReader(bufio.NewReader(conn))
	answer := func() (header textproto.MIMEHeader, body string, err error) {
		if header, err = reader.ReadMIMEHeader(); err != nil {
			return nil, "", err
		}
		length, _ := strconv.Atoi(header.Get("Content-Length"))
		if length < 0 || length > mostAnswer {
			return nil, "", fmt.Errorf("an answer of %d bytes", length)
		}
		text := make([]byte, length)
		_, err = io.ReadFull(reader.R, text)
		return header, string(text), err
	}
	say := func(line string) (textproto.MIMEHeader, string, error) {
		if _, err := io.WriteString(conn, line+"\n\n"); err != nil {
			return nil, "", err
		}
		return answer()
	}
	greeting, body, err := answer()
	if err != nil {
		return "", err
	}
	if greeting.Get("Content-Type") != "auth/request" {
		return "", fmt.Errorf("it does not let this machine in (%s): see apply-inbound-acl in event_socket.conf.xml", strings.TrimSpace(body))
	}
	signed, _, err := say("auth " + password)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(signed.Get("Reply-Text"), "+OK") {
		return "", errWrongPassword
	}
	_, body, err = say("api " + command)
	return body, err
}
