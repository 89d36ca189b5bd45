// Package plot draws figures over time as SVG: a few charts below each other, each with lines, steps, or a band of uncertainty. The
// picture needs nothing from elsewhere, is read in light and in dark surroundings, and tells every value apart by more than its
// colour. It is pure.
package plot

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Picture is charts below each other.
type Picture struct {
	Title  string
	Charts []Chart
}

// Chart is one frame.
type Chart struct {
	Title  string
	Unit   string   // of the upright axis
	Labels []string // of the places on the other axis, one for each value; those that fit are written
	Top    float64  // of the upright axis; 0: what the values need
	Series []Series
}

// Series is one figure. Not a number is a gap.
type Series struct {
	Name   string
	Values []float64
	Low    []float64 // with High, a band
	High   []float64
	Dashed bool
	Steps  bool // each value holds until the next
}

// The measures of a chart, in pixels.
const (
	width, height      = 960, 260
	left, right        = 64, 24
	above, below, head = 56, 34, 44
	maxSeries          = 4
)

// style holds the colours, four that also people with a weakness for red or green tell apart (Okabe and Ito 2008), for both surroundings.
const style = `<style>
svg { font: 13px system-ui, sans-serif; fill: #1c1c1c; background: #ffffff }
.frame { stroke: #8a8a8a; fill: none } .grid { stroke: #d9d9d9 }
.line { fill: none; stroke-width: 2 } .dashed { stroke-dasharray: 7 4 } .band { stroke: none; opacity: .22 }
.s0 { stroke: #0072b2 } .s1 { stroke: #d55e00 } .s2 { stroke: #009e73 } .s3 { stroke: #7a5195 }
.b0 { fill: #0072b2 } .b1 { fill: #d55e00 } .b2 { fill: #009e73 } .b3 { fill: #7a5195 }
.title { font-size: 17px; font-weight: 600 } .name { font-weight: 600 } .end { text-anchor: end } .mid { text-anchor: middle }
@media (prefers-color-scheme: dark) {
svg { fill: #ececec; background: #16181c } .frame { stroke: #8a8a8a } .grid { stroke: #3a3d44 }
.s0 { stroke: #56b4e9 } .s1 { stroke: #e69f00 } .s2 { stroke: #2fc79a } .s3 { stroke: #c3a6e0 }
.b0 { fill: #56b4e9 } .b1 { fill: #e69f00 } .b2 { fill: #2fc79a } .b3 { fill: #c3a6e0 }
}
</style>
`

// SVG draws the picture.
func (p Picture) SVG() string {
	var out strings.Builder
	tall := head + len(p.Charts)*height
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`+"\n", width, tall, width, tall, html.EscapeString(p.Title))
	out.WriteString(style)
	text(&out, left, 28, "title", p.Title)
	for i, c := range p.Charts {
		c.draw(&out, float64(head+i*height))
	}
	out.WriteString("</svg>\n")
	return out.String()
}

func text(out *strings.Builder, x, y float64, class, said string) {
	fmt.Fprintf(out, `<text x="%.1f" y="%.1f" class="%s">%s</text>`+"\n", x, y, class, html.EscapeString(said))
}

// frame is where a chart's values lie.
type frame struct{ x, y, wide, tall, top, places float64 }

func (f frame) at(i int, v float64) (x, y float64) {
	return f.x + f.wide*float64(i)/f.places, f.y + f.tall*(1-min(v, f.top)/f.top)
}

func (c Chart) draw(out *strings.Builder, y float64) {
	f := frame{left, y + above, width - left - right, height - above - below, c.top(), max(float64(len(c.Labels)-1), 1)}
	text(out, left, y+20, "name", c.Title)
	c.legend(out, y+40)
	for i := range 5 {
		v := f.top * float64(i) / 4
		_, at := f.at(0, v)
		fmt.Fprintf(out, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="grid"/>`+"\n", f.x, at, f.x+f.wide, at)
		text(out, f.x-8, at+4, "end", number(v)+c.Unit)
	}
	every := max(1, int(math.Ceil(float64(len(c.Labels))/14)))
	for i := 0; i < len(c.Labels); i += every {
		x, _ := f.at(i, 0)
		text(out, x, f.y+f.tall+20, "mid", c.Labels[i])
	}
	for n, s := range c.Series[:min(len(c.Series), maxSeries)] {
		s.draw(out, f, n)
	}
	fmt.Fprintf(out, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="frame"/>`+"\n", f.x, f.y, f.wide, f.tall)
}

// legend names the series, each with a piece of its line.
func (c Chart) legend(out *strings.Builder, y float64) {
	x := float64(left)
	for n, s := range c.Series[:min(len(c.Series), maxSeries)] {
		fmt.Fprintf(out, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>`+"\n", x, y-4, x+30, y-4, s.class(n))
		text(out, x+36, y, "", s.Name)
		x += 36 + 8*float64(len([]rune(s.Name))) + 24
	}
}

func (s Series) class(n int) string {
	class := fmt.Sprintf("line s%d", n)
	if s.Dashed {
		class += " dashed"
	}
	return class
}

func (s Series) draw(out *strings.Builder, f frame, n int) {
	if len(s.Low) == len(s.Values) && len(s.High) == len(s.Values) && len(s.Values) > 0 {
		var points []string
		for i, v := range s.High {
			x, y := f.at(i, v)
			points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
		}
		for i := len(s.Low) - 1; i >= 0; i-- {
			x, y := f.at(i, s.Low[i])
			points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
		}
		fmt.Fprintf(out, `<polygon points="%s" class="band b%d"/>`+"\n", strings.Join(points, " "), n)
	}
	var path strings.Builder
	begun := false
	for i, v := range s.Values {
		if math.IsNaN(v) {
			begun = false
			continue
		}
		x, y := f.at(i, v)
		switch {
		case !begun:
			fmt.Fprintf(&path, "M%.1f %.1f", x, y)
		case s.Steps:
			fmt.Fprintf(&path, "H%.1fV%.1f", x, y)
		default:
			fmt.Fprintf(&path, "L%.1f %.1f", x, y)
		}
		begun = true
	}
	fmt.Fprintf(out, `<path d="%s" class="%s"/>`+"\n", path.String(), s.class(n))
}

// top is a round number that no value is above.
func (c Chart) top() float64 {
	if c.Top > 0 {
		return c.Top
	}
	most := 0.0
	for _, s := range c.Series {
		for _, list := range [][]float64{s.Values, s.High} {
			for _, v := range list {
				if !math.IsNaN(v) && !math.IsInf(v, 0) {
					most = max(most, v)
				}
			}
		}
	}
	if most <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(most)))
	for _, m := range []float64{1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10} {
		if unit*m >= most {
			return unit * m
		}
	}
	return 10 * unit
}

// number writes a value of an axis without needless digits.
func number(v float64) string {
	switch {
	case v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2g", v)
}
