package freeswitch

import (
	"errors"
	"strconv"

	"tandem/orchestrator/media/switchboard"
)

// A FreeSWITCH can answer commands and yet be of no use: its jobs do not run, so that nobody is dialled, or its events do not come,
// so that nothing is heard of. One probe finds both: a job that does nothing, whose end must be told as an event. It is asked
// before Up is told, and again and again afterwards; two in a row that stay away are a lost line.

var errDeaf = errors.New("FreeSWITCH answers commands, but no event tells of the end of a job: its jobs or its events are stuck")

// probe waits for the end of a job, as long as for a command.
func (s *Switch) probe(l *line) error {
	s.mu.Lock()
	s.serial++
	job := "probe-" + strconv.FormatInt(s.serial, 10)
	s.mu.Unlock()
	heard := s.signs.Expect("job " + job)
	if err := l.commands.job(l.Ctx, job, "uptime"); err != nil {
		return err
	}
	if !switchboard.Await(l.Ctx, heard, s.cfg.Timeout) {
		return errDeaf
	}
	return nil
}
