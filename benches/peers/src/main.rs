//! The same policies in Evenhand and in other engines: that they agree first, then what a decision costs.
//!
//! ```text
//! cargo run --release                       # every engine
//! cargo run --release -- hand Evenhand      # the rows whose names hold one of these words
//! ```
//!
//! One process, one thread. Every engine decides thousands of made cases as hand-written Rust does, or nothing is
//! timed. Then the engines take turns, round after round, in short batches of always the same cases, and the fastest
//! time of each batch counts.

mod cedar;
mod column;
mod common_expression;
mod engine;
mod hand;
mod jsonlogic;
mod own;
mod rego;
#[allow(dead_code, reason = "the benches of the library read the rest")]
#[path = "../../support/mod.rs"]
mod support;
mod table;
mod zen;

use cedar::Cedar;
use common_expression::Cel;
use engine::{Amounts, Engine};
use hand::Refunds;
use jsonlogic::DataLogic;
use own::{Fast, Whole};
use rego::Regorus;
use std::process::ExitCode;
use support::{
    clients::{self, ByClient},
    refunds14,
    usd::Decided,
};
use table::{Cases, Table};
use zen::Zen;

fn main() -> ExitCode {
    let mut table = Table::new(std::env::args().skip(1).collect());
    let cents = Amounts::Cents;

    table.row("hand-written Rust (B: hash by client)").a(|| Refunds).b(ByClient::new);

    // Evenhand: a line for each entry of the library, with its type in `own.rs`.
    table
        .row("Evenhand, compiled: outcome and parameters")
        .a(|| Fast::new(refunds14::POLICY))
        .b(|count| Fast::new(&clients::policy(count)));
    table
        .row("Evenhand, whole answer with reasons")
        .a(|| Whole::new(refunds14::POLICY))
        .b(|count| Whole::new(&clients::policy(count)));

    // The others, each in its best form.
    table.row("datalogic-rs 5.4").a(|| DataLogic::refunds(cents)).b(DataLogic::clients);
    table.row("datalogic-rs 5.4, B grouped by client by hand").b(DataLogic::grouped);
    table.row("cel 0.15").a(|| Cel::refunds(cents)).b(Cel::clients);
    table.row("regorus 0.14").a(|| Regorus::refunds(cents)).b(Regorus::clients);
    table.row("zen-engine 2.1").a(|| Zen::refunds(cents)).b(Zen::clients);
    table.row("cedar-policy 4.14").a(Cedar::refunds).b(Cedar::clients);

    if let Err(disagreement) = table.agree() {
        println!("{disagreement}");
        return ExitCode::FAILURE;
    }
    in_dollars(table.cases());
    table.time();
    print!("{table}");
    ExitCode::SUCCESS
}

/// Counts what becomes of policy A where amounts are dollars with decimals, as most JSON has them. Not timed.
fn in_dollars(cases: &Cases) {
    let (dollars, cases) = (Amounts::Dollars, cases.a.gate);
    let with_fee = |(case, decided): &&(refunds14::Case, Decided)| match decided {
        Decided::Approve(amount) => *amount < case.order.total && *amount != case.asked,
        _ => false,
    };
    let fees = cases.iter().filter(with_fee).count();
    let all = cases.len();
    println!(
        "| amounts as dollars, {all} cases of A, {fees} with a fee | off by a cent | another decision |"
    );
    println!("|---|---|---|");
    count("datalogic-rs 5.4", DataLogic::refunds(dollars), cases);
    count("cel 0.15", Cel::refunds(dollars), cases);
    count("regorus 0.14", Regorus::refunds(dollars), cases);
    count("zen-engine 2.1 (its numbers are decimal)", Zen::refunds(dollars), cases);
    println!();
}

fn count(name: &str, mut engine: impl Engine<refunds14::Case>, cases: &[(refunds14::Case, Decided)]) {
    let (mut cents, mut others) = (0, 0);
    for (case, expected) in cases {
        let facts = engine.facts(case);
        match (engine.decide(&facts), *expected) {
            (answer, expected) if answer == expected => {}
            (Decided::Approve(one), Decided::Approve(other)) if (one.0 - other.0).abs() == 1 => cents += 1,
            _ => others += 1,
        }
    }
    println!("| {name} | {cents} | {others} |");
}
