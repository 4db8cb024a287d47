package userprofile

import (
	"fmt"
	"log/slog"
	"runtime/cgo"
	"sync/atomic"
	"time"
)

// hooks are the clock and the logger of one opened Store and of all Stores that come from it by Login. The
// library is given the handle only, which stays valid until the last of these Stores is closed; so a
// function can be replaced while calls run.
type hooks struct {
	handle cgo.Handle
	stores atomic.Int32
	clock  atomic.Pointer[func() time.Time]
	logger atomic.Pointer[func(level slog.Level, message string)]
}

func newHooks() *hooks {
	h := &hooks{}
	h.handle = cgo.NewHandle(h)
	return h
}

// release is called once for each closed Store.
func (h *hooks) release() {
	if h.stores.Add(-1) == 0 {
		h.handle.Delete()
	}
}

// readClock is called by the library, and a panic must not unwind through its frames: the system's clock
// stands in.
func readClock(handle cgo.Handle) (millis int64) {
	defer func() {
		if reason := recover(); reason != nil {
			millis = time.Now().UnixMilli()
			writeLog(handle, slog.LevelError, fmt.Sprintf("the clock function panicked: %v", reason))
		}
	}()
	if now := handle.Value().(*hooks).clock.Load(); now != nil && *now != nil {
		return (*now)().UnixMilli()
	}
	return time.Now().UnixMilli()
}

// writeLog is called by the library, and a panic must not unwind through its frames; there is nobody left
// to tell. The logger of a folder that another Open keeps open is called even after the hooks were
// released: then Value panics.
func writeLog(handle cgo.Handle, level slog.Level, message string) {
	defer func() { _ = recover() }()
	if logger := handle.Value().(*hooks).logger.Load(); logger != nil && *logger != nil {
		(*logger)(level, message)
	}
}
