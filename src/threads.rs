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
    // Each has a run of its own, and takes from the next one's when that is done: what stands side by side is made by
    // one thread, is near its hand when it is read again, and is given back by the thread that took it.
    let ends: Vec<usize> = (0..=threads).map(|it| it * parts.len() / threads).collect();
    let runs: Vec<(AtomicUsize, usize)> =
        ends.windows(2).filter_map(|it| Some((AtomicUsize::new(*it.first()?), *it.last()?))).collect();
    let share = |own: usize| {
        let mut done = Vec::new();
        for (next, end) in runs.iter().cycle().skip(own).take(threads) {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(part) = parts.get(at).filter(|_| at < *end) else { break };
                done.push((at, work(part)));
            }
        }
        done
    };
    let mut done = scope(|scope| {
        let share = &share;
        let start = |own| Builder::new().stack_size(STACK).spawn_scoped(scope, move || share(own)).ok();
        let others: Vec<ScopedJoinHandle<'_, _>> = (1..threads).filter_map(start).collect();
        let mut done = share(0);
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

/// Gives back a long list, the second half of it on another thread where that can be. See [`each`]: most of it was made
/// by such a thread.
pub(crate) fn give_back<T: Send>(mut all: Vec<T>) {
    if available_parallelism().map_or(1, usize::from) < 2 {
        return;
    }
    let half = all.split_off(all.len() / 2);
    scope(|scope| {
        // Where no thread can be started, what it should do goes, and the half with it.
        let _ = Builder::new().stack_size(STACK).spawn_scoped(scope, move || drop(half));
        drop(all);
    });
}

/// What a thread gives. Whatever stopped it stops its caller too.
fn finished<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|stopped| resume_unwind(stopped))
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[test]
    fn what_is_made_stands_in_the_order_of_its_parts() {
        for count in [0, 1, 2, 3, 7, 64] {
            let parts: Vec<u64> = (0..count).collect();
            // The first parts take longest, so that the thread that has them is helped.
            let made = each(&parts, |it| {
                (0..(count - it) * 10_000).for_each(|step| assert_eq!(black_box(step), step));
                *it
            });
            assert_eq!(made, parts);
        }
    }

    #[test]
    fn every_part_of_a_list_is_given_back_once() {
        let counted = AtomicUsize::new(0);
        struct Counts<'c>(&'c AtomicUsize);
        impl Drop for Counts<'_> {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        give_back((0..5).map(|_| Counts(&counted)).collect());
        assert_eq!(counted.into_inner(), 5);
    }
}
