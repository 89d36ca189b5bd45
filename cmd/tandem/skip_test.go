package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// skips are all tests that may leave something out, beside those that say "left out by -short": where they stand, and for want of what.
// A test that quietly does not run proves nothing; whoever adds one writes it down here.
var skips = map[string]string{
	"adapters/freeswitch/provision_test.go":                      "the conf folder of a real FreeSWITCH",
	"adapters/freeswitch/real_away_test.go":                      "a command that restarts a real FreeSWITCH",
	"adapters/freeswitch/real_test.go":                           "a real FreeSWITCH",
	"adapters/freeswitch/real_trunk_test.go":                     "the conf folder of a real FreeSWITCH",
	"adapters/lab/dir_test.go":                                   "root, whose servers run as somebody else",
	"adapters/smpp/kill_test.go":                                 "nothing: it is the child of another test",
	"cmd/bench/arrival_test.go":                                  "Asterisk, which alone has app_queue",
	"cmd/tandem/tracked_test.go":                                 "a checkout of git",
	"cmd/whole/absence_test.go":                                  "a real FreeSWITCH that the whole is tested on, and a command that restarts it",
	"cmd/whole/other_switch_test.go":                             "nothing: it says on which switch the stories are not told",
	"cmd/whole/pair_test.go":                                     "a command that restarts a real FreeSWITCH, where one is the second of two",
	"cmd/whole/restart_test.go":                                  "a command that restarts a real FreeSWITCH",
	"orchestrator/desk/notify/notifytest/notifytest.go":          "a network that can be made unwell",
	"orchestrator/desk/provision/provisiontest/provisiontest.go": "a switch that can be restarted",
	"orchestrator/media/mediatest/outside.go":                    "a trunk to call outside over",
	"orchestrator/forecast/bank_test.go":                         "the data of a bank, which is not ours to give away (TANDEM_TEST_BANK)",
	"orchestrator/floor/today_test.go":                           "the time zones of the operating system",
}

// TestSkipsAreListed finds every skip of the tree.
func TestSkipsAreListed(t *testing.T) {
	top := filepath.Join("..", "..")
	var found []string
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != top:
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go"):
			return nil
		}
		quiet, err := skipsIn(path)
		if quiet {
			name, _ := filepath.Rel(top, path)
			found = append(found, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		if skips[file] == "" {
			t.Errorf("%s skips a test: list it in skips, with what it lacks", file)
		}
	}
	for file := range skips {
		if !slices.Contains(found, file) {
			t.Errorf("%s skips nothing any more: take it from the list", file)
		}
	}
}

// skipsIn says whether a file skips a test for another reason than -short, which the text says.
func skipsIn(path string) (bool, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return false, err
	}
	quiet := false
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || name.Sel.Name != "Skip" && name.Sel.Name != "Skipf" && name.Sel.Name != "SkipNow" {
			return true
		}
		if len(call.Args) > 0 {
			if text, ok := call.Args[0].(*ast.BasicLit); ok {
				if says, err := strconv.Unquote(text.Value); err == nil && strings.HasSuffix(says, "left out by -short") {
					return true
				}
			}
		}
		quiet = true
		return true
	})
	return quiet, nil
}
