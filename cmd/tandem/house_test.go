package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// room says on which floor of the house a package lives and whom it may visit.
type room struct {
	path string   // package
	may  []string // other packages of the house that it may import; "*" is all but fakes
	out  []string // third-party modules that it may import
	pure bool     // no clock, no chance, no goroutine, no network, no file
	fake bool     // stands in for something real, or is for tests and demonstrations: never in the product
	long []string // files beyond 400 lines, or functions beyond 70 ("file.go:Func"), each with a reason beside it
}

// words are what every room may know.
var words = []string{"orchestrator", "orchestrator/fact", "orchestrator/media"}

// desks are the services over ports.
var desks = []string{
	"orchestrator/desk/access", "orchestrator/desk/customer", "orchestrator/desk/notify", "orchestrator/desk/place", "orchestrator/desk/provision", "orchestrator/desk/recording", "orchestrator/desk/retry", "orchestrator/desk/rounds", "orchestrator/desk/survey", "orchestrator/desk/ticket", "orchestrator/desk/trace", "orchestrator/desk/view",
	"orchestrator/desk/webhook",
}

// rooms is the architecture: the README draws it, this test keeps it. Imports point down; doors never import doors.
var rooms = []room{
	// 0 words
	{path: "orchestrator", pure: true},
	{path: "orchestrator/media", pure: true},
	{path: "orchestrator/fact", may: words, pure: true},
	{path: "orchestrator/media/once", pure: true},
	// 1 mind
	{path: "orchestrator/erlang", pure: true},
	{path: "orchestrator/forecast", pure: true},
	{path: "orchestrator/plot", pure: true},
	{path: "orchestrator/condition", pure: true, out: []string{"github.com/expr-lang/expr"}},
	{path: "orchestrator/routing", may: join(words, "orchestrator/condition"), pure: true},
	{path: "orchestrator/hours", pure: true},
	{path: "orchestrator/problem", pure: true},
	{path: "orchestrator/flow", may: join(words, "orchestrator/condition", "orchestrator/hours", "orchestrator/problem", "orchestrator/routing"), pure: true, out: []string{"go.yaml.in/yaml/v3"}},
	{path: "orchestrator/rules", may: join(words, "orchestrator/hours", "orchestrator/problem", "orchestrator/routing"), pure: true, out: []string{"go.yaml.in/yaml/v3"}},
	{path: "orchestrator/floor", may: join(words, "orchestrator/flow", "orchestrator/hours", "orchestrator/routing", "orchestrator/rules"), pure: true},
	// 2 pulse
	{path: "orchestrator/media/switchboard", may: words},
	{path: "orchestrator/engine", may: join(words, "orchestrator/floor", "orchestrator/flow")},
	{path: "orchestrator/insight", may: words, pure: true},
	{path: "orchestrator/simulate", may: join(words, "orchestrator/insight", "orchestrator/plot", "orchestrator/routing"), pure: true},
	{path: "orchestrator/whatif", may: join(words, "orchestrator/floor", "orchestrator/flow", "orchestrator/replay", "orchestrator/rules", "orchestrator/simulate")},
	{path: "orchestrator/replay", may: join(words, "orchestrator/floor", "orchestrator/flow", "orchestrator/hours", "orchestrator/plot", "orchestrator/routing", "orchestrator/rules", "orchestrator/simulate"), pure: true},
	{path: "orchestrator/desk/access", may: words},
	{path: "orchestrator/desk/place", may: join(words, "orchestrator/desk/notify")},
	{path: "orchestrator/desk/customer", may: join(words, "orchestrator/desk/notify")},
	{path: "orchestrator/desk/retry", pure: true},
	{path: "orchestrator/desk/rounds"},
	{path: "orchestrator/desk/notify", may: join(words, "orchestrator/desk/retry", "orchestrator/desk/rounds")},
	{path: "orchestrator/desk/provision", may: join(words, "orchestrator/desk/retry")},
	{path: "orchestrator/desk/recording", may: join(words, "orchestrator/desk/retry", "orchestrator/desk/rounds")},
	{path: "orchestrator/desk/survey", may: join(words, "orchestrator/desk/notify", "orchestrator/desk/rounds")},
	{path: "orchestrator/desk/ticket", may: join(words, "orchestrator/desk/notify")},
	{path: "orchestrator/desk/trace", may: join(words, "orchestrator/desk/notify", "orchestrator/desk/retry", "orchestrator/desk/ticket")},
	{path: "orchestrator/desk/view", may: words},
	{path: "orchestrator/desk/webhook", may: join(words, "orchestrator/desk/retry", "orchestrator/desk/ticket")},
	{path: "orchestrator/desk", may: join(words, desks...)},
	// 3 doors
	{path: "adapters/asterisk", may: join(words, "orchestrator/desk/provision", "orchestrator/desk/recording", "orchestrator/media/once", "orchestrator/media/switchboard"), out: []string{
		"github.com/CyCoreSystems/ari/v6", "github.com/coder/websocket",
	}},
	{path: "adapters/freeswitch", may: join(words, "orchestrator/desk/provision", "orchestrator/desk/recording", "orchestrator/media/once", "orchestrator/media/switchboard"), out: []string{"github.com/percipia/eslgo"}},
	{path: "adapters/postgres", may: slices.Concat(words, desks, []string{"orchestrator/desk", "orchestrator/engine", "orchestrator/insight", "sql"}), out: []string{
		"github.com/jmoiron/sqlx", "github.com/lib/pq", "github.com/pressly/goose/v3",
	}},
	{path: "adapters/smpp", may: []string{"orchestrator/desk/notify"}, out: []string{"github.com/linxGnu/gosmpp"}},
	{path: "adapters/inside"}, // no door: what those that ask addresses of others' choosing share
	{path: "adapters/lookup", may: []string{"adapters/inside", "orchestrator/engine", "orchestrator/flow"}},
	{path: "adapters/otlp", may: []string{"orchestrator/desk/trace"}},
	{path: "adapters/webhook", may: []string{"adapters/inside", "orchestrator/desk/webhook"}},
	{path: "adapters/smshttp", may: []string{"orchestrator/desk/notify"}},
	{path: "adapters/shelf", may: join(words, "orchestrator/desk/recording")},
	{path: "api", may: slices.Concat(words, desks, []string{"orchestrator/floor", "orchestrator/flow", "orchestrator/insight", "orchestrator/problem", "orchestrator/replay", "orchestrator/routing", "orchestrator/rules", "orchestrator/simulate", "orchestrator/whatif"}), out: []string{
		"github.com/labstack/echo/v4", "github.com/getkin/kin-openapi", "github.com/oapi-codegen/runtime", "github.com/prometheus/client_golang", "golang.org/x/time",
	}, long: []string{"refuse_test.go:TestBadRequests"}}, // a table, a line for each
	// roof
	{path: "cmd/tandem", may: []string{"*"}, out: []string{
		"github.com/caarlos0/env/v11", "go.yaml.in/yaml/v3", "github.com/prometheus/client_golang", "golang.org/x/sync",
	}},
	// cellar
	{path: "sql"},
	{path: "dialplan"},
	// beside the house: what runs and tries it
	{path: "cmd/bench", may: []string{"adapters/lab"}, fake: true},
	{path: "cmd/centre", may: []string{"adapters/lab", "dialplan"}, fake: true},
	{path: "cmd/demo", may: []string{"adapters/lab", "adapters/softphone"}, fake: true},
	{path: "cmd/prompts", may: []string{"adapters/prompts"}, fake: true},
	{path: "cmd/whole", may: []string{"adapters/lab", "adapters/lab/labtest", "adapters/softphone", "dialplan"}, fake: true, long: []string{
		"chat_test.go:TestChat", "code_test.go:TestFeatureCodes", "callback_test.go:TestCallbacks", // one story each, told straight down
		"anywhere_test.go:killedAnywhere", // the phases of one call, in their order
	}},
	{path: "adapters/freeswitch/fakeesl", may: []string{"orchestrator/media/mediatest/fakeparty"}, fake: true},
	{path: "adapters/asterisk/fakeari", may: join(words, "orchestrator/media/mediatest/fakeparty"), out: []string{"github.com/coder/websocket"}, fake: true},
	{path: "adapters/lab", may: []string{"adapters/prompts", "dialplan"}, out: []string{"golang.org/x/sync"}, fake: true},
	{path: "adapters/lab/labtest", may: []string{"adapters/lab"}, fake: true},
	{path: "adapters/memory", may: slices.Concat(words, desks, []string{"orchestrator/desk", "orchestrator/engine"}), fake: true},
	{path: "adapters/smpp/fakesmsc", fake: true},
	{path: "adapters/prompts", may: []string{"dialplan"}, out: []string{"golang.org/x/sync"}, fake: true},
	{path: "adapters/softphone", out: []string{
		"github.com/emiago/sipgo", "github.com/icholy/digest", "github.com/pion/rtp", "github.com/pion/sdp/v3",
	}, fake: true},
	{path: "adapters/softphone/softbench", may: []string{"adapters/softphone", "orchestrator/media/mediatest"}, fake: true},
	{path: "orchestrator/desk/notify/notifytest", may: []string{"orchestrator/desk/notify"}, fake: true},
	{path: "orchestrator/desk/provision/provisiontest", may: []string{"orchestrator", "orchestrator/media", "orchestrator/desk/provision"}, fake: true},
	{path: "orchestrator/media/mediatest", may: words, fake: true},
	{path: "orchestrator/media/mediatest/fakeparty", fake: true},
	{path: "orchestrator/storagetest", may: slices.Concat(words, desks, []string{"orchestrator/desk", "orchestrator/engine"}), fake: true},
}

func join(lists []string, more ...string) []string { return append(slices.Clone(lists), more...) }

// fixed are the modules that one room alone may know.
var fixed = map[string]string{
	"github.com/percipia/eslgo":       "adapters/freeswitch",
	"github.com/CyCoreSystems/ari/v6": "adapters/asterisk",
	"github.com/jmoiron/sqlx":         "adapters/postgres",
	"github.com/lib/pq":               "adapters/postgres",
	"github.com/labstack/echo/v4":     "api",
	"github.com/robfig/cron/v3":       "cmd/tandem",
}

const (
	maxFileLines = 400
	maxFuncLines = 70
)

type pkg struct {
	ImportPath, Dir, Doc string
	Imports, Deps        []string
	GoFiles              []string
	TestGoFiles          []string
	XTestGoFiles         []string
}

// TestHouse holds every package against its line in rooms, and every line against a package.
func TestHouse(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, "tandem/")
		i := slices.IndexFunc(rooms, func(r room) bool { return r.path == name })
		if i < 0 {
			t.Errorf("%s has no room in the house: give it a line in rooms", name)
			continue
		}
		seen[name] = true
		checkImports(t, name, rooms[i], p)
		if !strings.HasPrefix(p.Doc, "Package ") && !strings.HasPrefix(p.Doc, "Command ") && !strings.HasPrefix(p.Doc, "Tandem ") {
			t.Errorf("%s needs a package comment that says its contract", name)
		}
		for _, f := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			checkFile(t, rooms[i], filepath.Join(p.Dir, f), f)
		}
	}
	for _, r := range rooms {
		if !seen[r.path] {
			t.Errorf("room %s is empty: remove its line", r.path)
		}
	}
}

// TestProductHasNoFakes: nothing that stands in for something real reaches the product.
func TestProductHasNoFakes(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath != "tandem/cmd/tandem" {
			continue
		}
		for _, r := range rooms {
			if r.fake && slices.Contains(p.Deps, "tandem/"+r.path) {
				t.Errorf("cmd/tandem depends on %s", r.path)
			}
		}
		if slices.Contains(p.Deps, "testing") {
			t.Error("cmd/tandem depends on package testing")
		}
	}
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,Doc,Imports,Deps,GoFiles,TestGoFiles,XTestGoFiles", "tandem/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func checkImports(t *testing.T, name string, r room, p pkg) {
	for _, imp := range p.Imports {
		in, ours := strings.CutPrefix(imp, "tandem/")
		switch {
		case ours && !slices.Contains(r.may, in) && !slices.Contains(r.may, "*"):
			t.Errorf("%s may not import %s", name, in)
		case !ours && strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") && !slices.ContainsFunc(r.out, func(m string) bool { return imp == m || strings.HasPrefix(imp, m+"/") }):
			t.Errorf("%s may not import %s", name, imp)
		case r.pure && slices.Contains([]string{"net", "net/http", "os", "os/exec", "math/rand", "math/rand/v2", "crypto/rand", "database/sql"}, imp):
			t.Errorf("%s is pure and may not import %s", name, imp)
		}
		for module, only := range fixed {
			if (imp == module || strings.HasPrefix(imp, module+"/")) && name != only && !r.fake {
				t.Errorf("%s may not import %s: only %s knows it", name, imp, only)
			}
		}
	}
}

func checkFile(t *testing.T, r room, path, file string) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	if ast.IsGenerated(f) {
		return
	}
	if n := fset.Position(f.FileEnd).Line; n > maxFileLines && !slices.Contains(r.long, file) {
		t.Errorf("%s has %d lines, more than %d: split it, or give a reason in rooms", path, n, maxFileLines)
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line; n > maxFuncLines && !slices.Contains(r.long, file+":"+fn.Name.Name) {
			t.Errorf("%s: %s has %d lines, more than %d: split it, or give a reason in rooms", fset.Position(fn.Pos()), fn.Name.Name, n, maxFuncLines)
		}
	}
	if r.pure && !strings.HasSuffix(file, "_test.go") {
		checkPure(t, fset, f)
	}
}

func checkPure(t *testing.T, fset *token.FileSet, f *ast.File) {
	clock := []string{"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "NewTimer", "NewTicker", "Tick"}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			t.Errorf("%s: a pure package starts no goroutine", fset.Position(n.Pos()))
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if ok && x.Name == "time" && slices.Contains(clock, n.Sel.Name) {
				t.Errorf("%s: a pure package does not look at the clock", fset.Position(n.Pos()))
			}
		}
		return true
	})
}
