//! Deciding on a compiled policy allocates nothing once its room has been used. A program of its own, because it
//! counts the allocations of the whole program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use evenhand::compiled::Verdict;
use evenhand::tools::outcomes::{Line, OutcomeLines};
use evenhand::{Limits, Policy, PolicySet, Source, Standing, Value};

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: it does what the system's allocator does, and counts.
#[allow(unsafe_code, reason = "an allocator cannot be written without")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|it| it.set(it.get() + 1));
        // SAFETY: the caller keeps the promises that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer is from `alloc` above, which is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(run: impl FnOnce()) -> usize {
    let before = COUNT.get();
    run();
    COUNT.get() - before
}

const POLICY: &str = include_str!("../benches/policies/refunds14.policy");

fn case(days: u32, condition: &str, total: &str) -> String {
    format!(
        r#"{{"order": {{"kind": "apparel", "condition": "{condition}", "days": {days}, "total": "{total}", "final_sale": false}},
            "customer": {{"tier": "gold", "region": "US", "refunds_last_year": 0}},
            "asked": "USD 10.00", "chargeback_open": false, "manager_approved": true}}"#
    )
}

#[test]
fn reading_and_deciding_allocate_nothing_once_warm() {
    let compiled = Policy::compile(POLICY).unwrap().compiled();
    let decision = compiled.decision("refund").unwrap();
    let mut room = compiled.case();
    let texts = [
        case(3, "unopened", "USD 49.99"),
        case(10, "opened", "USD 333.30"),
        case(20, "opened", "USD 51"),
        case(400, "defective", "USD 18.50"),
    ];
    let mut decide = |text: &str| {
        room.read_json(text).unwrap();
        matches!(room.decide(decision), Verdict::Decided(_))
    };
    assert!(texts.iter().all(|it| decide(it)), "warm");
    let count = allocations(|| assert!(texts.iter().all(|it| decide(it))));
    assert_eq!(count, 0);
}

/// From the bytes of a line to those of its answer.
#[test]
fn answering_lines_allocates_nothing_once_warm() {
    let set = PolicySet::load([Source::new("policy", POLICY)], &Limits::default()).unwrap();
    let mut lines = OutcomeLines::new(set.timelines().next().unwrap(), &[]);
    let mut texts = vec![case(3, "unopened", "USD 49.99"), case(10, "opened", "USD 333.30")];
    texts.push(format!("{{\"id\": \"C-1\", \"facts\": {}}}", case(20, "opened", "USD 51")));
    let mut out = String::new();
    let mut answer = |out: &mut String| {
        out.clear();
        for (number, text) in (1..).zip(&texts) {
            assert_eq!(lines.write(text, Some(number), out).unwrap(), Line::Answered(Standing::Decided));
        }
    };
    answer(&mut out);
    assert_eq!(allocations(|| answer(&mut out)), 0);
    assert!(out.ends_with("\"id\":\"C-1\",\"line\":3}\n"), "{out}");
}

#[test]
fn the_count_counts() {
    assert!(allocations(|| drop(std::hint::black_box(vec![Value::Boolean(true)]))) > 0);
}
