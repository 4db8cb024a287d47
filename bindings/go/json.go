package userprofile

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"unicode/utf8"
)

// Ptr returns a pointer to a copy of value, for request members that may be left out.
func Ptr[T any](value T) *T {
	return &value
}

// Answer is part of every typed answer.
type Answer struct {
	// Raw is the whole answer as the library wrote it, with the members that this package has no name for.
	Raw json.RawMessage `json:"-"`
}

func (a *Answer) keep(raw []byte) {
	a.Raw = raw
}

// answer is a pointer to a Response that embeds Answer.
type answer[Response any] interface {
	*Response
	keep(raw []byte)
}

// do runs an operation and reads its answer.
func do[Response any, P answer[Response]](
	ctx context.Context, s *Store, operation string, request any,
) (*Response, error) {
	raw, err := send(ctx, s, operation, request)
	if err != nil {
		return nil, err
	}
	return decode[Response, P](raw)
}

// send runs an operation and leaves its answer as it is.
func send(ctx context.Context, s *Store, operation string, request any) (json.RawMessage, error) {
	text, err := encode(request)
	if err != nil {
		return nil, err
	}
	return s.Call(ctx, operation, text)
}

func decode[Response any, P answer[Response]](raw []byte) (*Response, error) {
	response := P(new(Response))
	if err := json.Unmarshal(raw, response); err != nil {
		return nil, fmt.Errorf("userprofile: the library's answer cannot be read: %w", err)
	}
	response.keep(raw)
	return response, nil
}

// encode writes a request. HTML escaping would change the text of an application's own data, and
// encoding/json replaces bytes that are not UTF-8, which would make two names one.
func encode(request any) ([]byte, error) {
	if err := checkText(reflect.ValueOf(request), "request"); err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(request); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadRequest, err)
	}
	return buffer.Bytes(), nil
}

// checkText finds strings that are not UTF-8. It names the member and not the text, which may be a
// password. Raw JSON is left to the library.
func checkText(value reflect.Value, name string) error {
	switch value.Kind() {
	case reflect.String:
		if !utf8.ValidString(value.String()) {
			return fmt.Errorf("%w: %s is not valid UTF-8", ErrBadRequest, name)
		}
	case reflect.Pointer:
		return checkText(value.Elem(), name)
	case reflect.Struct:
		for i := range value.NumField() {
			if err := checkText(value.Field(i), value.Type().Field(i).Name); err != nil {
				return err
			}
		}
	case reflect.Slice:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			return nil
		}
		for i := range value.Len() {
			if err := checkText(value.Index(i), name); err != nil {
				return err
			}
		}
	case reflect.Map:
		for entry := value.MapRange(); entry.Next(); {
			if err := checkText(entry.Key(), name); err != nil {
				return err
			}
			if err := checkText(entry.Value(), name); err != nil {
				return err
			}
		}
	}
	return nil
}
