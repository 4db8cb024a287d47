// What one call costs from Go: `call STORE UID` prints `NAME NANOSECONDS` lines, hot.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	userprofile "libuserprofile/bindings/go"
)

const calls = 200_000

func measure(name string, call func() error) {
	run := func(times int) {
		for range times {
			if err := call(); err != nil {
				log.Fatal(err)
			}
		}
	}
	run(calls / 10)
	start := time.Now()
	run(calls)
	fmt.Println(name, float64(time.Since(start).Nanoseconds())/calls)
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: call STORE UID")
	}
	uid, ctx := os.Args[2], context.Background()
	store, err := userprofile.Open(userprofile.Config{Path: os.Args[1]})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	request := []byte(`{"uid":"` + uid + `"}`)
	measure("Call", func() error {
		_, err := store.Call(ctx, "get", request)
		return err
	})
	typed := userprofile.GetRequest{UIDs: []string{uid}}
	measure("Get", func() error {
		_, err := store.Get(ctx, typed)
		return err
	})
}
