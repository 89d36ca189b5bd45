package flow

import (
	"strconv"
	"time"
)

// Treatment returns what becomes of a call in line at a node; false when the node puts none in line. Of a decision table's node it
// names no queue.
func (f *Flow) Treatment(node string) (Queue, bool) {
	n := f.Nodes[node]
	if n == nil {
		return Queue{}, false
	}
	return n.treatment()
}

func (n *Node) treatment() (Queue, bool) {
	switch d := n.Does.(type) {
	case Queue:
		return d, true
	case Rules:
		return d.Queue, true
	}
	return Queue{}, false
}

// Refused says where a call goes that cannot get in line: waiting callers are there already, and so many people are signed in.
func (d Queue) Refused(waiting, signedIn int) (Go, bool) {
	switch {
	case d.nobody.node != "" && signedIn == 0:
		return Go{To: d.nobody.node, Via: ViaNobody}, true
	case d.full.node != "" && waiting >= d.Most:
		return Go{To: d.full.node, Via: ViaFull}, true
	}
	return Go{}, false
}

// Key says where a key leads while the call is in line.
func (d Queue) Key(key string) (Go, bool) {
	to, ok := d.keys[key]
	return Go{To: to.node, Via: ViaKey, Key: key}, ok
}

// Keys says whether a key leads anywhere.
func (d Queue) Keys() bool { return len(d.keys) > 0 }

// TooLong is where a call goes that has waited for MaxWait.
func (d Queue) TooLong() Go { return Go{To: d.tooLong.node, Via: ViaTooLong} }

// Comfort is what is said to a caller in line: their place, from 1, and the expected wait, rounded up to minutes.
func (d Queue) Comfort(position int, wait time.Duration, c Call) Speech {
	told := c
	told.Attributes = map[string]string{}
	for name, value := range c.Attributes {
		told.Attributes[name] = value
	}
	told.Attributes["position"] = strconv.Itoa(position)
	told.Attributes["minutes"] = strconv.Itoa(max(1, int((wait+time.Minute-1)/time.Minute)))
	return told.speech(d.Say)
}
