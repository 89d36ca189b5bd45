package fact

type (
	// CustomersSought says that there are customer records: from now on the record of each caller is looked up before the call goes on.
	CustomersSought struct{}
	// CustomerFound is what came of looking a caller up: Who.Name is as the record has it; what routing goes by follows as attributes.
	CustomerFound struct {
		Lookup string `json:"lookup"`
		Found  bool   `json:"found,omitempty"`
		Why    string `json:"why,omitempty"` // not; names nothing of the caller
		Who    Person `json:"-"`
	}
)

// Kind implements Fact.
func (CustomersSought) Kind() string { return "customers_sought" }

// Kind implements Fact.
func (CustomerFound) Kind() string { return "customer_found" }

func (f CustomerFound) person() Person { return f.Who }
