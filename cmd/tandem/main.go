// Tandem is a contact-centre control plane: a media switch moves the audio, Tandem decides everything else.
//
//	tandem serve              run
//	tandem migrate            bring the database to this program's schema
//	tandem doctor             check everything it depends on, and say what to mend
//	tandem config             print the configuration in force, without secrets
//	tandem journal show       print the journal, one fact a line
//	tandem journal why        tell why each offer of a call went to whom it went
//	tandem journal verify     hold the journal against itself and against the views
//	tandem journal rebuild    make the views anew from the journal
//	tandem rules check        check decision tables, each error with file and line
//	tandem flow check         check IVR flows, each error with file and line
//	tandem flow publish       publish flows, each error with file and line
//	tandem flow list          list the flows that new calls enter
//	tandem flow show          print the text of a flow
//	tandem flow rollback      publish an older version of a flow again
//	tandem switch-files       write what your own Asterisk or FreeSWITCH includes
//	tandem erase              forget a person by number
//	tandem phone              make an agent's SIP account and print what to type into a phone
//	tandem key add            make an API key on this machine
//	tandem simulate           run days of a centre in virtual time: what if
//	tandem scenario           write a day of the journal as a scenario
//	tandem replay             live through a day of the journal again, otherwise
//	tandem forecast           tell how many will call
//	tandem staff              tell how many people each interval needs for a service level
//	tandem version            print the version
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
)

// command is one thing that the program does.
type command struct {
	name, says string
	takes      bool // arguments; what it does not take is refused, never ignored
	run        func(ctx context.Context, c Config, args []string, out io.Writer) error
}

var commands = []command{
	{"serve", "run", false, serve},
	{"migrate", "bring the database to this program's schema", false, migrate},
	{"doctor", "check everything it depends on, and say what to mend", false, doctor},
	{"config", "print the configuration in force, without secrets", false, printConfig},
	{"journal show", "print the journal, one fact a line (-after N, -about ID)", true, journalShow},
	{"journal why", "tell why each offer of a call went to whom it went: (-language zh) INTERACTION", true, journalWhy},
	{"journal verify", "hold the journal against itself and against the views", false, journalVerify},
	{"journal rebuild", "make the views anew from the journal", false, journalRebuild},
	{"rules check", "check decision tables, each error with file and line: FILE…", true, rulesCheck},
	{"flow check", "check IVR flows, each error with file and line: FILE…", true, flowCheck},
	{"flow publish", "publish IVR flows, each error with file and line: FILE…", true, flowPublish},
	{"flow list", "list the flows that new calls enter", false, flowList},
	{"flow show", "print the text of a flow: ID [VERSION]", true, flowShow},
	{"flow rollback", "publish an older version of a flow again: ID VERSION", true, flowRollback},
	{"switch-files", "write what your own switch includes: (-numbers 7000,7001 -phones ann,bob) FOLDER", true, switchFiles},
	{"erase", "forget a person by number, audio included; figures stay: NUMBER", true, erase},
	{"phone", "make an agent's SIP account and print what to type into a phone: (-renew) AGENT", true, phone},
	{"key add", "make an API key on this machine: NAME SCOPE…", true, keyAdd},
	{"simulate", "run days of a centre in virtual time: (-against FILE -format table|csv|json|svg …) FILE", true, simulateDays},
	{"scenario", "write a span of the journal as a scenario for simulate and replay: (-from TIME -to TIME -random 30m …)", true, recordScenario},
	{"replay", "live through a span of the journal again, with other people or rules: (-from TIME -to TIME -change FILE …)", true, replayDay},
	{"forecast", "tell how many will call in each interval of days to come: FILE or -journal (-interval 30m -days 5 -closed DATES -test N …)", true, forecastCalls},
	{"staff", "tell how many people each interval needs for a service level: FILE or -calls N (-interval 30m -handle 4m10s …)", true, staffNeeded},
	{"version", "print the version", false, printVersion},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "tandem:", err)
		os.Exit(1)
	}
}

// run finds the command that the arguments name and carries it out.
func run(ctx context.Context, args []string, out, errs io.Writer) error {
	flags := flag.NewFlagSet("tandem", flag.ContinueOnError)
	flags.SetOutput(errs)
	file := flags.String("config", os.Getenv("TANDEM_CONFIG"), "configuration `file` (YAML); the environment goes over it")
	flags.Usage = func() {} // Help that is asked for is an answer, and no error.
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		usage(out)
		return nil
	case err != nil:
		usage(errs)
		return err
	}
	said := strings.Join(flags.Args(), " ")
	if said == "help" {
		usage(out)
		return nil
	}
	for _, c := range commands {
		if said != c.name && !strings.HasPrefix(said, c.name+" ") {
			continue
		}
		rest := flags.Args()[len(strings.Fields(c.name)):]
		if !c.takes && len(rest) > 0 {
			return fmt.Errorf("%s takes no arguments; %q is not understood", c.name, rest[0])
		}
		config, err := loadConfig(*file, os.Environ())
		if err != nil && c.name != "version" {
			return err
		}
		return c.run(ctx, config, rest, out)
	}
	if said != "" {
		fmt.Fprintf(errs, "tandem: there is no command %q\n\n", said)
	}
	usage(errs)
	return flag.ErrHelp
}

// parseOptions reads the options of a command. One behind an argument is refused: package flag would take it for an argument.
// What is wrong is told once, in one line; the list of the options is for those who ask for it.
func parseOptions(flags *flag.FlagSet, args []string) error {
	flags.SetOutput(io.Discard)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(os.Stderr)
		flags.Usage()
		return err
	case err != nil:
		return fmt.Errorf("%w; tandem %s -h lists the options", err, flags.Name())
	}
	for _, a := range flags.Args() {
		if len(a) > 1 && a[0] == '-' {
			return fmt.Errorf("%s: the option %q stands behind an argument; options come first", flags.Name(), a)
		}
	}
	return nil
}

func usage(w io.Writer) {
	fmt.Fprint(w, "usage: tandem [-config FILE] COMMAND\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-17s %s\n", c.name, c.says)
	}
	fmt.Fprint(w, "\nWithout -config everything comes from the environment; \"tandem config\" lists the variables.\n")
}

func printVersion(_ context.Context, _ Config, _ []string, out io.Writer) error {
	_, err := fmt.Fprintln(out, version())
	return err
}

// version is the module's version, or the commit that the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "tandem (unknown build)"
	}
	commit := ""
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return fmt.Sprintf("tandem %s%s, %s", info.Main.Version, commit, info.GoVersion)
}
