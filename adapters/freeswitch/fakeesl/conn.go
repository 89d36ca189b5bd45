package fakeesl

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
)

// conn is one client of the event socket.
type conn struct {
	s      *Server
	socket net.Conn
	send   chan []byte
	over   chan struct{}
	once   sync.Once
	events map[string]bool // that it asked for; guarded by Server.mu
}

func (c *conn) close() {
	c.once.Do(func() {
		close(c.over)
		_ = c.socket.Close()
	})
}

func (c *conn) write() {
	for {
		select {
		case text := <-c.send:
			if _, err := c.socket.Write(text); err != nil {
				c.close()
				return
			}
		case <-c.over:
			return
		}
	}
}

func (c *conn) say(text string) {
	select {
	case c.send <- []byte(text):
	default: // FreeSWITCH too forgets a client that does not read
	}
}

func (c *conn) event(e Event) {
	data, err := json.Marshal(e)
	if err == nil {
		c.say(fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-json\n\n%s", len(data), data))
	}
}

// serve greets, lets in and obeys.
func (c *conn) serve() {
	defer func() {
		c.close()
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		delete(c.s.conns, c)
	}()
	c.s.mu.Lock()
	mood := c.s.mood
	c.s.mu.Unlock()
	switch mood {
	case turnsAway:
		_, _ = io.WriteString(c.socket, "Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n")
		return
	case saysNothing:
		<-c.over
		return
	}
	c.say("Content-Type: auth/request\n\n")
	reader := bufio.NewReader(c.socket)
	trusted := false
	for {
		lines, err := readCommand(reader)
		if err != nil {
			return
		}
		word, rest, _ := strings.Cut(lines[0], " ")
		switch {
		case word == "auth":
			trusted = rest == Password
			if !trusted {
				c.reply("-ERR invalid")
				return
			}
			c.reply("+OK accepted")
		case !trusted:
			return
		default:
			c.obey(word, rest, lines[1:])
		}
	}
}

// readCommand reads the lines up to an empty one. As FreeSWITCH does, it takes a line's end to be a carriage return where there
// is one, so that a bare line feed before it stays in the line.
func readCommand(from *bufio.Reader) ([]string, error) {
	var block strings.Builder
	for {
		line, err := from.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if strings.Trim(line, "\r\n") != "" {
			block.WriteString(line)
			continue
		}
		if block.Len() > 0 {
			break
		}
	}
	text, end := strings.TrimRight(block.String(), "\r\n"), "\n"
	if strings.Contains(block.String(), "\r") {
		end = "\r\n"
	}
	return strings.Split(text, end), nil
}

func (c *conn) reply(text string) { c.say("Content-Type: command/reply\nReply-Text: " + text + "\n\n") }

func (c *conn) answer(text string) {
	c.say(fmt.Sprintf("Content-Type: api/response\nContent-Length: %d\n\n%s", len(text), text))
}

func (c *conn) obey(word, rest string, headers []string) {
	switch word {
	case "event":
		c.s.mu.Lock()
		for _, name := range strings.Fields(rest)[1:] {
			c.events[name] = true
		}
		c.s.mu.Unlock()
		c.reply("+OK event listener enabled json")
	case "api":
		if text, late := c.s.execute(rest); !late {
			c.answer(text)
		}
	case "bgapi":
		job := ""
		for _, header := range headers {
			if value, ok := strings.CutPrefix(header, "Job-UUID: "); ok {
				job = value
			}
		}
		c.s.mu.Lock()
		if job == "" {
			c.s.count++
			job = fmt.Sprintf("job-of-its-own-%d", c.s.count)
		}
		c.s.orders["bgapi"]++
		c.s.mu.Unlock()
		c.reply("+OK Job-UUID: " + job)
		c.s.job(job, rest)
	case "sendmsg":
		c.reply(c.s.message(rest, headers))
	case "exit":
		c.reply("+OK bye")
		c.close()
	default:
		c.reply("-ERR command not found")
	}
}
