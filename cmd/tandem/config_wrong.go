package main

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// wrongVariables names each variable whose value cannot be read, and says what one looks like. The reader of the environment tells
// of fields of the program only, so each variable is read alone once more, as read does it.
func wrongVariables(err error, environ []string, read func(alone []string) error) error {
	var all []error
	for _, line := range slices.Sorted(slices.Values(environ)) {
		name, value, _ := strings.Cut(line, "=")
		var wrong env.ParseError
		if strings.HasPrefix(name, "TANDEM_") && errors.As(read([]string{line}), &wrong) {
			all = append(all, fmt.Errorf("configuration: %s is %q; %s", name, value, formOfType(wrong.Type)))
		}
	}
	if len(all) == 0 {
		return fmt.Errorf("configuration from the environment: %s", strings.TrimPrefix(err.Error(), "env: "))
	}
	return errors.Join(all...)
}

// formOfType says what to write where a value of a type is meant.
func formOfType(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return "give a time with its unit, such as 30s, 5m or 1h30m"
	case reflect.TypeFor[[]time.Duration]():
		return "give times with their units, separated by commas, such as 30s,5m,1h30m"
	case reflect.TypeFor[slog.Level]():
		return "give debug, info, warn or error"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "give true or false"
	case reflect.Int:
		return "give a whole number"
	case reflect.Float64:
		return "give a number"
	}
	return "it cannot be read as " + t.String()
}
