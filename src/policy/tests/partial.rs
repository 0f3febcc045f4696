//! The laws of partial facts, on every completion of every partial case of small generated policies; and the
//! front door on a few policies written by hand.

use std::fmt::Write;

use crate::{
    eval::{
        Failure, Settled,
        report::{Due, Report},
    },
    policy::Policy,
    value::{Known, Scalar},
};

/// A generator of numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }
}

const BOOLEANS: usize = 4;

fn condition(dice: &mut Dice, decisions: usize, depth: usize) -> String {
    if depth > 0 && dice.one_in(2) {
        let parts: Vec<String> = (0..2).map(|_| condition(dice, decisions, depth - 1)).collect();
        return match dice.roll(3) {
            0 => format!("({})", parts.join(" and ")),
            1 => format!("({})", parts.join(" or ")),
            _ => format!("not ({})", parts[0]),
        };
    }
    match dice.roll(if decisions > 0 { 6 } else { 3 }) {
        0 | 1 => format!("b{}", dice.roll(BOOLEANS)),
        2 => ["n > 0", "n is 1", "cased > 0", "flagged(b1) is 2"][dice.roll(4)].to_owned(),
        _ => {
            let decision = dice.roll(decisions);
            match decision {
                1 => ["d1 includes x", "d1 includes y", "d1 is not empty"][dice.roll(3)].to_owned(),
                it => [format!("d{it} is p"), format!("d{it} is q"), format!("(d{it} is p and d{it}.v > 0)")]
                    [dice.roll(3)]
                .clone(),
            }
        }
    }
}

fn outcome(dice: &mut Dice, collect: bool) -> String {
    match (dice.roll(5), collect) {
        (0 | 1, true) => "x".to_owned(),
        (_, true) => format!("y(v: {})", argument(dice)),
        (0..3, false) => format!("p(v: {})", argument(dice)),
        (_, false) => "q".to_owned(),
    }
}

fn argument(dice: &mut Dice) -> &'static str {
    ["0", "1", "n", "n", "cased", "flagged(b0)"][dice.roll(6)]
}

fn policy(dice: &mut Dice) -> String {
    let mut text = String::from("policy generated\n  language 1\nfacts {\n");
    for index in 0..BOOLEANS {
        let _ = writeln!(text, "  b{index}: boolean");
    }
    text.push_str("  n: integer between 0 and 2\n}\n");
    text.push_str("define cased = n when b0  because \"it is {n}\" = 1 when b1 = 2 otherwise\n");
    text.push_str("define flagged(f: boolean) = 1 when f  cites \"F1\" = 2 otherwise\n");
    for index in 0..3 {
        let collect = index == 1;
        let kind = if collect {
            " collect"
        } else if dice.one_in(4) {
            " first"
        } else {
            ""
        };
        let _ = writeln!(text, "decision d{index}{kind} {{");
        match collect {
            true => text.push_str("  outcome x\n  outcome y(v: integer between 0 and 9)\n"),
            false => text.push_str("  outcome p(v: integer between 0 and 9)\n  outcome q\n"),
        }
        let rules = 1 + dice.roll(4);
        for rule in 0..rules {
            let mut overrides = Vec::new();
            if kind != " first" {
                if dice.one_in(6) && rule == 0 {
                    overrides.push("everything".to_owned());
                }
                let later: Vec<usize> = (rule + 1..rules).filter(|_| dice.one_in(3)).collect();
                overrides.extend(later.into_iter().map(|it| format!("r{it}")));
            }
            let words = if overrides.is_empty() {
                String::new()
            } else {
                format!(" overrides {}", overrides.join(", "))
            };
            let when = condition(dice, index, 2);
            let then = outcome(dice, collect);
            let because = ["", " because \"n is {n}\""][dice.roll(2)];
            let _ = writeln!(text, "  rule r{rule}{words} {{ when {when} then {then}{because} }}");
        }
        if !collect && dice.one_in(2) {
            let _ = writeln!(text, "  otherwise {}", outcome(dice, false));
        }
        let due = condition(dice, index + 1, 1);
        let _ = writeln!(text, "  disclosure said {{ when {due} say \"{{n}} of {{cased}}\" }}\n}}");
    }
    text
}

/// All values of a slot.
fn domain(slot: usize) -> Vec<Known> {
    match slot {
        BOOLEANS => (0..3).map(|it| Known::Value(Scalar::Number(it))).collect(),
        _ => [false, true].map(|it| Known::Value(Scalar::Boolean(it))).to_vec(),
    }
}

/// All ways to give each slot one of its values.
fn all(choices: &[Vec<Known>]) -> Vec<Vec<Known>> {
    let mut cases = vec![Vec::new()];
    for values in choices {
        cases = cases
            .iter()
            .flat_map(|case| values.iter().map(|it| case.iter().cloned().chain([it.clone()]).collect()))
            .collect();
    }
    cases
}

fn agree(partial: &Settled, whole: &Settled) -> Result<(), String> {
    let ok = match (partial, whole) {
        (_, Settled::Undecided(_)) => false,
        (Settled::Decided { item: a, .. }, Settled::Decided { item: b, .. }) => a == b,
        (Settled::Collected { items: a, .. }, Settled::Collected { items: b, .. }) => a == b,
        (Settled::Failed(_), Settled::Failed(_)) => true,
        (Settled::Undecided(undecided), whole) => match whole {
            Settled::Failed(_) => undecided.can_fail,
            Settled::Decided { item, .. } => {
                let fixed = undecided.fixed.get(&item.outcome);
                let kept = |it: &Vec<crate::eval::Slot>| {
                    it.iter().zip(&item.arguments).all(|(a, b)| a.is_unknown() || a == b)
                };
                undecided.possible.contains(&item.outcome) && fixed.is_some_and(kept)
            }
            Settled::Collected { items, .. } => {
                undecided.certain.iter().all(|it| items.contains(it))
                    && items
                        .iter()
                        .all(|it| undecided.certain.contains(it) || undecided.possible.contains(&it.outcome))
            }
            Settled::Undecided(_) => false,
        },
        _ => false,
    };
    if ok { Ok(()) } else { Err(format!("{partial:?}\nbecomes {whole:?}")) }
}

fn compare(partial: &Report, whole: &Report) -> Result<(), String> {
    assert!(whole.settled && whole.open.is_empty(), "{whole:?}");
    for (a, b) in partial.decisions.iter().zip(&whole.decisions) {
        agree(&a.settled, &b.settled)?;
        for (rule, by) in &a.set_aside {
            let kept =
                b.set_aside.iter().any(|(it, others)| it == rule && by.iter().all(|it| others.contains(it)));
            if !kept {
                return Err(format!("rule {rule} is no longer set aside"));
            }
        }
        for (a, b) in a.disclosures.iter().zip(&b.disclosures) {
            let kept = match (&a.due, &b.due) {
                (Due::Open(_), _) => true,
                (Due::Required { texts: a, needs, .. }, Due::Required { texts: b, .. }) => {
                    !needs.is_empty() || a == b
                }
                (Due::Required { needs, .. }, Due::Error) => !needs.is_empty(),
                (a, b) => a == b,
            };
            if !kept {
                return Err(format!("{:?} becomes {:?}", a.due, b.due));
            }
        }
        if !matches!(a.settled, Settled::Undecided(_))
            && a.needs.is_empty()
            && a.open_rules.is_empty()
            && a.reasons != b.reasons
        {
            return Err(format!("{:?} becomes {:?}", a.reasons, b.reasons));
        }
    }
    Ok(())
}

/// Facts known in part, and all reports on their completions.
struct Partial<'a> {
    text: &'a str,
    policy: &'a Policy,
    known: Vec<Known>,
    wholes: Vec<&'a (Vec<Known>, Report)>,
}

impl Partial<'_> {
    /// What is known holds in every completion.
    fn stays(&self, partial: &Report) {
        for (case, whole) in &self.wholes {
            if let Err(why) = compare(partial, whole) {
                panic!("{why}\nknown {:?}\ncase {case:?}\n{}", self.known, self.text);
            }
        }
    }

    /// Whether a decision is undecided once these facts are told.
    fn open_after(&self, decision: usize, needs: &[usize], case: &[Known]) -> bool {
        let mut told = self.known.clone();
        needs.iter().for_each(|it| told[*it] = case[*it].clone());
        matches!(self.policy.report(&told).decisions[decision].settled, Settled::Undecided(_))
    }

    /// What is needed suffices; gives how many of the needs could each be left out.
    fn suffices(&self, decision: usize, needs: &[usize]) -> usize {
        assert!(!needs.is_empty(), "{:?}\n{}", self.known, self.text);
        for (case, _) in &self.wholes {
            let open = self.open_after(decision, needs, case);
            assert!(!open, "{:?}: d{decision} needs more than {needs:?}\n{}", self.known, self.text);
        }
        let spare = |need: &&usize| {
            let others: Vec<usize> = needs.iter().copied().filter(|it| it != *need).collect();
            self.wholes.iter().all(|(case, _)| !self.open_after(decision, &others, case))
        };
        needs.iter().filter(spare).count()
    }
}

/// How often the generated policies met what is tried here.
#[derive(Debug, Default)]
struct Seen {
    decided: usize,
    conflict: usize,
    gap: usize,
    depends: usize,
    undecided: usize,
    needs: usize,
    spare: usize,
}

impl Seen {
    fn whole(&mut self, settled: &Settled) {
        *match settled {
            Settled::Decided { .. } | Settled::Collected { .. } => &mut self.decided,
            Settled::Failed(Failure::Conflict(_)) => &mut self.conflict,
            Settled::Failed(Failure::Gap) => &mut self.gap,
            Settled::Failed(Failure::Depends) => &mut self.depends,
            Settled::Undecided(undecided) => panic!("{undecided:?} though all is known"),
        } += 1;
    }
}

#[test]
fn what_is_known_stays_and_what_is_needed_suffices() {
    let mut dice = Dice(7);
    let mut seen = Seen::default();
    let slots: Vec<Vec<Known>> = (0..=BOOLEANS).map(domain).collect();
    for _ in 0..40 {
        let text = policy(&mut dice);
        let policy = Policy::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}"));
        let reports: Vec<(Vec<Known>, Report)> =
            all(&slots).into_iter().map(|it| (it.clone(), policy.report(&it))).collect();
        reports.iter().flat_map(|it| &it.1.decisions).for_each(|it| seen.whole(&it.settled));
        for mask in 0..1_usize << slots.len() {
            let choices = slots.iter().enumerate();
            let choices = choices.map(|(slot, values)| match mask & 1 << slot {
                0 => vec![Known::Unknown],
                _ => values.clone(),
            });
            for known in all(&choices.collect::<Vec<_>>()) {
                let fits = |it: &&(Vec<Known>, Report)| {
                    known.iter().zip(&it.0).all(|(a, b)| *a == Known::Unknown || a == b)
                };
                let wholes = reports.iter().filter(fits).collect();
                let report = policy.report(&known);
                let partial = Partial { text: &text, policy: &policy, known: known.clone(), wholes };
                partial.stays(&report);
                for (index, decision) in report.decisions.iter().enumerate() {
                    if let Settled::Undecided(_) = decision.settled {
                        seen.undecided += 1;
                        seen.needs += decision.needs.len();
                        seen.spare += partial.suffices(index, &decision.needs);
                    }
                }
            }
        }
    }
    assert!(
        seen.conflict > 100 && seen.gap > 100 && seen.depends > 100 && seen.undecided > 10_000,
        "{seen:?}"
    );
    // Needs are not always minimal, but nearly so.
    assert!(seen.spare * 5 < seen.needs, "{seen:?}");
}
