module libuserprofile/bindings/go

go 1.24
