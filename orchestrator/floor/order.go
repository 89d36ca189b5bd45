package floor

import (
	"cmp"
	"slices"

	"tandem/orchestrator"
)

// order is who waits in one line, offered or not, in the order in which they are taken. A place in it is found by halving and by adding
// up blocks, so that it costs the same with tens of thousands in line as with ten. The nil order is empty.
type order struct {
	blocks [][]spot // none of them empty, each before the next
	spots  map[orchestrator.InteractionID]spot
}

func newOrder() *order { return &order{spots: map[orchestrator.InteractionID]spot{}} }

// spot is by what places in line are told apart: enqueue time less head start, then id.
type spot struct {
	at int64 // nanoseconds
	id orchestrator.InteractionID
}

// maxBlock is how many spots a block has before it is cut in two.
const maxBlock = 512

func spotOf(i *Interaction) spot { return spot{i.Since.Add(-i.Ahead).UnixNano(), i.ID} }

func (s spot) compare(o spot) int {
	return cmp.Or(cmp.Compare(s.at, o.at), orchestrator.CompareIDs(s.id, o.id))
}

func (o *order) size() int {
	if o == nil {
		return 0
	}
	return len(o.spots)
}

func (o *order) has(id orchestrator.InteractionID) bool {
	if o == nil {
		return false
	}
	_, in := o.spots[id]
	return in
}

// first is who is taken first; false when there is nobody.
func (o *order) first() (spot, bool) {
	if len(o.blocks) == 0 {
		return spot{}, false
	}
	return o.blocks[0][0], true
}

// put takes somebody in, or moves them.
func (o *order) put(s spot) {
	o.remove(s.id)
	o.spots[s.id] = s
	if len(o.blocks) == 0 {
		o.blocks = [][]spot{{s}}
		return
	}
	b := max(o.block(s), 0)
	at, _ := slices.BinarySearchFunc(o.blocks[b], s, spot.compare)
	o.blocks[b] = slices.Insert(o.blocks[b], at, s)
	if full := o.blocks[b]; len(full) >= maxBlock {
		half := slices.Clone(full[len(full)/2:])
		o.blocks[b] = full[:len(full)/2]
		o.blocks = slices.Insert(o.blocks, b+1, half)
	}
}

// remove takes somebody out; who is not in the line is no error.
func (o *order) remove(id orchestrator.InteractionID) {
	if o == nil {
		return
	}
	s, in := o.spots[id]
	if !in {
		return
	}
	delete(o.spots, id)
	b := o.block(s)
	at, _ := slices.BinarySearchFunc(o.blocks[b], s, spot.compare)
	if o.blocks[b] = slices.Delete(o.blocks[b], at, at+1); len(o.blocks[b]) == 0 {
		o.blocks = slices.Delete(o.blocks, b, b+1)
	}
}

// block is the last block that begins at a spot or before it; -1 is none.
func (o *order) block(s spot) int {
	n, exact := slices.BinarySearchFunc(o.blocks, s, func(b []spot, s spot) int { return b[0].compare(s) })
	if exact {
		return n
	}
	return n - 1
}

// before counts those who are taken before a spot, without the one of its own id.
func (o *order) before(s spot) (n int) {
	if o == nil {
		return 0
	}
	b := o.block(s)
	for _, block := range o.blocks[:max(b, 0)] {
		n += len(block)
	}
	if b >= 0 {
		at, _ := slices.BinarySearchFunc(o.blocks[b], s, spot.compare)
		n += at
	}
	if own, in := o.spots[s.id]; in && own.compare(s) < 0 {
		n--
	}
	return n
}

// ids are all who wait, by id.
func (o *order) ids() []orchestrator.InteractionID {
	if o == nil {
		return nil
	}
	ids := make([]orchestrator.InteractionID, 0, len(o.spots))
	for id := range o.spots {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, orchestrator.CompareIDs)
	return ids
}
