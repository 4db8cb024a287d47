package userprofile

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// A program of somebody else's: the README's example, in a module of its own that vendors this one, built
// without a network. Once as it is, once with the checks of pointers that cgo has at its strictest.
func TestAProgramThatVendorsThisModule(t *testing.T) {
	source, output := readmeExample(t)
	module, err := filepath.Abs(".")
	must(t, err)
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "main.go"), source, 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module example\n\ngo 1.24\n"), 0o600))
	const path = "libuserprofile/bindings/go"
	run(t, folder, "go", "mod", "edit", "-require", path+"@v0.0.0", "-replace", path+"="+module)
	run(t, folder, "go", "mod", "vendor")
	const header = "include/userprofile.h"
	if !bytes.Equal(readFile(t, filepath.Join(folder, "vendor", path, header)), readFile(t, header)) {
		t.Error("the vendored header differs")
	}
	t.Setenv("GOFLAGS", "-mod=vendor")
	for _, experiment := range []string{"", "cgocheck2"} {
		t.Setenv("GOEXPERIMENT", experiment)
		run(t, folder, "go", "build", "-o", "example")
		if printed := run(t, t.TempDir(), filepath.Join(folder, "example")); !bytes.Equal(printed, output) {
			t.Errorf("GOEXPERIMENT=%s: printed %q, expected %q", experiment, printed, output)
		}
	}
}

// readmeExample returns the program in README.md and what it prints.
func readmeExample(t *testing.T) (source, output []byte) {
	t.Helper()
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```.*?```text\n(.*?)```").FindSubmatch(readFile(t, "README.md"))
	if blocks == nil {
		t.Fatal("README.md has no program")
	}
	return blocks[1], blocks[2]
}

func run(t *testing.T, folder, program string, arguments ...string) []byte {
	t.Helper()
	command := exec.Command(program, arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOPROXY=off", "GOWORK=off")
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", command, err, &stdout, &stderr)
	}
	return stdout.Bytes()
}
