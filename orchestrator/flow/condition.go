package flow

import (
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

const (
	maxExpression = 500   // characters
	maxTerms      = 100   // nodes of its syntax tree
	memory        = 5_000 // units of the expression's machine
)

// condition is an expression over the attributes of a call. It is compiled when the text is read: a name that no node sets, or a
// comparison that makes no sense, is found then.
type condition struct {
	line    int
	text    string
	to      target
	program *vm.Program
}

// functions are those that a condition may call. None loops, none knows the time, none reaches outside.
var functions = []string{"len", "int", "float", "trim", "upper", "lower"}

// compile makes a condition ready. Attributes are texts; one that was not set yet is "".
func compile(text string, attributes []string) (program *vm.Program, names []string, err error) {
	env := map[string]string{}
	for _, name := range attributes {
		env[name] = ""
	}
	options := []expr.Option{expr.Env(env), expr.AsBool(), expr.MaxNodes(maxTerms), expr.DisableAllBuiltins()}
	for _, name := range functions {
		options = append(options, expr.EnableBuiltin(name))
	}
	bounds := &bounded{}
	program, err = expr.Compile(text, append(options, expr.Patch(bounds))...)
	if err == nil && bounds.loops {
		err = errors.New("loops, lists and ranges are left out")
	}
	if err != nil {
		says, _, _ := strings.Cut(err.Error(), "\n")
		return nil, nil, fmt.Errorf("the condition cannot be read: %s; it may use the attributes %s and the functions %s",
			says, strings.Join(attributes, ", "), strings.Join(functions, ", "))
	}
	return program, bounds.names, nil
}

// bounded finds what could make a condition cost more than its length: DisableAllBuiltins leaves the loops all, any, map and their
// like in force. It notes the attributes too.
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

// holds says whether the condition holds. One that cannot be told, such as int("abc") > 5, does not.
func (c condition) holds(env map[string]string) bool {
	machine := vm.VM{MemoryBudget: memory}
	out, err := machine.Run(c.program, env)
	yes, ok := out.(bool)
	return err == nil && ok && yes
}
