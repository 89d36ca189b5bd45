package fact

import "tandem/orchestrator"

type (
	// RulesPublished makes a version of a decision table the one by which everything is decided from now on.
	RulesPublished struct {
		Table   orchestrator.TableID `json:"table"`
		Version int                  `json:"version"`           // from 1, one more each time
		Format  string               `json:"format"`            // yaml or csv
		Text    string               `json:"text"`              // orchestrator/rules reads it
		Edition int                  `json:"edition,omitempty"` // how: what was published before there were inputs of the moment is 0
	}
	// RulesApplied says what a decision table decided about an interaction. Who.Text is why: the values that the row asked for.
	RulesApplied struct {
		Table    orchestrator.TableID `json:"table"`
		Version  int                  `json:"version"`
		Row      int                  `json:"row"`                // from 1; 0: none held
		Queue    orchestrator.QueueID `json:"queue,omitempty"`    // decided; "" when no row held
		Priority int                  `json:"priority,omitempty"` // points of the interaction from here on, beside those of the queue
		Need     string               `json:"need,omitempty"`     // skills of the interaction from here on, beside those of the plan
		Reason   string               `json:"reason,omitempty"`   // as the row gives it
		Local    string               `json:"local,omitempty"`    // the moment by the clock of the table, "2006-01-02 15:04 Asia/Shanghai"; "" for one that does not go by it
		Who      Person               `json:"-"`
	}
)

// Kind implements Fact.
func (RulesPublished) Kind() string { return "rules_published" }

// Kind implements Fact.
func (RulesApplied) Kind() string { return "rules_applied" }

func (f RulesApplied) person() Person { return f.Who }
