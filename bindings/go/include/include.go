// Package include holds the C header of libuserprofile, a copy of the one in the repository's root.
//
// It has no Go code. A folder without a Go file is left out by "go mod vendor", and the copy exists because
// a fetched module has only its own subfolder.
package include
