package simulate

import (
	"math"
	"testing"
)

// Quantiles of Student's t as printed in the tables.
func TestStudent(t *testing.T) {
	for _, x := range []struct {
		degrees     int
		level, want float64
	}{{1, .95, 12.706}, {2, .95, 4.303}, {9, .95, 2.262}, {19, .99, 2.861}, {120, .95, 1.980}, {1_000_000, .95, 1.960}} {
		if q := student(x.degrees, x.level); math.Abs(q-x.want) > 6e-4 {
			t.Errorf("%d degrees, %v: %.4f, want %.3f", x.degrees, x.level, q, x.want)
		}
	}
}

func TestEstimate(t *testing.T) {
	e := newEstimator(.95).estimate([]float64{1, 2, 3})
	if e.Mean != 2 || math.Abs(e.Half-4.303/math.Sqrt(3)) > 1e-3 || e.Days != 3 {
		t.Errorf("%+v", e)
	}
	if e := newEstimator(.95).estimate([]float64{1}); !math.IsNaN(e.Half) {
		t.Errorf("one day has an interval: %+v", e)
	}
}
