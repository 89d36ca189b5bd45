package floor

import (
	"fmt"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

const (
	agentsPerDay    = 8
	callersPerDay   = 150
	textsPerDay     = 40
	openFor         = 4
	callbacksPerDay = 12
)

// plan puts a day's people and mishaps on the agenda.
func (d *day) plan() {
	d.step(media.Event{Kind: media.Up, Switch: "s", Text: "boot-1"})
	for i, q := range []string{"sales", "support"} {
		greeting := []string{"", "prompt:welcome"}[i]
		d.step(Command{Do: DefineQueue{
			Queue: orchestrator.QueueID(q), Name: q, Number: fmt.Sprint(7000 + i), Music: "default", Greeting: greeting,
			RingFor: 20 * time.Second, WrapUp: 15 * time.Second, Survey: []fact.SurveyPolicy{fact.SurveyKey, fact.SurveyKeySMS}[i],
		}})
	}
	d.step(Command{Do: RouteQueue{Queue: "sales", Strategy: "best_skill", Steps: []fact.Step{
		{Only: "last_agent", SkipIf: "waiting > 30", For: 10 * time.Second},
		{If: "gold >= 5", For: 15 * time.Second}, {Ahead: time.Minute},
	}, Borrow: dayBorrow("support")}})
	d.step(Command{Do: RouteQueue{Queue: "support", Strategy: "fewest_contacts", Priority: 1, Steps: []fact.Step{{For: 2 * time.Minute, Exit: "sales"}}, Borrow: dayBorrow("sales")}})
	d.step(Command{Do: PublishFlow{File: "day", Text: dayFlow}})
	d.after(d.between(0, openFor*time.Hour), func() {
		d.step(Command{Do: PublishFlow{File: "day", Text: dayFlow + "# another version\n"}})
	})
	for i := range agentsPerDay {
		d.planAgent(fmt.Sprintf("a%d", i), i)
	}
	for i := range callersPerDay {
		d.after(d.between(0, openFor*time.Hour), func() { d.call(media.LegID(fmt.Sprintf("c%d", i)), fmt.Sprint(7000+d.r.IntN(4))) })
	}
	for range textsPerDay {
		d.after(d.between(0, openFor*time.Hour), d.write)
	}
	for range callbacksPerDay {
		d.after(d.between(0, openFor*time.Hour), d.promise)
	}
	for range 8 {
		d.after(d.between(0, openFor*time.Hour), d.breakLine)
	}
	if d.seed%3 == 0 {
		d.step(Command{Do: SeekCustomers{}})
	}
	if d.seed%5 == 0 {
		d.after(d.between(time.Hour, openFor*time.Hour), d.rebootSwitch)
	}
	d.after((openFor+1)*time.Hour, func() { d.night = true })
	d.after((openFor+2)*time.Hour+10*time.Minute, d.cancelAll)
}

func (d *day) planAgent(name string, i int) {
	queues := [][]orchestrator.QueueID{{"sales"}, {"support"}, {"sales", "support"}}[i%3]
	d.phones[name] = &phone{registered: true}
	d.step(Command{Do: DefineAgent{Agent: orchestrator.AgentID(name), Endpoint: name, Queues: queues, Who: fact.Person{Name: name}}})
	if i%2 == 0 {
		d.step(Command{Do: TeachAgent{Agent: orchestrator.AgentID(name), Skills: []orchestrator.Skill{{ID: "gold", Level: 7}}}})
	}
	d.step(media.Event{Kind: media.Phone, Switch: "s", Text: name, Why: media.PhoneRegistered})
	for at := d.between(0, time.Minute); at < openFor*time.Hour; at += d.between(time.Minute, 10*time.Minute) {
		d.after(at, func() { // somebody who did not respond comes back, or goes for lunch
			status := orchestrator.Available
			if d.r.IntN(6) == 0 {
				status = orchestrator.Away
			}
			d.step(Command{Do: SetStatus{Agent: orchestrator.AgentID(name), Status: status}})
		})
	}
	for range 15 {
		d.after(d.between(0, openFor*time.Hour), func() { d.phoneChange(name) })
	}
	d.after((openFor+2)*time.Hour, func() {
		d.step(Command{Do: SetStatus{Agent: orchestrator.AgentID(name), Status: orchestrator.SignedOut}})
	})
}
