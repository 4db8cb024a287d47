package userprofile

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// The copy of the header, and what this package repeats of it.

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestHeaderIsACopy(t *testing.T) {
	if !bytes.Equal(readFile(t, "include/userprofile.h"), readFile(t, "../../include/userprofile.h")) {
		t.Error("include/userprofile.h differs from the one of the library: run go generate")
	}
}

func TestVersionIsTheHeaders(t *testing.T) {
	define := regexp.MustCompile(`(?m)^#define USERPROFILE_VERSION "(.+)"$`)
	match := define.FindSubmatch(readFile(t, "include/userprofile.h"))
	if match == nil || string(match[1]) != Version() {
		t.Errorf("the header says %q, the library %q", match, Version())
	}
}

func TestEveryStatusHasAnError(t *testing.T) {
	sentinels := map[string]error{
		"BAD_REQUEST":     ErrBadRequest,
		"UNAUTHENTICATED": ErrUnauthenticated,
		"FORBIDDEN":       ErrForbidden,
		"NOT_FOUND":       ErrNotFound,
		"CONFLICT":        ErrConflict,
		"TOO_LARGE":       ErrTooLarge,
		"INTERNAL":        ErrInternal,
		"UNAVAILABLE":     ErrUnavailable,
	}
	define := regexp.MustCompile(`(?m)^#define USERPROFILE_(\w+) ([45]\d\d)$`)
	found := define.FindAllSubmatch(readFile(t, "include/userprofile.h"), -1)
	if len(found) != len(sentinels) {
		t.Errorf("the header has %d statuses, this package %d", len(found), len(sentinels))
	}
	for _, match := range found {
		status, err := strconv.Atoi(string(match[2]))
		if err != nil {
			t.Fatal(err)
		}
		sentinel := sentinels[string(match[1])]
		if !errors.Is(&Error{Status: status}, sentinel) {
			t.Errorf("%s is %d, which does not match %v", match[1], status, sentinel)
		}
		for name, other := range sentinels {
			if name != string(match[1]) && errors.Is(&Error{Status: status}, other) {
				t.Errorf("%d matches %v too", status, other)
			}
		}
	}
}

// The header's functions are the operations, and a few that have methods of their own.
func TestEveryFunctionIsUsed(t *testing.T) {
	others := map[string]bool{
		"version": true, "open": true, "login": true, "close": true, "json_free": true, "set_clock": true, "set_logger": true,
		"set_authenticator": true, "answer_with": true,
	}
	prototype := regexp.MustCompile(`(?m)^[\w ]+[ *]userprofile_(\w+)\(`)
	found := prototype.FindAllSubmatch(readFile(t, "include/userprofile.h"), -1)
	for _, match := range found {
		name := string(match[1])
		if _, known := operations[name]; !known && !others[name] {
			t.Errorf("userprofile_%s has no method", name)
		}
	}
	if len(found) != len(operations)+len(others) {
		t.Errorf("found %d functions, expected %d", len(found), len(operations)+len(others))
	}
}
