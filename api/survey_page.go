package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/fact"
)

// The page behind the link that a customer is sent. Its address is its secret: it is in no log, no referrer and no cache. Reading
// it changes nothing, however often a scanner does (FAULTS F55); only POST answers, once. A link that was never given, one that
// has expired and one that was erased look the same, and the same is done for each (SECURITY A20). There is no script, and the
// style stands in the page, by its hash (SECURITY A10).

//go:embed survey.html
var surveyHTML string

//go:embed survey.css
var surveyCSS string

var surveyTemplate = template.Must(template.New("survey").Parse(surveyHTML))

// surveyPolicy lets the page show itself, and be sent back to where it came from.
var surveyPolicy = func() string {
	sum := sha256.Sum256([]byte(surveyCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

// maxForm is the most that the page sends: every character of the words may take twelve bytes in a form.
const maxForm = 12*survey.MaxWords + 1000

// surveyPage is what the template draws.
type surveyPage struct {
	Lang, Other, OtherName string
	CSS                    template.CSS
	Title                  string
	Says                   string // when there is no form
	Form                   bool
	Words                  surveyWords
	Scores                 []surveyScore
	Wrong, Text            string
	Most                   int
}

type surveyScore struct {
	Value  int
	Says   string
	Chosen bool
}

// showSurvey shows the question, or thanks.
func (s *Server) showSurvey(c echo.Context) error {
	ctx, stop := context.WithTimeout(c.Request().Context(), s.cfg.Timeout)
	defer stop()
	x, err := s.cfg.Surveys.Invitation(ctx, survey.Token(c.Param("token")).Sum(), s.cfg.Now())
	if err != nil {
		return s.noSurvey(c, err)
	}
	p := newSurveyPage(c, x.Language)
	if x.State == survey.Answered {
		return p.says(c, http.StatusOK, p.Words.Thanks, p.Words.Done)
	}
	return p.asks(c, http.StatusOK)
}

// answerSurvey records the answer and leads back to the page, which thanks: a reload of that sends nothing again.
func (s *Server) answerSurvey(c echo.Context) error {
	ctx, stop := context.WithTimeout(c.Request().Context(), s.cfg.Timeout)
	defer stop()
	token := survey.Token(c.Param("token"))
	x, err := s.cfg.Surveys.Invitation(ctx, token.Sum(), s.cfg.Now())
	if err != nil {
		return s.noSurvey(c, err)
	}
	req := c.Request()
	req.Body = http.MaxBytesReader(c.Response(), req.Body, maxForm)
	p := newSurveyPage(c, x.Language)
	if err := req.ParseForm(); err != nil {
		p.Wrong = p.Words.TooLong
		return p.asks(c, http.StatusBadRequest)
	}
	score, _ := strconv.Atoi(req.PostForm.Get("score"))
	p.Text = plainWords(req.PostForm.Get("words"))
	for i := range p.Scores {
		p.Scores[i].Chosen = p.Scores[i].Value == score
	}
	switch {
	case score < fact.MinScore || score > fact.MaxScore:
		p.Wrong = p.Words.NoScore
		return p.asks(c, http.StatusBadRequest)
	case utf8.RuneCountInString(p.Text) > survey.MaxWords:
		p.Wrong = p.Words.TooLong
		return p.asks(c, http.StatusBadRequest)
	}
	if _, err := s.cfg.Surveys.Answer(ctx, token.Sum(), score, p.Text, s.cfg.Now()); err != nil {
		return s.noSurvey(c, err)
	}
	// Relative, so that it is right behind a proxy too.
	return c.Redirect(http.StatusSeeOther, c.Param("token")+"?lang="+p.Lang)
}

// noSurvey answers a link that leads nowhere, and a desk that cannot be asked. Neither says in which language the call was.
func (s *Server) noSurvey(c echo.Context, err error) error {
	p := newSurveyPage(c, "")
	switch {
	case orchestrator.KindOf(err) != orchestrator.NotFound:
		s.cfg.Log.Error("the survey's page failed", "request", requestOf(c).id, "cause", err)
		c.Response().Header().Set("Retry-After", "60")
		return p.says(c, http.StatusServiceUnavailable, p.Words.Away, p.Words.AwayWithWords)
	case !s.badLinks.allow(c.RealIP()):
		c.Response().Header().Set("Retry-After", "60")
		return p.says(c, http.StatusTooManyRequests, p.Words.TooMany, p.Words.Wait)
	}
	return p.says(c, http.StatusNotFound, p.Words.Nowhere, p.Words.Gone)
}

func newSurveyPage(c echo.Context, spoken string) surveyPage {
	lang := surveyLanguage(c.QueryParam("lang"), spoken, c.Request().Header.Get("Accept-Language"))
	words, other := surveySays[lang], otherLanguage[lang]
	p := surveyPage{
		Lang: lang, Other: other, OtherName: surveySays[other].Name, Words: words, Most: survey.MaxWords,
		CSS: template.CSS(surveyCSS), //nolint:gosec // It is ours, embedded above.
	}
	for i := fact.MaxScore; i >= fact.MinScore; i-- {
		p.Scores = append(p.Scores, surveyScore{Value: i, Says: words.Scores[i-1]})
	}
	return p
}

func (p surveyPage) asks(c echo.Context, status int) error {
	p.Form, p.Title = true, p.Words.Title
	return p.send(c, status)
}

func (p surveyPage) says(c echo.Context, status int, title, says string) error {
	p.Title, p.Says = title, says
	return p.send(c, status)
}

func (p surveyPage) send(c echo.Context, status int) error {
	var body bytes.Buffer
	if err := surveyTemplate.Execute(&body, p); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", surveyPolicy)
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Content-Language", p.Lang)
	h.Set("Vary", "Accept-Language")
	return c.HTMLBlob(status, body.Bytes())
}

// plainWords keeps what a person wrote and nothing that only machines see; browsers send line ends as CR LF.
func plainWords(text string) string {
	text = strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError) {
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}
