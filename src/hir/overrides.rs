//! Which rules a rule overrides: a set that stays small where it holds thousands of neighbours.

use serde::Serialize;

/// A set of rules of one decision, by index.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Overrides {
    /// All rules but these (sorted), where some `everything` is in it.
    pub all_but: Option<Vec<usize>>,
    /// And these (sorted).
    pub listed: Vec<usize>,
    /// And all of each of these runs, the second end excluded (sorted, apart from each other and from
    /// `listed`): a row of a table that says `first` overrides thousands of rows at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<(usize, usize)>,
}

impl Overrides {
    /// Whether the rule of index `rule` is in the set.
    pub fn contains(&self, rule: usize) -> bool {
        self.listed.binary_search(&rule).is_ok()
            || self.in_run(rule)
            || self.all_but.as_ref().is_some_and(|it| it.binary_search(&rule).is_err())
    }

    /// Whether the rule of index `rule` is in one of the runs.
    pub fn in_run(&self, rule: usize) -> bool {
        let before = self.runs.partition_point(|it| it.0 <= rule);
        before.checked_sub(1).and_then(|it| self.runs.get(it)).is_some_and(|it| rule < it.1)
    }
}
