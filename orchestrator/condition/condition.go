// Package condition reads the expressions that admins write and says whether they hold. It is pure, and bounded in length, in terms and
// in memory: no expression loops, knows the time or reaches outside.
//
//	tier == "gold" and int(years) > 3
//
// What an expression may name is given when it is compiled, so that a wrong name or a comparison that makes no sense is found then,
// with its place in the text.
package condition

import (
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

const (
	// MaxLength is how many characters an expression may have.
	MaxLength = 500
	maxTerms  = 100   // nodes of its syntax tree
	memory    = 5_000 // units of the expression's machine
)

// Functions are those that an expression may call.
var Functions = []string{"len", "int", "float", "trim", "upper", "lower"}

// Condition is an expression that is ready; it may be used by many at once.
type Condition struct {
	program *vm.Program
	Names   []string // that it uses, in order; some more than once
}

// Compile makes an expression ready. Env is an example of what it may name: a map, or a struct with expr tags. The error says what is
// wrong and where, as (line:column).
func Compile(text string, env any) (*Condition, error) {
	if n := len([]rune(text)); n > MaxLength {
		return nil, fmt.Errorf("%d characters are more than %d", n, MaxLength)
	}
	options := []expr.Option{expr.Env(env), expr.AsBool(), expr.MaxNodes(maxTerms), expr.DisableAllBuiltins()}
	for _, name := range Functions {
		options = append(options, expr.EnableBuiltin(name))
	}
	bounds := &bounded{}
	program, err := expr.Compile(text, append(options, expr.Patch(bounds))...)
	if err == nil && bounds.loops {
		err = errors.New("loops, lists and ranges are left out")
	}
	if err != nil {
		says, _, _ := strings.Cut(err.Error(), "\n")
		return nil, errors.New(says)
	}
	return &Condition{program, bounds.names}, nil
}

// bounded finds what could make a condition cost more than its length: DisableAllBuiltins leaves the loops all, any, map and their
// like in force. It notes the names too.
type bounded struct {
	loops bool
	names []string
}

// Visit implements ast.Visitor.
func (b *bounded) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.PredicateNode, *ast.ArrayNode, *ast.MapNode, *ast.SliceNode:
		b.loops = true
	case *ast.IdentifierNode:
		b.names = append(b.names, n.Value)
	case *ast.BinaryNode:
		b.loops = b.loops || n.Operator == ".."
	}
}

// Holds says whether the condition holds. One that cannot be told, such as int("abc") > 5, does not.
func (c *Condition) Holds(env any) bool {
	machine := vm.VM{MemoryBudget: memory}
	out, err := machine.Run(c.program, env)
	yes, ok := out.(bool)
	return err == nil && ok && yes
}
