//! What the current thread is doing in a store, so that a call within a call cannot wait for itself.

use std::cell::Cell;

use super::environment::Environment;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Read(usize),
    Write(usize),
}

thread_local! {
    static INSIDE: Cell<Inside> = const { Cell::new(Inside::Nothing) };
}

/// Until it is dropped, this thread is inside a read or a write.
pub(super) struct Entered(Inside);

fn address(environment: &Environment) -> usize {
    std::ptr::from_ref(environment).addr()
}

fn enter(inside: Inside) -> Entered {
    Entered(INSIDE.replace(inside))
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        INSIDE.set(self.0);
    }
}

#[inline]
pub(super) fn enter_read(environment: &Environment) -> Entered {
    enter(Inside::Read(address(environment)))
}

pub(super) fn enter_write(environment: &Environment) -> Entered {
    enter(Inside::Write(address(environment)))
}

#[inline]
pub(super) fn reads(environment: &Environment) -> bool {
    INSIDE.get() == Inside::Read(address(environment))
}

#[inline]
pub(super) fn writes(environment: &Environment) -> bool {
    INSIDE.get() == Inside::Write(address(environment))
}
