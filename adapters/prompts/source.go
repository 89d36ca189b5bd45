package prompts

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"tandem/dialplan"
)

// source is what one announcement is made of: a recording, or else words.
type source struct {
	language, name string
	words          string
	recording      string // a file; "" to speak the words
}

type key struct{ language, name string }

var (
	languageName  = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{2,8})?$`)
	recordingName = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)
)

// sources collects Tandem's own words and then those folders, a later one over an earlier one. Their order is that of the names.
func sources(o Options) ([]source, error) {
	all := map[key]source{}
	for _, language := range dialplan.Languages() {
		if o.Bare {
			break
		}
		words, err := dialplan.Prompts(language)
		if err != nil {
			return nil, err
		}
		say(all, language, words)
	}
	for _, folder := range o.From {
		if err := add(all, folder); err != nil {
			return nil, err
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b source) int {
		return cmp.Or(strings.Compare(a.language, b.language), strings.Compare(a.name, b.name))
	}), nil
}

func say(all map[key]source, language string, words []dialplan.Prompt) {
	for _, p := range words {
		all[key{language, p.Name}] = source{language: language, name: p.Name, words: p.Words}
	}
}

// add reads one folder: LANGUAGE.txt has words, LANGUAGE/NAME.anything is a recording. A recording wins over the words beside it.
func add(all map[key]source, folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	found := false
	for _, e := range entries { // all words first: a recording wins over them
		language, text := strings.CutSuffix(e.Name(), ".txt")
		if !text || e.IsDir() || !languageName.MatchString(language) {
			continue
		}
		found = true
		if err := addWords(all, language, filepath.Join(folder, e.Name())); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if !e.IsDir() || !languageName.MatchString(e.Name()) {
			continue
		}
		found = true
		if err := addRecordings(all, e.Name(), filepath.Join(folder, e.Name())); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("%s has neither words (en.txt, a line \"name: words\" each) nor a folder of recordings for a language (en/)", folder)
	}
	return nil
}

func addWords(all map[key]source, language, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	words, err := dialplan.ReadPrompts(file, string(text))
	if err != nil {
		return err
	}
	say(all, language, words)
	return nil
}

func addRecordings(all map[key]source, language, folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	seen := map[string]string{}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		name := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		if !recordingName.MatchString(name) {
			return fmt.Errorf("%s: a flow cannot name %q; use small letters, digits and hyphens", filepath.Join(folder, e.Name()), name)
		}
		if first := seen[name]; first != "" {
			return fmt.Errorf("%s: %s and %s are two recordings of one announcement; take one away", folder, first, e.Name())
		}
		seen[name] = e.Name()
		all[key{language, name}] = source{language: language, name: name, recording: filepath.Join(folder, e.Name())}
	}
	return nil
}

// stamp tells one source from another: the words, or what the recording's bytes are. It stands beside the announcement.
func (s source) stamp() (string, error) {
	if s.recording == "" {
		return s.words, nil
	}
	f, err := os.Open(s.recording)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("(a recording, sha256 %x)", sum.Sum(nil)), nil
}

// make makes the announcement unless it is there already, and says whether it did.
func (s source) make(ctx context.Context, dir string) (bool, error) {
	stamp, err := s.stamp()
	if err != nil {
		return false, err
	}
	wav, beside := filepath.Join(dir, s.name+".wav"), filepath.Join(dir, s.name+".txt")
	old, err := os.ReadFile(beside)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if _, err := os.Stat(wav); err == nil && string(old) == stamp {
		return false, nil
	}
	if err := s.write(ctx, wav); err != nil {
		return false, err
	}
	// The stamp is written last: it says that the sound is whole.
	return true, os.WriteFile(beside, []byte(stamp), 0o644)
}
