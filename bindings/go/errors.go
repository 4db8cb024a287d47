package userprofile

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Error is the library's refusal of a call. [errors.As] finds it, [errors.Is] compares it with the Err values.
type Error struct {
	// Status is the HTTP status that Elasticsearch answers for the same failure, for example 409.
	Status int

	// Type and Reason are Elasticsearch's, for example "version_conflict_engine_exception", or OAuth2's error
	// and error_description. They are empty when the answer has a form of its own, such as {"found":false}.
	Type, Reason string

	// Body is the whole answer: {"error":{"root_cause":[...],"type":...,"reason":...},"status":...},
	// {"error":...,"error_description":...}, or the form of its own.
	Body json.RawMessage
}

func newError(status int, body []byte) *Error {
	e := &Error{Status: status, Body: body}
	var document struct {
		Error       json.RawMessage
		Description string `json:"error_description"`
	}
	// An answer in a form of its own leaves Type and Reason empty, and that is what they should be.
	_ = json.Unmarshal(body, &document)
	var cause ErrorCause
	if json.Unmarshal(document.Error, &cause) == nil {
		e.Type, e.Reason = cause.Type, cause.Reason
	} else if json.Unmarshal(document.Error, &e.Type) == nil {
		e.Reason = document.Description
	}
	return e
}

// Error is one line: the status, then type and reason or else the body.
func (e *Error) Error() string {
	if e.Type == "" {
		return fmt.Sprintf("userprofile: status %d: %s", e.Status, e.Body)
	}
	return fmt.Sprintf("userprofile: status %d: %s: %s", e.Status, e.Type, e.Reason)
}

// Is makes errors.Is(err, ErrNotFound) and the like compare statuses, and types where those say more.
func (e *Error) Is(target error) bool {
	switch target := target.(type) {
	case statusError:
		return int(target) == e.Status
	case typeError:
		return string(target) == e.Type
	default:
		return false
	}
}

// statusError is the type of the values that stand for a status.
type statusError int

func (s statusError) Error() string {
	return fmt.Sprintf("userprofile: status %d (%s)", int(s), http.StatusText(int(s)))
}

// typeError is the type of the values that stand for a type of error.
type typeError string

func (e typeError) Error() string {
	return "userprofile: " + string(e)
}

// What [errors.Is] matches an [*Error] with, by its status.
var (
	ErrBadRequest      error = statusError(statusBadRequest)      // 400: the request is not valid
	ErrUnauthenticated error = statusError(statusUnauthenticated) // 401: wrong credentials, or the user is gone or disabled
	ErrForbidden       error = statusError(statusForbidden)       // 403: the user may not do that, or the store is read-only
	ErrNotFound        error = statusError(statusNotFound)        // 404: no such profile, user, role, privilege, role mapping or token
	ErrConflict        error = statusError(statusConflict)        // 409: the profile is at another version
	ErrTooLarge        error = statusError(statusTooLarge)        // 413: the request or the profile is too large
	ErrInternal        error = statusError(statusInternal)        // 500: a state that cannot be resolved, or a defect
	ErrUnavailable     error = statusError(statusUnavailable)     // 503: not now, for example because the disk is full
)

// ErrInvalidGrant is what [errors.Is] matches the [*Error] of a refresh token with that is unknown, expired, used,
// invalidated or somebody else's: a case of ErrBadRequest after which the user has to log in again.
var ErrInvalidGrant error = typeError("invalid_grant")

// ErrClosed is what every method of a closed [Store] returns.
var ErrClosed = errors.New("userprofile: the store is closed")
