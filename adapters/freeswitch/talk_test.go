package freeswitch_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
)

// talk signs in on an event socket and runs one command, without any of the adapter's code.
func talk(conn net.Conn, password, command string) (string, error) {
	reader := textproto.NewReader(bufio.NewReader(conn))
	answer := func() (string, error) {
		header, err := reader.ReadMIMEHeader()
		if err != nil {
			return "", err
		}
		length, _ := strconv.Atoi(header.Get("Content-Length"))
		body := make([]byte, length)
		_, err = io.ReadFull(reader.R, body)
		return string(body), err
	}
	for _, line := range []string{"", "auth " + password, "api " + command} {
		if line != "" {
			if _, err := fmt.Fprintf(conn, "%s\n\n", line); err != nil {
				return "", err
			}
		}
		text, err := answer()
		if err != nil || line == "api "+command {
			return text, err
		}
	}
	return "", nil
}
