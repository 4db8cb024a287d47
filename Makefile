# `make help` lists the targets. PREFIX, LIBDIR, INCLUDEDIR and DESTDIR work as in any project.

PREFIX = /usr/local
LIBDIR = $(PREFIX)/lib
INCLUDEDIR = $(PREFIX)/include
COUNT = 20000
CFLAGS = -std=c99 -O2 -Wall -Wextra -Wpedantic

VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
ABI := $(basename $(VERSION))
STAGE := $(CURDIR)/target/stage
CARGO_TARGET_DIR ?= target
RELEASE = $(CARGO_TARGET_DIR)/release

# The names of the shared library, and what the static one needs of the system: the answer of
# `cargo rustc --lib --crate-type staticlib -- --print native-static-libs`.
ifeq ($(shell uname -s),Darwin)
LINK = libuserprofile.dylib
SONAME = libuserprofile.$(ABI).dylib
SHARED = libuserprofile.$(VERSION).dylib
NATIVE_LIBS = -lSystem -lc -lm
else
LINK = libuserprofile.so
SONAME = libuserprofile.so.$(ABI)
SHARED = libuserprofile.so.$(VERSION)
NATIVE_LIBS = -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc
endif

LIB = $(DESTDIR)$(LIBDIR)
INCLUDE = $(DESTDIR)$(INCLUDEDIR)
PKGCONFIG = $(LIB)/pkgconfig
CMAKE = $(LIB)/cmake/userprofile

FILL = sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@LIBDIR@|$(LIBDIR)|g' \
	-e 's|@INCLUDEDIR@|$(INCLUDEDIR)|g' -e 's|@VERSION@|$(VERSION)|g' -e 's|@ABI@|$(ABI)|g' \
	-e 's|@SHARED@|$(SHARED)|g' -e 's|@SONAME@|$(SONAME)|g' -e 's|@NATIVE_LIBS@|$(NATIVE_LIBS)|g'

.PHONY: build stage install uninstall quickstart demo-suggest test lint bench clean help

build: ## build the shared and the static library
	cargo build --release

install: build ## install below PREFIX (/usr/local)
	@install -d "$(LIB)" "$(INCLUDE)" "$(PKGCONFIG)" "$(CMAKE)"
	@install -m 644 include/userprofile.h include/userprofile.hpp "$(INCLUDE)"
	@install -m 644 $(RELEASE)/libuserprofile.a "$(LIB)"
	@install -m 755 $(RELEASE)/$(LINK) "$(LIB)/$(SHARED)"
	@ln -sf $(SHARED) "$(LIB)/$(SONAME)"
	@ln -sf $(SONAME) "$(LIB)/$(LINK)"
	@$(FILL) bindings/c/userprofile.pc.in > "$(PKGCONFIG)/userprofile.pc"
	@$(FILL) bindings/c/userprofileConfig.cmake.in > "$(CMAKE)/userprofileConfig.cmake"
	@$(FILL) bindings/c/userprofileConfigVersion.cmake.in > "$(CMAKE)/userprofileConfigVersion.cmake"
	@echo "installed libuserprofile $(VERSION): $(LIB), $(INCLUDE)"

uninstall: ## remove what install installed
	@rm -f "$(INCLUDE)/userprofile.h" "$(INCLUDE)/userprofile.hpp" "$(LIB)/libuserprofile.a" \
		"$(LIB)/$(SHARED)" "$(LIB)/$(SONAME)" "$(LIB)/$(LINK)" "$(PKGCONFIG)/userprofile.pc"
	@rm -rf "$(CMAKE)"

stage: ## install below target/stage, where the tests and examples find it
	@$(MAKE) --no-print-directory install DESTDIR= PREFIX="$(STAGE)"

quickstart: stage ## build and run examples/quickstart.c against the shared library
	@$(CC) $(CFLAGS) -I"$(STAGE)/include" examples/quickstart.c -o target/quickstart \
		-L"$(STAGE)/lib" -Wl,-rpath,"$(STAGE)/lib" -luserprofile
	@target/quickstart

demo-suggest: stage ## find COUNT (20000) people while typing: examples/suggest.c
	@$(CC) $(CFLAGS) -I"$(STAGE)/include" examples/suggest.c -o target/suggest \
		-L"$(STAGE)/lib" -Wl,-rpath,"$(STAGE)/lib" -luserprofile
	@cargo run --quiet --release --manifest-path tests/people/Cargo.toml \
		--target-dir target/people -- $(COUNT) > target/people.jsonl
	@target/suggest target/people.jsonl

test: ## run every test of every language
	tests/run

lint: ## check formatting and lints
	tests/run lint

bench: ## measure against raw LMDB and SQLite
	benches/run

clean: ## remove everything that was built
	cargo clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)
