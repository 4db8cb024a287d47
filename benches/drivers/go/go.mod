module libuserprofile/benches/drivers/go

go 1.24

require libuserprofile/bindings/go v0.0.0

replace libuserprofile/bindings/go => ../../../bindings/go
