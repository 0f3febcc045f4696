//! Work that is shared among the processors of the machine, for what is compiled once and waited for.
//!
//! The only room of the library that starts threads. Each gives what the same work gives on one thread, in the same
//! order: a thread only takes a part that is there, and what it makes of it depends on nothing else. Where a thread
//! cannot be started, the others do its work. None outlives the call.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, ScopedJoinHandle, available_parallelism, scope};

/// More threads than these would wait for memory.
const MOST: usize = 8;
/// What the main thread of a program has on most systems.
const STACK: usize = 8 << 20;

/// Does `work` with each of `parts`; what it gives stands in their order.
pub(crate) fn each<T: Sync, R: Send>(parts: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = available_parallelism().map_or(1, usize::from).min(parts.len()).min(MOST);
    if threads < 2 {
        return parts.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let share = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(at) else { return done };
            done.push((at, work(part)));
        }
    };
    let mut done = scope(|scope| {
        let start = |_| Builder::new().stack_size(STACK).spawn_scoped(scope, share).ok();
        let others: Vec<ScopedJoinHandle<'_, _>> = (1..threads).filter_map(start).collect();
        let mut done = share();
        others.into_iter().for_each(|it| done.extend(finished(it)));
        done
    });
    done.sort_unstable_by_key(|it| it.0);
    done.into_iter().map(|it| it.1).collect()
}

/// Does both, at the same time where that can be.
pub(crate) fn both<A: Send, B>(first: impl Fn() -> A + Sync, second: impl FnOnce() -> B) -> (A, B) {
    if available_parallelism().map_or(1, usize::from) < 2 {
        return (first(), second());
    }
    scope(|scope| match Builder::new().stack_size(STACK).spawn_scoped(scope, &first) {
        Ok(thread) => {
            let second = second();
            (finished(thread), second)
        }
        Err(_) => (first(), second()),
    })
}

/// What a thread gives. Whatever stopped it stops its caller too.
fn finished<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|stopped| resume_unwind(stopped))
}
