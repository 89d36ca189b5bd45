package routing

import (
	"fmt"
	"strings"
	"time"

	"tandem/orchestrator"
)

// Language is one in which a decision is told.
type Language string

// The languages.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// phrase is what is said of one thing in each language. Chinese may need the arguments in another order, and numbers them.
type phrase map[Language]string

var (
	goesTo  = phrase{English: "It goes to %s.", Chinese: "分配给 %s。"}
	waitsAt = phrase{English: "It waits at place %d of queue %s.", Chinese: "在队列 %[2]s 中排第 %[1]d 位等待。"}
	inStep  = phrase{English: "It stands in step %q.", Chinese: "当前步骤为“%s”。"}
	asksFor = phrase{English: "It asks for %s.", Chinese: "要求技能：%s。"}
	ahead   = phrase{English: "Its priority puts it %s ahead of its enqueue time.", Chinese: "优先级使其排队时间提前 %s。"}
	onlyFor = phrase{English: "It is for %s alone.", Chinese: "仅限 %s 处理。"}

	findings = map[Finding]phrase{
		Chosen:     {English: "%s: chosen", Chinese: "%s：已选中"},
		Outranked:  {English: "%s: could take it, but another comes first", Chinese: "%s：可以接，但有人优先"},
		NotFree:    {English: "%s: has other work or is not there", Chinese: "%s：正忙或不在"},
		NoRoom:     {English: "%s: has no room for this kind of work now", Chinese: "%s：目前没有此类工作的空余容量"},
		NotMeant:   {English: "%s: is not meant by the expression of the step", Chinese: "%s：不符合该步骤的条件"},
		LacksSkill: {English: "%s: has %s at level %d, %d is asked for", Chinese: "%s：技能 %s 为 %d 级，要求 %d 级"},
	}
	counted = map[Finding]phrase{
		OtherQueue: {English: "Do not serve the queue: %d people.", Chinese: "不服务于该队列：%d 人。"},
		NotNamed:   {English: "Not the one whom it is for: %d people.", Chinese: "非指定座席：%d 人。"},
	}
	criteria = map[Criterion]phrase{
		ByOwn:       {English: "not being on loan", Chinese: "非借调人员优先"},
		ByPreferred: {English: "more of the preferred skills", Chinese: "具备更多的优先技能"},
		ByStrategy:  {English: "the strategy %s", Chinese: "策略：%s"},
		ByIdle:      {English: "the longer idle time", Chinese: "空闲时间更长"},
		ByID:        {English: "the id, all else being equal", Chinese: "其他条件相同，按编号"},
	}
	strategies = map[Strategy]phrase{
		LongestIdle:    {English: "longest idle", Chinese: "空闲最久"},
		LeastOccupied:  {English: "least occupied today", Chinese: "今日占用率最低"},
		FewestContacts: {English: "fewest contacts today", Chinese: "今日接待最少"},
		BestSkill:      {English: "best skill", Chinese: "技能最佳"},
		RoundRobin:     {English: "round robin", Chinese: "轮流分配"},
		Weighted:       {English: "weighted", Chinese: "按权重分配"},
		FastestFirst:   {English: "fastest first", Chinese: "处理最快优先"},
	}
	anyStrategy = phrase{English: "the strategy", Chinese: "分配策略"}
	decidedBy   = phrase{English: ", decided by %s", Chinese: "，依据：%s"}
	changes     = map[Difference]phrase{
		IfBetter: {English: "%s would have taken it without %s of the choice.", Chinese: "若不是所选座席“%[2]s”，则由 %[1]s 接待。"},
		IfFree:   {English: "%s would take it if free.", Chinese: "若 %s 空闲，则由其接待。"},
		IfLower:  {English: "%s would take it now if %s were asked for at level %d.", Chinese: "若技能 %[2]s 的要求降到 %[3]d 级，%[1]s 现在即可接待。"},
	}
	lentBy      = phrase{English: "%s is lent by queue %s.", Chinese: "%s 由队列 %s 借调。"}
	lentBySince = phrase{English: "%s is lent by queue %s since %s.", Chinese: "%s 由队列 %s 借调，自 %s 起。"}

	unasked = phrase{English: "%s would take it now if %s were not asked for.", Chinese: "若不要求技能 %[2]s，%[1]s 现在即可接待。"}
)

func (p phrase) say(l Language, args ...any) string {
	text, ok := p[l]
	if !ok {
		text = p[English]
	}
	return fmt.Sprintf(text, args...)
}

// SayOnly tells that an item is for one person alone.
func SayOnly(l Language, who orchestrator.AgentID) string { return onlyFor.say(l, who) }

// SayChosen tells who got an item.
func SayChosen(l Language, who orchestrator.AgentID) string { return goesTo.say(l, who) }

// SayLent tells that somebody is asked because a queue lent them; a zero since is not told.
func SayLent(l Language, who orchestrator.AgentID, by orchestrator.QueueID, since time.Time) string {
	if since.IsZero() {
		return lentBy.say(l, who, by)
	}
	return lentBySince.say(l, who, by, since.UTC().Format("2006-01-02 15:04:05 UTC"))
}

// SayInstead tells who would have taken an item but for the choice.
func SayInstead(l Language, who orchestrator.AgentID, by Criterion) string {
	named := criteria[by]
	if by == ByStrategy {
		named = anyStrategy
	}
	return changes[IfBetter].say(l, who, named.say(l))
}

// Say tells an explanation in sentences, one a line: where the item stands, what was found about each person, what would have changed
// it. A language that is not known is English.
func (x Explanation) Say(l Language) []string {
	var out []string
	if x.Chosen != "" {
		out = append(out, goesTo.say(l, x.Chosen))
	} else {
		out = append(out, waitsAt.say(l, x.Position, x.Item.Queue))
	}
	if x.Step != "" {
		out = append(out, inStep.say(l, x.Step))
	}
	switch {
	case x.Item.Only != "":
		out = append(out, onlyFor.say(l, x.Item.Only))
	case len(x.Required) > 0:
		out = append(out, asksFor.say(l, strings.ReplaceAll(string(NewNeed(x.Required...)), ">=", " ≥ ")))
	}
	if x.Item.Ahead != 0 {
		out = append(out, ahead.say(l, x.Item.Ahead.Round(time.Millisecond)))
	}
	far := map[Finding]int{} // those whom nobody would expect are counted
	for _, v := range x.People {
		if v.Is == OtherQueue || v.Is == NotNamed {
			far[v.Is]++
		} else {
			out = append(out, x.verdict(v, l))
		}
		if v.Lent.To != "" {
			out = append(out, SayLent(l, v.Agent, v.Lent.From, v.Lent.Since))
		}
	}
	for _, is := range []Finding{OtherQueue, NotNamed} {
		if far[is] > 0 {
			out = append(out, counted[is].say(l, far[is]))
		}
	}
	for _, c := range x.Instead {
		out = append(out, x.change(c, l))
	}
	return out
}

func (x Explanation) verdict(v Verdict, l Language) string {
	if v.Is == LacksSkill {
		return findings[v.Is].say(l, v.Agent, v.Skill.ID, v.Has, v.Skill.Level)
	}
	said := findings[v.Is].say(l, v.Agent)
	if v.By != "" {
		said += decidedBy.say(l, x.criterion(v.By, l))
	}
	return said
}

func (x Explanation) criterion(c Criterion, l Language) string {
	if c == ByStrategy {
		return criteria[c].say(l, strategies[x.Strategy].say(l))
	}
	return criteria[c].say(l)
}

func (x Explanation) change(c Change, l Language) string {
	switch {
	case c.If == IfBetter:
		return changes[c.If].say(l, c.Agent, x.criterion(c.By, l))
	case c.If == IfFree:
		return changes[c.If].say(l, c.Agent)
	case c.Skill.Level == 0:
		return unasked.say(l, c.Agent, c.Skill.ID)
	}
	return changes[c.If].say(l, c.Agent, c.Skill.ID, c.Skill.Level)
}
