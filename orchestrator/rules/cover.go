package rules

import "slices"

// maxWork bounds how long a table is looked at for rows that cover others and for gaps, in cells that are compared.
const maxWork = 400_000

// cover looks at a table as boxes: each row takes a set of parts of each column. Work is shared by all its questions.
type cover struct {
	columns []dimension
	boxes   [][][]bool // row, column, part
	work    int
}

// dimension is an input, or several that hang together, as the parts that rows tell apart.
type dimension struct {
	parts   int
	of      func(row int) []bool // which parts a row takes
	example func(part int) []string
}

// cover takes calendars to stand as they like, whatever the time and the day: what it says of gaps may then be a case that never is.
func (t *Table) cover() *cover {
	c, clocked := &cover{}, false
	for input, k := range t.kinds {
		if k != given && k != calendar {
			clocked = true
			continue
		}
		col := columnOf(t.Rows, input, k)
		c.columns = append(c.columns, dimension{
			parts: col.parts(), of: func(row int) []bool { return col.of(t.Rows[row].cells[input]) },
			example: func(part int) []string { return []string{t.Inputs[input] + " = " + col.example(part)} },
		})
	}
	if clocked {
		if moments, ok := t.moments(); ok {
			c.columns = append(c.columns, moments)
		} else {
			c.work = maxWork + 1
		}
	}
	for n := range t.Rows {
		var box [][]bool
		for _, col := range c.columns {
			box = append(box, col.of(n))
		}
		c.boxes = append(c.boxes, box)
	}
	return c
}

// all is the box of everything.
func (c *cover) all() [][]bool {
	var box [][]bool
	for _, col := range c.columns {
		box = append(box, slices.Repeat([]bool{true}, col.parts))
	}
	return box
}

// gap finds a point of a box that none of some rows takes: a part for each column. nil says that they cover the box; ok is false when
// the work was too much to tell.
func (c *cover) gap(box [][]bool, rows []int) (point []int, ok bool) {
	s := search{cover: c, box: box, covered: map[string]bool{}}
	point = s.gap(rows, 0)
	return point, c.work <= maxWork
}

// search is one question.
type search struct {
	*cover
	box     [][]bool
	covered map[string]bool // columns and rows that were found to leave nothing out
}

func (s *search) gap(rows []int, at int) []int {
	if at == len(s.box) || len(rows) == 0 {
		if len(rows) > 0 {
			return nil
		}
		return s.first(at)
	}
	key := name(rows, at)
	if s.covered[key] {
		return nil
	}
	seen := map[string]bool{}
	for part, in := range s.box[at] {
		if !in {
			continue
		}
		if s.work += len(rows) + 1; s.work > maxWork {
			return nil
		}
		var left []int
		for _, row := range rows {
			if s.boxes[row][at][part] {
				left = append(left, row)
			}
		}
		same := name(left, at)
		if seen[same] { // a part with the same rows leaves the same out
			continue
		}
		seen[same] = true
		if point := s.gap(left, at+1); point != nil {
			point[at] = part
			return point
		}
	}
	s.covered[key] = s.work <= maxWork
	return nil
}

// first is a point of the box, from a column on; the columns before it are not filled in.
func (s *search) first(from int) []int {
	point := make([]int, len(s.box))
	for at := from; at < len(s.box); at++ {
		for part, in := range s.box[at] {
			if in {
				point[at] = part
				break
			}
		}
	}
	return point
}

func name(rows []int, at int) string {
	out := make([]byte, 0, 2*len(rows)+1)
	out = append(out, byte(at))
	for _, row := range rows {
		out = append(out, byte(row>>8), byte(row))
	}
	return string(out)
}
