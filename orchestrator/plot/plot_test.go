package plot_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"tandem/orchestrator/plot"
)

// The picture is well-formed whatever its names say; gaps are gaps, the band lies around its line, and nothing leaves the frame.
func TestPicture(t *testing.T) {
	p := plot.Picture{Title: `Sales & "service" <b>`, Charts: []plot.Chart{{
		Title: "Calls", Unit: " %", Top: 100, Labels: []string{"08:00", "08:30", "09:00", "09:30"},
		Series: []plot.Series{
			{Name: "was", Values: []float64{10, math.NaN(), 30, 250}},
			{Name: "would", Values: []float64{0, 50, 100, 50}, Low: []float64{0, 40, 90, 40}, High: []float64{10, 60, 100, 60}, Dashed: true},
			{Name: "steps", Values: []float64{1, 2, 3, 4}, Steps: true},
		},
	}, {Title: "nothing", Labels: nil, Series: []plot.Series{{Name: "none"}}}}}
	svg := p.SVG()
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
	}
	for _, want := range []string{
		"prefers-color-scheme: dark", "Sales &amp; &#34;service&#34; &lt;b&gt;", ">08:30<", ">100 %<",
		`d="M64.0 253.0M645.3 219.0L936.0 100.0"`,                                // a gap; what is above the frame is drawn at its edge
		`<polygon points="64.0,253.0 354.7,168.0 645.3,100.0 936.0,168.0 936.0,`, // up along High, back along Low
		`class="line s1 dashed"`, "H354.7V",
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("nothing of %s in\n%s", want, svg)
		}
	}
}
