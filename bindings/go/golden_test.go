package userprofile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	Clock         *int64                     `json:"clock"`
	Reopen        map[string]json.RawMessage `json:"reopen"`
	Call          string                     `json:"call"`
	Login         string                     `json:"login"`
	On            string                     `json:"on"`
	Request       json.RawMessage            `json:"request"`
	RequestText   *string                    `json:"request_text"`
	RequestBase64 []byte                     `json:"request_base64"`
	Status        int                        `json:"status"`
	Response      json.RawMessage            `json:"response"`
	Keep          map[string][]string        `json:"keep"`
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

// replay is a case on its way: the handles by name, and the strings that it keeps.
type replay struct {
	t       *testing.T
	open    func(config []byte) (*Store, error)
	perform func(on *Store, step goldenStep) ([]byte, error)
	path    string
	now     time.Time
	stores  map[string]*Store
	kept    map[string][]byte
}

// replay opens a store for the case and takes its steps; perform runs an operation.
func (c goldenCase) replay(
	t *testing.T,
	open func(config []byte) (*Store, error), perform func(on *Store, step goldenStep) ([]byte, error),
) {
	r := &replay{t, open, perform, ":temporary:", time.UnixMilli(1700000000000), nil, map[string][]byte{}}
	if slices.ContainsFunc(c.Steps, func(step goldenStep) bool { return step.Reopen != nil }) {
		r.path = filepath.Join(t.TempDir(), "store")
	}
	number, step := 0, goldenStep{}
	defer func() {
		r.close()
		if t.Failed() {
			t.Logf("in step %d: %s%s %s", number, step.Call, step.Login, step.text())
		}
	}()
	if err := r.reopen(c.Config); err != nil {
		t.Fatal(err)
	}
	for number, step = range c.Steps {
		step = r.fill(step)
		if r.take(step); t.Failed() {
			return
		}
	}
}

func (r *replay) take(step goldenStep) {
	if step.Clock != nil {
		r.now = time.UnixMilli(*step.Clock)
		return
	}
	if step.Reopen != nil {
		if err := r.reopen(step.Reopen); err != nil || step.Status != 0 {
			checkAnswer(r.t, step, nil, err)
		}
		return
	}
	on := r.stores[step.On]
	if on == nil {
		r.t.Fatalf("no handle %q", step.On)
	}
	switch {
	case step.Login != "":
		store, body, err := on.login(context.Background(), step.text())
		r.keep(step, checkAnswer(r.t, step, body, err))
		if err == nil {
			r.stores[step.Login] = store
		}
	case step.Call != "":
		body, err := r.perform(on, step)
		r.keep(step, checkAnswer(r.t, step, body, err))
	default:
		r.t.Fatal("the step does nothing")
	}
}

// reopen closes all handles and opens the store with the settings.
func (r *replay) reopen(settings map[string]json.RawMessage) error {
	r.close()
	config := map[string]json.RawMessage{
		"path":             mustEncode(r.t, r.path),
		"password_hashing": json.RawMessage(`{"memory_kib":8,"iterations":1,"parallelism":1}`),
	}
	maps.Copy(config, settings)
	host, err := r.open(mustEncode(r.t, config))
	if err != nil {
		return err
	}
	r.stores = map[string]*Store{"": host, "host": host}
	return host.SetClock(func() time.Time { return r.now })
}

func (r *replay) close() {
	for _, store := range r.stores {
		store.Close()
	}
	r.stores = nil
}

// keep keeps members of an answer, as they are written there.
func (r *replay) keep(step goldenStep, body []byte) {
	for name, path := range step.Keep {
		member := body
		for _, key := range path {
			var object map[string]json.RawMessage
			if err := json.Unmarshal(member, &object); err != nil {
				r.t.Fatalf("%s: %v", name, err)
			}
			member = object[key]
		}
		if len(member) == 0 || member[0] != '"' {
			r.t.Fatalf("%s: there is no string at %q", name, path)
		}
		r.kept[name] = member[1 : len(member)-1]
	}
}

var keptName = regexp.MustCompile(`\$\{(.*?)\}`)

// fill puts what was kept in the place of its name.
func (r *replay) fill(step goldenStep) goldenStep {
	fill := func(text []byte) []byte {
		return keptName.ReplaceAllFunc(text, func(name []byte) []byte {
			kept, found := r.kept[string(name[2:len(name)-1])]
			if !found {
				r.t.Fatalf("%s was not kept", name)
			}
			return kept
		})
	}
	step.Request, step.Response = fill(step.Request), fill(step.Response)
	step.RequestBase64 = fill(step.RequestBase64)
	if step.RequestText != nil {
		step.RequestText = Ptr(string(fill([]byte(*step.RequestText))))
	}
	return step
}

// checkAnswer compares status and document, byte for byte apart from white space, and returns the document.
func checkAnswer(t *testing.T, step goldenStep, body []byte, err error) []byte {
	t.Helper()
	status := 0
	if err != nil {
		var refusal *Error
		if !errors.As(err, &refusal) {
			t.Fatalf("not an answer: %v", err)
		}
		status, body = refusal.Status, refusal.Body
	}
	if status != step.Status {
		t.Errorf("status %d, expected %d", status, step.Status)
	}
	if expected, actual := compact(t, step.Response), compact(t, body); !sameText(expected, actual) {
		t.Errorf("answer\n%s, expected\n%s", actual, expected)
	}
	return body
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

func callAsText(on *Store, step goldenStep) ([]byte, error) {
	return on.Call(context.Background(), step.Call, step.text())
}

func TestGoldenRaw(t *testing.T) {
	for _, c := range goldenCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			c.replay(t, OpenJSON, callAsText)
		})
	}
}
