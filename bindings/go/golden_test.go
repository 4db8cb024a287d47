package userprofile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The cases of tests/golden, which every language replays: here byte for byte through Call, in
// golden_typed_test.go through the typed methods.

type goldenCase struct {
	Name   string                     `json:"name"`
	From   string                     `json:"from"`
	Config map[string]json.RawMessage `json:"config"`
	Steps  []goldenStep               `json:"steps"`
}

type goldenStep struct {
	Clock         *int64          `json:"clock"`
	Call          string          `json:"call"`
	Login         string          `json:"login"`
	On            string          `json:"on"`
	Request       json.RawMessage `json:"request"`
	RequestText   *string         `json:"request_text"`
	RequestBase64 []byte          `json:"request_base64"`
	Status        int             `json:"status"`
	Response      json.RawMessage `json:"response"`
}

// text is the request as it is sent.
func (s goldenStep) text() []byte {
	switch {
	case s.RequestText != nil:
		return []byte(*s.RequestText)
	case s.RequestBase64 != nil:
		return s.RequestBase64
	default:
		return s.Request
	}
}

func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	files, err := filepath.Glob("../../tests/golden/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("there are no golden cases in ../../tests/golden")
	}
	cases := make([]goldenCase, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&cases[i]); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if cases[i].Name != strings.TrimSuffix(filepath.Base(file), ".json") || len(cases[i].Steps) == 0 {
			t.Fatalf("%s: another name inside, or no steps", file)
		}
	}
	return cases
}

// replay opens a store for the case and takes its steps; perform runs an operation and checks its answer.
func (c goldenCase) replay(
	t *testing.T, open func(config []byte) (*Store, error), perform func(on *Store, step goldenStep),
) {
	host, err := open(c.config(t))
	if err != nil {
		t.Fatal(err)
	}
	stores := map[string]*Store{"": host, "host": host}
	defer func() {
		for _, store := range stores {
			store.Close()
		}
	}()
	now := time.UnixMilli(1700000000000)
	if err := host.SetClock(func() time.Time { return now }); err != nil {
		t.Fatal(err)
	}
	for number, step := range c.Steps {
		on := stores[step.On]
		switch {
		case on == nil:
			t.Fatalf("step %d: no handle %q", number, step.On)
		case step.Clock != nil:
			now = time.UnixMilli(*step.Clock)
		case step.Login != "":
			store, body, err := on.login(context.Background(), step.text())
			checkAnswer(t, step, body, err)
			if err == nil {
				stores[step.Login] = store
			}
		case step.Call != "":
			perform(on, step)
		default:
			t.Fatalf("step %d does nothing", number)
		}
		if t.Failed() {
			t.Fatalf("in step %d: %s%s %s", number, step.Call, step.Login, step.text())
		}
	}
}

// config completes the case's configuration.
func (c goldenCase) config(t *testing.T) []byte {
	config := map[string]json.RawMessage{
		"path":             json.RawMessage(`":temporary:"`),
		"password_hashing": json.RawMessage(`{"memory_kib":8,"iterations":1,"parallelism":1}`),
	}
	maps.Copy(config, c.Config)
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// checkAnswer compares status and document, byte for byte apart from white space.
func checkAnswer(t *testing.T, step goldenStep, body []byte, err error) {
	t.Helper()
	status := 0
	if err != nil {
		var refusal *Error
		if !errors.As(err, &refusal) {
			t.Errorf("not an answer: %v", err)
			return
		}
		status, body = refusal.Status, refusal.Body
	}
	if status != step.Status {
		t.Errorf("status %d, expected %d", status, step.Status)
	}
	if expected, actual := compact(t, step.Response), compact(t, body); !sameText(expected, actual) {
		t.Errorf("answer\n%s, expected\n%s", actual, expected)
	}
}

func compact(t *testing.T, text []byte) []byte {
	t.Helper()
	var buffer bytes.Buffer
	if err := json.Compact(&buffer, text); err != nil {
		t.Errorf("%v: %q", err, text)
	}
	return buffer.Bytes()
}

const anyValue = `"$any"`

// sameText compares compact documents. The string "$any" in expected stands for any one value.
func sameText(expected, actual []byte) bool {
	before, after, found := bytes.Cut(expected, []byte(anyValue))
	if !found {
		return bytes.Equal(expected, actual)
	}
	rest, ok := bytes.CutPrefix(actual, before)
	if !ok {
		return false
	}
	decoder := json.NewDecoder(bytes.NewReader(rest))
	var value json.RawMessage
	if decoder.Decode(&value) != nil {
		return false
	}
	return sameText(after, rest[decoder.InputOffset():])
}

func TestGoldenRaw(t *testing.T) {
	for _, c := range goldenCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			c.replay(t, OpenJSON, func(on *Store, step goldenStep) {
				body, err := on.Call(context.Background(), step.Call, step.text())
				checkAnswer(t, step, body, err)
			})
		})
	}
}
