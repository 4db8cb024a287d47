// Package userprofile is an embedded user-profile engine: the semantics of Elasticsearch's User Profile
// APIs (activate, get, suggest, update data, enable, disable, has privileges), of its native users, its roles, its
// tokens and its realms, in a library, with no server. A store is a folder on disk; the work is done by libuserprofile,
// which this package links through cgo.
//
// # Opening
//
// [Open] gives the host's own [Store], which may do everything. [Store.Login] gives a second Store on the
// same data whose every call is checked against the privileges of the user who logged in. Close both; the
// underlying files are closed with the last of them.
//
// Who somebody is, is told by the realms of the configuration ([Realms]): by a password, a token of
// [Store.GetToken], a JWT, or a function of the host program ([Store.SetAuthenticator]). What somebody may do, is
// told by roles ([Store.PutRole]); [Store.HasPrivileges] tells which of any number of people may do something.
// [Store.Suggest] finds people by what somebody types of their names.
//
// # Calls
//
// There is one method for each operation, with a typed request and, where there is something to say, a
// typed answer. Where content is the application's own (labels, data, metadata) it is raw JSON
// ([encoding/json.RawMessage]): the text that went in comes out, number formats and key order included. An
// answer's Raw member is the whole answer as the library wrote it. [Store.Call] is the door without types:
// JSON in, JSON out, nothing parsed.
//
// A request member is a pointer where leaving it out means something else than its zero value; [Ptr]
// makes one. Everything else is left out of the request when it is zero (for slices and raw JSON: nil).
//
// # Errors
//
// An operation that the library refuses returns an [*Error] with the HTTP status, the type and the reason
// that Elasticsearch gives for the same failure. [errors.Is] tells statuses apart:
//
//	if errors.Is(err, userprofile.ErrConflict) { ... }
//
// [Store.GetToken] answers some failures in the form of OAuth2, whose error and error_description are then type
// and reason; [ErrInvalidGrant] is one of them.
//
// A request that cannot be written as JSON matches [ErrBadRequest] too, a closed store gives [ErrClosed],
// and a context that is already done gives its own error.
//
// # Goroutines, contexts, processes
//
// A Store may be used by any number of goroutines at once, and a folder by several Stores and
// processes. Every acknowledged write is visible to every call that starts later. A context is looked at
// before the call starts; a call that runs is not interrupted, because its write may already be on disk. A
// goroutine inside a call holds an operating-system thread.
package userprofile

//go:generate cp ../../include/userprofile.h include/userprofile.h
