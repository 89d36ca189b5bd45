package whole_test

import (
	"flag"
	"os"
	"testing"

	"tandem/cmd/whole"
)

// sideBySide is how many stories are told at once: each has a switch, a database and phones of its own, and mostly waits: four
// take less than one of two processors. Many more would make the machine so busy that it shows in the times that they measure.
const sideBySide = "4"

func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen {
		if err := flag.Set("test.parallel", sideBySide); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// beside lets a story be told beside others, unless all of them need the one FreeSWITCH.
func beside(t *testing.T) {
	if !whole.OnFreeSWITCH() {
		t.Parallel()
	}
}
