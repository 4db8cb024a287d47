//! The C ABI: each function checks its pointers, makes one safe call and hands out the answer.
//! What stands here is `include/userprofile.h`, in this order.
#![allow(unsafe_code)]
// What callers must keep to stands in the C documentation of each function.
#![allow(clippy::missing_safety_doc)]

mod boundary;
mod checks;
mod constants;
mod handle;
mod hooks;
mod json;
mod operations;
mod privileges;
mod role_mappings;
mod roles;
mod suggest;
mod tokens;

pub use checks::*;
pub use constants::*;
pub use handle::*;
pub use hooks::*;
pub use json::*;
pub use operations::*;
pub use privileges::*;
pub use role_mappings::*;
pub use roles::*;
pub use suggest::*;
pub use tokens::*;
