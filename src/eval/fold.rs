//! What is made of the values of items, some of which may be unknown.
//!
//! An item whose condition fails is not looked at. One whose condition or value is in error makes the whole an
//! error; else one of which either is unknown leaves it unknown. So an unknown item matters unless it is known
//! not to count.

use crate::{
    eval::{Slot, number},
    ir::Fold,
};

/// What is made of items, each with its condition and its value; `none` is the value where no condition holds.
pub(super) fn fold<'s>(
    fold: Fold,
    items: impl IntoIterator<Item = (&'s Slot, &'s Slot)>,
    none: Option<&'s Slot>,
) -> Slot {
    let mut counted: Vec<&Slot> = Vec::new();
    let (mut unknown, mut failed, mut may_fail, mut nothing) = (false, false, false, false);
    for (holds, value) in items {
        match holds {
            Slot::Boolean(false) => continue,
            Slot::Boolean(true) => match value {
                Slot::Failed => failed = true,
                Slot::Unknown { may_fail: may } => (unknown, may_fail) = (true, may_fail || *may),
                Slot::Nothing => nothing = true,
                value => counted.push(value),
            },
            Slot::Failed => failed = true,
            Slot::Unknown { may_fail: may } => {
                (unknown, may_fail) = (true, may_fail || *may || value.may_fail())
            }
            // Outside the guard of the whole.
            _ => nothing = true,
        }
    }
    match (failed, unknown, nothing) {
        (true, ..) => Slot::Failed,
        (_, true, _) => {
            // If no item counts in the end, the other value is taken.
            let other = counted.is_empty() && none.is_some_and(Slot::may_fail);
            Slot::Unknown { may_fail: may_fail || other }
        }
        (.., true) => Slot::Nothing,
        _ => value(fold, &counted, none),
    }
}

fn value(fold: Fold, counted: &[&Slot], none: Option<&Slot>) -> Slot {
    let made = match fold {
        Fold::Total => {
            let zero = Slot::Integer(0);
            counted.iter().try_fold(zero, |total, it| number::add(&total, it, false))
        }
        Fold::Extreme(_) if counted.is_empty() => none.cloned(),
        Fold::Extreme(extreme) => number::extremum(extreme, counted.iter().copied()),
    };
    made.unwrap_or(Slot::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hir::Extreme;

    const YES: Slot = Slot::Boolean(true);
    const NO: Slot = Slot::Boolean(false);

    #[test]
    fn an_item_that_does_not_count_is_not_looked_at() {
        let five = Slot::Integer(5);
        let items = [(&YES, &five), (&NO, &Slot::UNKNOWN), (&NO, &Slot::Failed)];
        assert_eq!(fold(Fold::Total, items, None), five);
        assert_eq!(fold(Fold::Extreme(Extreme::Least), items, None), five);
        assert_eq!(fold(Fold::Total, [(&NO, &five)], None), Slot::Integer(0));
    }

    #[test]
    fn an_error_stops_before_an_unknown() {
        let items = [(&Slot::UNKNOWN, &YES), (&YES, &Slot::Failed)];
        assert_eq!(fold(Fold::Total, items, None), Slot::Failed);
        let items = [(&Slot::UNKNOWN, &Slot::Failed), (&YES, &YES)];
        assert_eq!(fold(Fold::Total, items, None), Slot::Unknown { may_fail: true });
    }

    #[test]
    fn no_item_counts() {
        let seven = Slot::Integer(7);
        let extreme = Fold::Extreme(Extreme::Greatest);
        assert_eq!(fold(extreme, [], Some(&seven)), seven);
        assert_eq!(fold(extreme, [], None), Slot::Nothing);
        let open = [(&Slot::UNKNOWN, &seven)];
        assert_eq!(fold(extreme, open, Some(&Slot::Failed)), Slot::Unknown { may_fail: true });
    }
}
