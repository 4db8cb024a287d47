package userprofile

/*
#cgo pkg-config: userprofile
#cgo CFLAGS: -I${SRCDIR}/include
#cgo noescape userprofile_go_free
#cgo nocallback userprofile_go_free

#include "userprofile.h"

// Answers come back by value. An out-parameter would have to live on the heap: "#cgo noescape" has no
// effect on a function that may call back into Go, and every operation may (it reads the clock and writes
// to the log).
typedef struct {
	int32_t status;
	userprofile *handle;
	userprofile_json response;
} userprofile_go_answer;

typedef int32_t (*userprofile_go_operation)(const userprofile *, const char *, size_t, userprofile_json *);

static inline userprofile_go_answer userprofile_go_open(const char *config, size_t len) {
	userprofile_go_answer answer = {0};
	answer.status = userprofile_open(config, len, &answer.handle, &answer.response);
	return answer;
}

static inline userprofile_go_answer userprofile_go_login(const userprofile *handle, const char *request, size_t len) {
	userprofile_go_answer answer = {0};
	answer.status = userprofile_login(handle, request, len, &answer.handle, &answer.response);
	return answer;
}

static inline userprofile_go_answer userprofile_go_call(
	userprofile_go_operation operation, const userprofile *handle, const char *request, size_t len) {
	userprofile_go_answer answer = {0};
	answer.status = operation(handle, request, len, &answer.response);
	return answer;
}

static inline void userprofile_go_free(char *data, size_t len) {
	userprofile_json response = {data, len};
	userprofile_json_free(&response);
}

// The hooks' user_data is a number and not a pointer, so Go must never see it as one.
extern int64_t userprofile_go_now(uintptr_t hooks);
extern void userprofile_go_log(uintptr_t hooks, int32_t level, char *message, size_t len);

static int64_t userprofile_go_now_hook(void *user_data) {
	return userprofile_go_now((uintptr_t)user_data);
}

static void userprofile_go_log_hook(void *user_data, int32_t level, const char *message, size_t len) {
	userprofile_go_log((uintptr_t)user_data, level, (char *)message, len);
}

static inline int32_t userprofile_go_set_clock(userprofile *handle, int enabled, uintptr_t hooks) {
	return userprofile_set_clock(handle, enabled ? userprofile_go_now_hook : NULL, (void *)hooks);
}

static inline int32_t userprofile_go_set_logger(userprofile *handle, int enabled, uintptr_t hooks) {
	return userprofile_set_logger(handle, enabled ? userprofile_go_log_hook : NULL, (void *)hooks);
}

extern int32_t userprofile_go_authenticate(
	uintptr_t authenticator, char *credentials, size_t len, userprofile_answer *answer);
extern void userprofile_go_release(uintptr_t authenticator);

static int32_t userprofile_go_authenticate_hook(
	void *user_data, const char *credentials, size_t len, userprofile_answer *answer) {
	return userprofile_go_authenticate((uintptr_t)user_data, (char *)credentials, len, answer);
}

static void userprofile_go_release_hook(void *user_data) {
	userprofile_go_release((uintptr_t)user_data);
}

static inline userprofile_go_answer userprofile_go_set_authenticator(
	userprofile *handle, const char *realm, size_t len, uintptr_t authenticator) {
	userprofile_go_answer answer = {0};
	answer.status = userprofile_set_authenticator(handle, realm, len,
		authenticator ? userprofile_go_authenticate_hook : NULL, (void *)authenticator,
		authenticator ? userprofile_go_release_hook : NULL, &answer.response);
	return answer;
}
*/
import "C"

import (
	"bytes"
	"log/slog"
	"runtime/cgo"
	"unsafe"

	_ "libuserprofile/bindings/go/include" // keeps the header in a vendored copy
)

// The statuses of the header.
const (
	statusBadRequest      = C.USERPROFILE_BAD_REQUEST
	statusUnauthenticated = C.USERPROFILE_UNAUTHENTICATED
	statusForbidden       = C.USERPROFILE_FORBIDDEN
	statusNotFound        = C.USERPROFILE_NOT_FOUND
	statusConflict        = C.USERPROFILE_CONFLICT
	statusTooLarge        = C.USERPROFILE_TOO_LARGE
	statusInternal        = C.USERPROFILE_INTERNAL
	statusUnavailable     = C.USERPROFILE_UNAVAILABLE
)

// operations maps the name of each operation to its C function.
var operations = map[string]C.userprofile_go_operation{
	"activate":            C.userprofile_go_operation(C.userprofile_activate),
	"get":                 C.userprofile_go_operation(C.userprofile_get),
	"suggest":             C.userprofile_go_operation(C.userprofile_suggest),
	"update_data":         C.userprofile_go_operation(C.userprofile_update_data),
	"enable":              C.userprofile_go_operation(C.userprofile_enable),
	"disable":             C.userprofile_go_operation(C.userprofile_disable),
	"put_user":            C.userprofile_go_operation(C.userprofile_put_user),
	"get_user":            C.userprofile_go_operation(C.userprofile_get_user),
	"delete_user":         C.userprofile_go_operation(C.userprofile_delete_user),
	"change_password":     C.userprofile_go_operation(C.userprofile_change_password),
	"enable_user":         C.userprofile_go_operation(C.userprofile_enable_user),
	"disable_user":        C.userprofile_go_operation(C.userprofile_disable_user),
	"get_token":           C.userprofile_go_operation(C.userprofile_get_token),
	"invalidate_token":    C.userprofile_go_operation(C.userprofile_invalidate_token),
	"put_role_mapping":    C.userprofile_go_operation(C.userprofile_put_role_mapping),
	"get_role_mapping":    C.userprofile_go_operation(C.userprofile_get_role_mapping),
	"delete_role_mapping": C.userprofile_go_operation(C.userprofile_delete_role_mapping),
	"put_role":            C.userprofile_go_operation(C.userprofile_put_role),
	"get_role":            C.userprofile_go_operation(C.userprofile_get_role),
	"delete_role":         C.userprofile_go_operation(C.userprofile_delete_role),
	"put_privileges":      C.userprofile_go_operation(C.userprofile_put_privileges),
	"get_privileges":      C.userprofile_go_operation(C.userprofile_get_privileges),
	"delete_privileges":   C.userprofile_go_operation(C.userprofile_delete_privileges),
	"has_privileges":      C.userprofile_go_operation(C.userprofile_has_privileges),
	"user_has_privileges": C.userprofile_go_operation(C.userprofile_user_has_privileges),
	"get_user_privileges": C.userprofile_go_operation(C.userprofile_get_user_privileges),
	"check":               C.userprofile_go_operation(C.userprofile_check),
	"authenticate":        C.userprofile_go_operation(C.userprofile_authenticate),
	"rest":                C.userprofile_go_operation(C.userprofile_rest),
}

// Version is the version of the library that is linked, for example "0.1.0".
func Version() string {
	return C.GoString(C.userprofile_version())
}

// native is an open handle of the library. It has no lock: Store keeps calls and close apart.
type native struct {
	handle *C.userprofile
	hooks  *hooks
}

func openNative(config []byte, hooks *hooks) (native, []byte, error) {
	data, length := lend(config)
	return newNative(C.userprofile_go_open(data, length), hooks)
}

func (n native) login(request []byte) (native, []byte, error) {
	data, length := lend(request)
	return newNative(C.userprofile_go_login(n.handle, data, length), n.hooks)
}

func newNative(answer C.userprofile_go_answer, hooks *hooks) (native, []byte, error) {
	body, err := take(answer)
	if err != nil {
		return native{}, nil, err
	}
	hooks.stores.Add(1)
	return native{answer.handle, hooks}, body, nil
}

func (n native) call(operation C.userprofile_go_operation, request []byte) ([]byte, error) {
	data, length := lend(request)
	return take(C.userprofile_go_call(operation, n.handle, data, length))
}

func (n native) setClock(on bool) error {
	return statusOnly(C.userprofile_go_set_clock(n.handle, flag(on), C.uintptr_t(n.hooks.handle)))
}

func (n native) setLogger(on bool) error {
	return statusOnly(C.userprofile_go_set_logger(n.handle, flag(on), C.uintptr_t(n.hooks.handle)))
}

// setAuthenticator leaves the handle of the function to the library, which releases it, also when it refuses.
func (n native) setAuthenticator(realm string, authenticator Authenticator) error {
	var handle cgo.Handle
	if authenticator != nil {
		handle = cgo.NewHandle(authenticator)
	}
	data, length := lend([]byte(realm))
	_, err := take(C.userprofile_go_set_authenticator(n.handle, data, length, C.uintptr_t(handle)))
	return err
}

func (n native) close() {
	C.userprofile_close(n.handle)
	n.hooks.release()
}

// lend gives C a request for the length of one call. The library keeps nothing of it.
func lend(request []byte) (*C.char, C.size_t) {
	if len(request) == 0 {
		return nil, 0
	}
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(request))), C.size_t(len(request))
}

// take copies an answer's document out of C memory and frees it there.
func take(answer C.userprofile_go_answer) ([]byte, error) {
	data, length := answer.response.data, answer.response.len
	defer C.userprofile_go_free(data, length)
	body := bytes.Clone(unsafe.Slice((*byte)(unsafe.Pointer(data)), int(length)))
	if answer.status != C.USERPROFILE_OK {
		return nil, newError(int(answer.status), body)
	}
	return body, nil
}

// statusOnly is for the calls that answer a status and no document.
func statusOnly(status C.int32_t) error {
	if status != C.USERPROFILE_OK {
		return &Error{Status: int(status)}
	}
	return nil
}

func flag(on bool) C.int {
	if on {
		return 1
	}
	return 0
}

//export userprofile_go_now
func userprofile_go_now(handle C.uintptr_t) C.int64_t {
	return C.int64_t(readClock(cgo.Handle(handle)))
}

//export userprofile_go_log
func userprofile_go_log(handle C.uintptr_t, level C.int32_t, message *C.char, length C.size_t) {
	text := string(unsafe.Slice((*byte)(unsafe.Pointer(message)), int(length)))
	writeLog(cgo.Handle(handle), logLevel(level), text)
}

//export userprofile_go_authenticate
func userprofile_go_authenticate(
	handle C.uintptr_t, credentials *C.char, length C.size_t, answer *C.userprofile_answer,
) C.int32_t {
	text, failed := runAuthenticator(cgo.Handle(handle), unsafe.Slice((*byte)(unsafe.Pointer(credentials)), int(length)))
	if text != nil {
		data, length := lend(text)
		C.userprofile_answer_with(answer, data, length)
	}
	return C.int32_t(flag(failed))
}

//export userprofile_go_release
func userprofile_go_release(handle C.uintptr_t) {
	cgo.Handle(handle).Delete()
}

func logLevel(level C.int32_t) slog.Level {
	switch level {
	case C.USERPROFILE_LOG_ERROR:
		return slog.LevelError
	case C.USERPROFILE_LOG_WARN:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}
