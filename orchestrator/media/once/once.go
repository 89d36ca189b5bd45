// Package once remembers names that are used once, ever (promises 2 and 3 of package media), as the doors to the switches need it:
// no leg is dialled again and no tape begun again.
package once

// limit is how many names are remembered: a want for an older one is not on its way any more.
const limit = 1 << 16

// Names are the last names that were used. The zero value has none; it is not safe for use from several goroutines.
type Names[Name ~string] struct {
	used  map[Name]bool
	order []Name
}

// Add remembers a name.
func (n *Names[Name]) Add(name Name) {
	if n.used == nil {
		n.used = map[Name]bool{}
	}
	if n.used[name] {
		return
	}
	if len(n.order) >= limit {
		delete(n.used, n.order[0])
		n.order = n.order[1:]
	}
	n.used[name] = true
	n.order = append(n.order, name)
}

// Has says whether a name was used.
func (n *Names[Name]) Has(name Name) bool { return n.used[name] }
