package orchestrator

// CallbackState is where a promised call stands.
type CallbackState string

// States of a callback: requested → waiting → due → reserved → dialling → connected → done, or one of the other endings. After a call that
// came to nothing it is retry_wait, and then due again. While the customer waits in line as a caller it is called_in, and goes on from where
// it was when they hang up.
const (
	CallbackRequested  CallbackState = "requested"
	CallbackWaiting    CallbackState = "waiting"    // for its time, or for the hours in which may be called
	CallbackDue        CallbackState = "due"        // in line
	CallbackReserved   CallbackState = "reserved"   // an agent's phone rings for it, or the agent hears who is called
	CallbackDialling   CallbackState = "dialling"   // the customer's phone is called
	CallbackConnected  CallbackState = "connected"  // they talk, or the agent does the after-call work
	CallbackRetryWait  CallbackState = "retry_wait" // nobody was reached; it is tried again later
	CallbackCalledIn   CallbackState = "called_in"  // the customer has called and waits in its place; nobody calls them meanwhile
	CallbackDone       CallbackState = "done"
	CallbackFailed     CallbackState = "failed" // nobody was reached as often as was to be tried, or the number may not be called any more
	CallbackCanceled   CallbackState = "canceled"
	CallbackSuperseded CallbackState = "superseded" // the customer has called, and was served
)

// Over says whether nothing more happens to the callback.
func (s CallbackState) Over() bool {
	switch s {
	case CallbackDone, CallbackFailed, CallbackCanceled, CallbackSuperseded:
		return true
	}
	return false
}

// Superseded is the reason of the ending of a callback whose customer was served otherwise meanwhile.
const Superseded = "superseded"

// CallbackNumber is the attribute with the number that is to be called: the caller's own, until another one is keyed in.
const CallbackNumber = "callback_number"
