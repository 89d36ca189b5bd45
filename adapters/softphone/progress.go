package softphone

import "github.com/emiago/sipgo/sip"

// Progress answers 183 with audio: the other side may hear what is said before the answer, such as an announcement
// (RFC 3261 section 13.3.1.1). Answer or Reject decide the call afterwards.
func (c *Call) Progress() error {
	if err := c.undecided(); err != nil {
		return err
	}
	body, err := c.describeAnswer()
	if err != nil {
		return err
	}
	return c.server.Respond(c.dialog.respond(c.invite, sip.StatusSessionInProgress, c.phone.contact(), body))
}

// describeAnswer opens the audio, unless Progress did, and describes it.
func (c *Call) describeAnswer() ([]byte, error) {
	media, err := openMedia(c.phone.addr.Addr(), Silence())
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	select {
	case <-c.ended:
		c.mu.Unlock()
		media.close()
		return nil, c.endedError()
	default:
	}
	if c.media == nil {
		media.source = c.source
		c.media = media
	} else {
		media.close()
	}
	offered := c.offered
	c.mu.Unlock()

	if offered == nil {
		return c.describe(sendRecv, payloadEvent), nil
	}
	// Ready to hear before the answer is out: the other side may speak at once.
	c.hearken(*offered)
	return c.describe(answerDirection(true, true, offered.direction), offered.event), nil
}
