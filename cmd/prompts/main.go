// Command prompts makes the announcements for a switch of your own: it speaks the words that Tandem brings and yours, and converts
// your recordings of any format (docs/prompts.md). It needs espeak-ng and sox, and touches nothing but the folder that it is told.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"tandem/adapters/prompts"
)

const usage = `usage: prompts [-bare] [-first LANGUAGE] FOLDER-OF-THE-SWITCH [FOLDER-OF-MINE…]

Makes FOLDER-OF-THE-SWITCH/en/welcome.wav and so on, 8 kHz mono, from what Tandem brings and from folders of yours:
  en.txt             lines "name: words", spoken by espeak-ng; any language that it knows: de.txt, fr.txt, …
  en/NAME.wav|mp3|…  recordings of any format that sox reads; they win over words
A later folder wins over an earlier one. Run it again after any change; what has not changed is left alone.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var errUsage = errors.New("wrong use")

func run(ctx context.Context, args []string, out, help io.Writer) error {
	flags := flag.NewFlagSet("prompts", flag.ContinueOnError)
	flags.SetOutput(help)
	flags.Usage = func() { fmt.Fprint(help, usage); flags.PrintDefaults() }
	first := flags.String("first", "en", "the language for whoever names none, such as the switch's own fallback")
	bare := flags.Bool("bare", false, "make only what is in your folders, nothing that Tandem brings")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return errUsage
	}
	fmt.Fprintf(out, "making announcements in %s …\n", flags.Arg(0))
	made, err := prompts.Make(ctx, prompts.Options{To: flags.Arg(0), From: flags.Args()[1:], Bare: *bare, First: *first})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d spoken, %d converted, %d left as they were\n", made.Spoken, made.Converted, made.Kept)
	return nil
}
