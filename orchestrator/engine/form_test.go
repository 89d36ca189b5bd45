package engine

import (
	"reflect"
	"strings"
	"testing"

	"tandem/orchestrator/floor"
)

// A checkpoint is refused by a program with another form of either half.
func TestTheVersionIsOfBothHalves(t *testing.T) {
	forms := floor.Forms()
	for n := range forms {
		other := append([]reflect.Type{}, forms...)
		other[n] = reflect.TypeFor[struct{ More map[string]string }]()
		if strings.HasSuffix(version(), formOf(other)) || !strings.HasSuffix(version(), formOf(forms)) {
			t.Errorf("half %d does not matter", n)
		}
	}
}
