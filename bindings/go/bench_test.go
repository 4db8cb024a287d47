package userprofile

import (
	"encoding/json"
	"testing"
)

func benchmarkStore(b *testing.B) (*Store, string) {
	store := openStore(b, ":temporary:")
	uid := activate(b, store, "ana").UID
	must(b, store.UpdateData(ctx, UpdateDataRequest{UID: uid, Data: json.RawMessage(`{"app1":{"theme":"dark"}}`)}))
	b.ReportAllocs()
	return store, uid
}

func BenchmarkGetCall(b *testing.B) {
	store, uid := benchmarkStore(b)
	request := []byte(`{"uid":"` + uid + `","data":"*"}`)
	for b.Loop() {
		if _, err := store.Call(ctx, "get", request); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetTyped(b *testing.B) {
	store, uid := benchmarkStore(b)
	request := GetRequest{UIDs: []string{uid}, Data: []string{"*"}}
	for b.Loop() {
		if _, err := store.Get(ctx, request); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetCallParallel(b *testing.B) {
	store, uid := benchmarkStore(b)
	request := []byte(`{"uid":"` + uid + `","data":"*"}`)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := store.Call(ctx, "get", request); err != nil {
				b.Error(err)
			}
		}
	})
}
