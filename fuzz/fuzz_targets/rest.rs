#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../rest.rs"]
mod rest;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rest::run(bytes));
