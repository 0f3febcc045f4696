//! The smallest policy on which something fails still.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::generate::plan::{Plan, PlanItem};
use crate::laws::subject::without_one;

/// A smaller plan on which it fails still.
pub(crate) fn shrunk(plan: &Plan, fails: &dyn Fn(&Plan) -> bool) -> Plan {
    // A smaller plan may be no policy at all.
    let fails = |plan: &Plan| catch_unwind(AssertUnwindSafe(|| fails(plan))).unwrap_or(false);
    let mut plan = plan.clone();
    loop {
        let smaller = without_one(&plan).into_iter().chain(shorter(&plan)).find(|it| fails(it));
        match smaller {
            Some(smaller) => plan = smaller,
            None => return plan,
        }
    }
}

/// Every plan with one line of an item less, or one row of a table.
fn shorter(plan: &Plan) -> Vec<Plan> {
    let mut plans = Vec::new();
    for (index, item) in plan.items.iter().enumerate() {
        match item {
            PlanItem::Text(text) => {
                let lines: Vec<&str> = text.lines().collect();
                for line in 0..lines.len() {
                    let mut left = lines.clone();
                    left.remove(line);
                    let mut plan = plan.clone();
                    plan.items[index] = PlanItem::Text(left.join("\n") + "\n");
                    plans.push(plan);
                }
            }
            PlanItem::Decision(decision) => {
                let rows = decision.tables.iter().enumerate();
                for (table, row) in rows.flat_map(|it| (0..it.1.rows.len()).map(move |row| (it.0, row))) {
                    let mut plan = plan.clone();
                    if let PlanItem::Decision(decision) = &mut plan.items[index] {
                        decision.tables[table].rows.remove(row);
                    }
                    plans.push(plan);
                }
                for rule in 0..decision.rules.len() {
                    let rest = &decision.rules[rule].rest;
                    if let (true, Some(then)) = (rest.starts_with("unless"), rest.find("then ")) {
                        let mut plan = plan.clone();
                        if let PlanItem::Decision(decision) = &mut plan.items[index] {
                            decision.rules[rule].rest = rest[then..].to_owned();
                        }
                        plans.push(plan);
                    }
                }
            }
            PlanItem::Lookup(..) => {}
        }
    }
    plans
}
