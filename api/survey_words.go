package api

import (
	"cmp"
	"strconv"
	"strings"
)

// surveyWords are the words of the survey's page in one language.
type surveyWords struct {
	Name                               string // of the language, in itself
	Title, Lead, Legend                string
	Scores                             [5]string // what 1 to 5 mean
	Free, Send, Once                   string
	NoScore, TooLong                   string // what is wrong with an answer
	Thanks, Done, Nowhere, Gone        string
	TooMany, Wait, Away, AwayWithWords string
}

var surveySays = map[string]surveyWords{
	"en": {
		Name: "English", Title: "How was your call?", Lead: "You called us a short while ago. One question:",
		Legend: "How satisfied are you with this call?",
		Scores: [5]string{"not at all", "not much", "so-so", "satisfied", "very satisfied"},
		Free:   "Anything you want to add? (not needed)", Send: "Send", Once: "Your answer counts once and cannot be changed afterwards.",
		NoScore: "Please choose one of the five.", TooLong: "Please write less: at most 1000 characters.",
		Thanks: "Thank you", Done: "We have your answer. It counts once; you can close this page.",
		Nowhere: "This link does not work", Gone: "It has expired, or it is not complete. There is nothing more for you to do.",
		TooMany: "Please wait", Wait: "There were too many wrong links from your network. Please try again in a minute.",
		Away: "One moment, please", AwayWithWords: "Your answer could not be taken just now. Please go back and send it again in a minute.",
	},
	"zh": {
		Name: "中文", Title: "您对本次通话满意吗？", Lead: "您刚刚与我们通过电话，请回答一个问题：",
		Legend: "请为本次通话评分",
		Scores: [5]string{"非常不满意", "不满意", "一般", "满意", "非常满意"},
		Free:   "您还有什么想说的？（可不填）", Send: "提交", Once: "每次邀请只能提交一次，提交后不能修改。",
		NoScore: "请在五项中选择一项。", TooLong: "内容过长，最多1000字。",
		Thanks: "谢谢您", Done: "我们已收到您的评价，每次邀请只计一次。您可以关闭此页面。",
		Nowhere: "此链接无效", Gone: "链接已过期或不完整，您无需再做任何操作。",
		TooMany: "请稍候", Wait: "您所在的网络访问了过多无效链接，请一分钟后再试。",
		Away: "请稍候", AwayWithWords: "暂时无法提交您的评价，请返回并在一分钟后重新提交。",
	},
}

// otherLanguage is the one that the page can be switched to.
var otherLanguage = map[string]string{"en": "zh", "zh": "en"}

// surveyLanguage is the page's language: the one that the customer chose on the page, else the one spoken in the call, else the
// first that the browser asks for (RFC 9110 section 12.5.4), else English.
func surveyLanguage(chosen, spoken, accept string) string {
	for _, l := range []string{chosen, spoken} {
		if _, known := surveySays[l]; known {
			return l
		}
	}
	return cmp.Or(accepted(accept), "en")
}

// accepted is the known language that a browser likes best; "" when it likes none.
func accepted(accept string) (best string) {
	const most = 20 // ranges that are read
	liked := 0.0
	for _, one := range strings.SplitN(accept, ",", most) {
		tag, weight, weighted := strings.Cut(strings.TrimSpace(one), ";")
		language, _, _ := strings.Cut(strings.ToLower(tag), "-")
		q := 1.0
		if weighted {
			q, _ = strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		}
		if _, known := surveySays[language]; known && q > liked {
			best, liked = language, q
		}
	}
	return best
}
