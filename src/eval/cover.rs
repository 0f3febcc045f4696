//! Questions about all rules of a decision at once: which are overridden, and whether two that disagree may
//! both stand.
//!
//! Both are answered by counting, in time linear in the overrides that are written: a decision may have
//! hundreds of thousands of rules, and no answer may cost their square.

use crate::hir::{Decision, Rule};

/// For each rule, whether one of the `active` rules overrides it.
pub(crate) fn covered(decision: &Decision, active: &[bool]) -> Vec<bool> {
    let count = decision.rules.len();
    let is_active = |rule: usize| active.get(rule).copied().unwrap_or(false);
    if decision.first {
        let first = active.iter().position(|it| *it).unwrap_or(count);
        return (0..count).map(|rule| rule > first).collect();
    }
    let mut covered = vec![false; count];
    // A rule is out of reach of all sweeping overrides where each of them spares it.
    let mut sweeping = 0_usize;
    let mut spared = vec![0_usize; count];
    // How many runs begin at each rule, and how many end before it.
    let (mut begins, mut ends) = (vec![0_usize; count], vec![0_usize; count]);
    let mark = |rules: &mut Vec<usize>, rule: usize| {
        if let Some(times) = rules.get_mut(rule) {
            *times += 1;
        }
    };
    for (index, rule) in decision.rules.iter().enumerate().filter(|it| is_active(it.0)) {
        for other in rule.overrides.listed.iter().filter(|it| **it != index) {
            if let Some(covered) = covered.get_mut(*other) {
                *covered = true;
            }
        }
        for (from, to) in &rule.overrides.runs {
            mark(&mut begins, *from);
            mark(&mut ends, *to);
        }
        if let Some(all_but) = &rule.overrides.all_but {
            sweeping += 1;
            all_but.iter().for_each(|it| mark(&mut spared, *it));
            if all_but.binary_search(&index).is_err() {
                mark(&mut spared, index);
            }
        }
    }
    let mut open = 0_usize;
    let changes = begins.into_iter().zip(ends);
    for ((covered, spared), (begins, ends)) in covered.iter_mut().zip(spared).zip(changes) {
        // As many runs have ended here as began before.
        open = open + begins - ends.min(open + begins);
        *covered |= open > 0 || spared < sweeping;
    }
    covered
}

/// Whether a rule overrides nothing at all.
pub(super) fn overrides_nothing(decision: &Decision, rule: &Rule) -> bool {
    !decision.first
        && rule.overrides.listed.is_empty()
        && rule.overrides.runs.is_empty()
        && rule.overrides.all_but.is_none()
}

/// Whether two rules of different classes may both stand: neither overrides the other. `class` has the class
/// of each rule that may hold; rules of one class say the same whatever the facts are.
pub(super) fn may_conflict(decision: &Decision, class: &[Option<usize>]) -> bool {
    if decision.first {
        return false;
    }
    let candidates = class.iter().flatten().count();
    let mut sizes: Vec<usize> = Vec::new();
    for class in class.iter().flatten() {
        if sizes.len() <= *class {
            sizes.resize(class + 1, 0);
        }
        if let Some(size) = sizes.get_mut(*class) {
            *size += 1;
        }
    }
    let class_of = |rule: usize| class.get(rule).copied().flatten();
    // How many candidates stand before each rule, and the rules of each class in order.
    let mut before = Vec::with_capacity(class.len() + 1);
    let mut of_class: Vec<Vec<usize>> = vec![Vec::new(); sizes.len()];
    let mut seen = 0_usize;
    before.push(seen);
    for (index, own) in class.iter().enumerate() {
        seen += usize::from(own.is_some());
        before.push(seen);
        if let Some(rules) = own.and_then(|it| of_class.get_mut(it)) {
            rules.push(index);
        }
    }
    let in_run = |own: usize, (from, to): (usize, usize)| {
        let count = |at: usize| before.get(at).copied().unwrap_or(seen);
        let same = of_class.get(own).map_or(&[][..], Vec::as_slice);
        let same = same.partition_point(|it| *it < to) - same.partition_point(|it| *it < from);
        count(to) - count(from) - same
    };
    let mut disagreeing = 0_usize;
    let mut ordered = 0_usize;
    for (index, rule) in decision.rules.iter().enumerate() {
        let Some(own) = class_of(index) else { continue };
        let others = candidates - sizes.get(own).copied().unwrap_or(0);
        disagreeing += others;
        let disagrees = |other: &usize| class_of(*other).is_some_and(|it| it != own);
        let listed = &rule.overrides.listed;
        let in_runs: usize = rule.overrides.runs.iter().map(|it| in_run(own, *it)).sum();
        ordered += in_runs
            + match &rule.overrides.all_but {
                None => listed.iter().copied().filter(disagrees).count(),
                Some(all_but) => {
                    let spared = |it: &usize| disagrees(it) && listed.binary_search(it).is_err();
                    others - all_but.iter().copied().filter(spared).count()
                }
            };
    }
    // Each pair was counted from both its ends, but is ordered at most one way.
    ordered < disagreeing / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hir::{Notes, Overrides};
    use crate::source::Span;
    use proptest::prelude::*;

    fn decision(first: bool, overrides: Vec<Overrides>) -> Decision {
        let rule = |(index, overrides): (usize, Overrides)| Rule {
            name: format!("r{index}"),
            doc: None,
            condition: None,
            overrides,
            names: Vec::new(),
            row: false,
            then: Vec::new(),
            notes: Notes::default(),
            span: Span::default(),
        };
        Decision {
            name: "d".into(),
            doc: None,
            collect: false,
            first,
            outcomes: Vec::new(),
            rules: overrides.into_iter().enumerate().map(rule).collect(),
            otherwise: None,
            always: false,
            obligations: Vec::new(),
            span: Span::default(),
        }
    }

    /// Overrides that point to later rules only, so that they have no cycle.
    fn any_decision() -> impl Strategy<Value = (Decision, Vec<bool>, Vec<Option<usize>>)> {
        let rule = (
            prop::collection::vec(any::<bool>(), 7),
            prop::option::of(prop::collection::vec(any::<bool>(), 7)),
        );
        let rules = prop::collection::vec(rule, 1..7);
        (
            any::<bool>(),
            rules,
            prop::collection::vec(any::<bool>(), 7),
            prop::collection::vec(prop::option::of(0..3_usize), 7),
        )
            .prop_map(|(first, rules, active, class)| {
                let count = rules.len();
                let overrides = rules.into_iter().enumerate().map(|(index, (listed, sweeping))| Overrides {
                    listed: match sweeping.is_none() && listed[0] {
                        true => Vec::new(),
                        false => (index + 1..count).filter(|it| listed[*it]).collect(),
                    },
                    // A run, where nothing is listed: the two never meet.
                    runs: match sweeping.is_none() && listed[0] && index + 1 < count {
                        true => vec![(index + 1, count - usize::from(listed[1] && index + 2 < count))],
                        false => Vec::new(),
                    },
                    all_but: sweeping
                        .map(|it| (0..count).filter(|other| *other <= index || it[*other]).collect()),
                });
                (decision(first, overrides.collect()), active[..count].to_vec(), class[..count].to_vec())
            })
    }

    proptest! {
        #[test]
        fn counting_agrees_with_looking((decision, active, class) in any_decision()) {
            let count = decision.rules.len();
            let looked: Vec<bool> = (0..count)
                .map(|rule| (0..count).any(|by| active[by] && decision.overrides(by, rule)))
                .collect();
            prop_assert_eq!(covered(&decision, &active), looked);
            let stand = |a: usize, b: usize| !decision.overrides(a, b) && !decision.overrides(b, a);
            let differ = |a: usize, b: usize| class[a].zip(class[b]).is_some_and(|(a, b)| a != b);
            let looked = (0..count).any(|a| (0..a).any(|b| differ(a, b) && stand(a, b)));
            prop_assert_eq!(may_conflict(&decision, &class), looked);
        }
    }
}
