package routing

// heaped is what a heap holds: it knows its order, and is told where it stands so that it can leave from anywhere.
type heaped[T any] interface {
	before(T) bool
	at(int)
}

// heap is a binary heap; the first in order is at 0. It allocates only to grow.
type heap[T heaped[T]] []T

func (h *heap[T]) push(x T) {
	*h = append(*h, x)
	h.up(len(*h) - 1)
}

// remove takes out the element at i.
func (h *heap[T]) remove(i int) {
	old := *h
	last := len(old) - 1
	old[i].at(-1)
	moved := old[last]
	var none T
	old[last] = none
	*h = old[:last]
	if i < last {
		old[i] = moved
		h.fix(i)
	}
}

// fix puts the element at i where it belongs after its order has changed.
func (h *heap[T]) fix(i int) {
	if !h.down(i) {
		h.up(i)
	}
}

// order makes a heap of elements in any order.
func (h *heap[T]) order() {
	for i := len(*h) - 1; i >= 0; i-- {
		h.down(i)
	}
}

func (h *heap[T]) up(i int) {
	s := *h
	x := s[i]
	for i > 0 {
		parent := (i - 1) / 2
		if !x.before(s[parent]) {
			break
		}
		s[i] = s[parent]
		s[i].at(i)
		i = parent
	}
	s[i] = x
	x.at(i)
}

func (h *heap[T]) down(i int) bool {
	s := *h
	x, from := s[i], i
	for {
		child := 2*i + 1
		if child >= len(s) {
			break
		}
		if child+1 < len(s) && s[child+1].before(s[child]) {
			child++
		}
		if !s[child].before(x) {
			break
		}
		s[i] = s[child]
		s[i].at(i)
		i = child
	}
	s[i] = x
	x.at(i)
	return i > from
}
