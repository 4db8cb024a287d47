package userprofile

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Error is the library's refusal of a call. [errors.As] finds it, [errors.Is] compares its status with the
// Err values.
type Error struct {
	// Status is the HTTP status that Elasticsearch answers for the same failure, for example 409.
	Status int

	// Type and Reason are Elasticsearch's, for example "version_conflict_engine_exception". They are empty
	// when the answer has a form of its own, such as {"found":false}.
	Type, Reason string

	// Body is the whole answer: {"error":{"root_cause":[...],"type":...,"reason":...},"status":...}, or the
	// form of its own.
	Body json.RawMessage
}

func newError(status int, body []byte) *Error {
	var document struct {
		Error struct{ Type, Reason string }
	}
	// An answer in a form of its own leaves both empty, and that is what they should be.
	_ = json.Unmarshal(body, &document)
	return &Error{Status: status, Type: document.Error.Type, Reason: document.Error.Reason, Body: body}
}

// Error is one line: the status, then type and reason or else the body.
func (e *Error) Error() string {
	if e.Type == "" {
		return fmt.Sprintf("userprofile: status %d: %s", e.Status, e.Body)
	}
	return fmt.Sprintf("userprofile: status %d: %s: %s", e.Status, e.Type, e.Reason)
}

// Is makes errors.Is(err, ErrNotFound) and the like compare statuses.
func (e *Error) Is(target error) bool {
	status, ok := target.(statusError)
	return ok && int(status) == e.Status
}

// statusError is the type of the values that stand for a status.
type statusError int

func (s statusError) Error() string {
	return fmt.Sprintf("userprofile: status %d (%s)", int(s), http.StatusText(int(s)))
}

// What [errors.Is] matches an [*Error] with, by its status.
var (
	ErrBadRequest      error = statusError(statusBadRequest)      // 400: the request is not valid
	ErrUnauthenticated error = statusError(statusUnauthenticated) // 401: wrong credentials, or the user is gone or disabled
	ErrForbidden       error = statusError(statusForbidden)       // 403: the user may not do that, or the store is read-only
	ErrNotFound        error = statusError(statusNotFound)        // 404: no such profile or user
	ErrConflict        error = statusError(statusConflict)        // 409: the profile is at another version
	ErrTooLarge        error = statusError(statusTooLarge)        // 413: the request or the profile is too large
	ErrInternal        error = statusError(statusInternal)        // 500: a state that cannot be resolved, or a defect
	ErrUnavailable     error = statusError(statusUnavailable)     // 503: not now, for example because the disk is full
)

// ErrClosed is what every method of a closed [Store] returns.
var ErrClosed = errors.New("userprofile: the store is closed")
