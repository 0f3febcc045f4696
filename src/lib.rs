//! Evenhand: policies of customer support that are executed instead of remembered.
//!
//! A policy is a text that a policy author can read aloud. Compiled, it answers every case with one decision,
//! the reasons for it, what has to be said and done, and the facts that are missing: the same facts give the
//! same answer, byte for byte, whoever asks.
//!
//! ```
//! use evenhand::{Policy, Status};
//!
//! let policy = Policy::compile(r#"
//!     policy shop.refunds
//!       language 1
//!     facts {
//!       owned: days between 0 days and 10_000 days    ask "How many days ago was it bought?"
//!       total: money USD between USD 0 and USD 10_000
//!     }
//!     decision refund {
//!       outcome approve(amount: money USD between USD 0 and USD 10_000)
//!       outcome deny
//!       rule in_time {
//!         when    owned <= 30 days
//!         then    approve(amount: total)
//!         because "It was bought {owned} ago; 30 days are allowed."
//!       }
//!       otherwise deny because "The 30 days are over."
//!     }
//! "#)?;
//!
//! let facts = policy.facts_from_json(r#"{"owned": 12, "total": "USD 49.99"}"#)?;
//! let answer = policy.decide(&facts)?;
//! let refund = answer.decision("refund").ok_or("not asked")?;
//! match &refund.status {
//!     Status::Decided(outcome) if outcome.name == "approve" => {
//!         assert_eq!(outcome.get("amount").map(ToString::to_string).as_deref(), Some("USD 49.99"));
//!         assert_eq!(refund.reasons[0].because, ["It was bought 12 days ago; 30 days are allowed."]);
//!     }
//!     other => panic!("{other:?}"),
//! }
//!
//! // A fact that the host has not said is unknown, never zero or false.
//! let answer = policy.decide(&policy.facts_from_json("{}")?)?;
//! assert!(!answer.is_settled());
//! assert_eq!(answer.open(), ["owned", "total"]);
//! assert_eq!(answer.next(), Some(("owned", Some("How many days ago was it bought?"))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is promised
//!
//! - **Three answers, never two.** A decision is [decided](Status::Decided), [undecided](Status::Undecided)
//!   with the facts that it waits for, or [in error](Status::Failed). An error is never turned into an outcome.
//! - **Exact.** No number is rounded, wrapped or read through floating point where the policy does not say so.
//!   A policy in which an operation could overflow or divide by zero does not compile.
//! - **A function of its arguments.** No clock, no environment, no files, no network, no order of a hash map.
//!   [`Answer::body`] is the same text on every machine.
//! - **It ends.** A policy has no recursion and goes over no list without a bound; [`Policy::cost`] is the most steps
//!   that it takes.
//! - **No input panics.** What is wrong with a policy is a list of [`Diagnostic`]s, what is wrong with facts a
//!   [`FactsError`], each complete.
//!
//! # The map of the house
//!
//! ```text
//!   text ── syntax ──▶ ast ── resolve ──▶ ast ── check ──▶ hir ── ir ──▶ program
//!                                                                          │
//!   JSON, serde ── json, datum ──▶ intake ──▶ facts ────────────────────── eval ──▶ report ── policy ──▶ Answer
//! ```
//!
//! Everything stands on the ground: `source` (texts and places), `limits`, `diag` (findings), `value` (exact
//! values), `schema` (types of facts), `calendar` (business days and hours) and `threads` (work shared among
//! processors). A storey reads only those below it; a test holds it to that.
//!
//! | room | what it makes |
//! |---|---|
//! | `syntax` | a tree of what is written, and one finding for each broken item |
//! | `resolve` | one tree of several files: what is used, extended, in force on a day |
//! | `check` | names, types, presence and ranges: a policy of which every operation is proved safe |
//! | `hir` | that policy: what its digest is over |
//! | `ir` | a flat list of operations, each reading only earlier ones |
//! | `eval` | what is known of each operation for some facts, and the report on it |
//! | `space` | the space of all cases: conditions as sets of them, exactly |
//! | `prove` | whether there is a case in which something happens, with the case |
//! | `diff` | for which cases two policies differ, from what, to what |
//! | `intake` | facts, checked against the schema |
//! | [`policy`] | the front door: compile, read facts, decide |
//! | [`tools`] | what people do with policies: findings as text, tests, samples of facts |

#![forbid(unsafe_code)]

// What pest derives without `std` names it.
extern crate alloc;

pub mod compiled;
pub mod datum;
pub mod diag;
pub mod json;
pub mod limits;
pub mod policy;
pub mod schema;
pub mod source;
pub mod tools;
pub mod value;

mod diff;
mod eval;
mod exact;
mod flat;
mod ir;
#[doc(hidden)]
pub mod prove;
mod resolve;
mod space;
mod threads;
mod words;

// Rooms that hosts have no business in, and the project's own tests do.
#[doc(hidden)]
pub mod calendar;
#[doc(hidden)]
pub mod check;
#[doc(hidden)]
pub mod hir;
#[doc(hidden)]
pub mod intake;
#[doc(hidden)]
pub mod syntax;

#[cfg(feature = "arrow")]
pub use compiled::arrow::Columns;
pub use compiled::{Case, Compiled, OutcomeWriter, Standing, Verdict};
pub use diag::{Diagnostic, Severity};
pub use intake::{FactCode, FactProblem};
pub use limits::Limits;
pub use policy::{
    Answer, DecideError, DecisionAnswer, Facts, FactsBuilder, FactsError, FactsProblem, Failure, Live,
    Outcome, Outcomes, Policy, PolicySet, Rejected, SetAnswer, Status, Undecided,
};
pub use source::Source;
pub use value::Value;

/// The README's Rust is run as it stands there.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
