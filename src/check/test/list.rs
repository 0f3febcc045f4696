//! The items of lists in tests: `given items ({ price USD 5 }, { price USD 6 })`.

use crate::{
    check::{Checker, codes, test::set},
    diag::Diagnostic,
    syntax::ast::{AssignedElement, AssignedValue, LiteralKind},
    value::{Known, Scalar},
    words::counted,
};

impl<'a> Checker<'a> {
    /// Gives a list all of its items.
    pub(super) fn assign_list(
        &mut self,
        list: usize,
        value: &'a AssignedValue,
        path: &str,
        facts: &mut [Known],
    ) -> Option<()> {
        let declared = *self.schema.lists.get(list)?;
        let slot = self.schema.slots.get(declared.slot)?;
        let (optional, within) = (slot.optional, slot.within);
        match value {
            AssignedValue::List(items, span) => {
                if items.len() > declared.most {
                    let most = counted(declared.most as i128, "item", "items");
                    let message = format!("`{path}` has up to {most}, and this has {}", items.len());
                    self.report(
                        Diagnostic::new(&codes::LIST_TOO_LONG, *span, message)
                            .with_help("a test's facts obey the bounds that every case obeys"),
                    );
                    return None;
                }
                self.appear(within, facts);
                set(facts, declared.slot, Known::Value(Scalar::Number(items.len() as i128)));
                let mut sound = true;
                for (index, slots) in (0..declared.most).map(|it| (it, declared.item(it))) {
                    let known = if index < items.len() { Known::Unknown } else { Known::Absent };
                    slots.for_each(|slot| set(facts, slot, known.clone()));
                    if let Some(item) = items.get(index) {
                        sound &= self.assign_item(item, &format!("{path}[{index}]"), facts).is_some();
                    }
                }
                sound.then_some(())
            }
            AssignedValue::Unknown(_) => {
                set(facts, declared.slot, Known::Unknown);
                declared.slots().for_each(|slot| set(facts, slot, Known::Unknown));
                Some(())
            }
            AssignedValue::Literal(literal) if matches!(literal.kind, LiteralKind::Absent) && optional => {
                self.appear(within, facts);
                set(facts, declared.slot, Known::Absent);
                declared.slots().for_each(|slot| set(facts, slot, Known::Absent));
                Some(())
            }
            AssignedValue::Literal(literal) => {
                let absent = matches!(literal.kind, LiteralKind::Absent);
                let (code, message) = match absent {
                    true => (&codes::ABSENT_NOT_ALLOWED, format!("`{path}` is never absent")),
                    false => (&codes::TYPE_MISMATCH, format!("`{path}` is a list, not one value")),
                };
                let help = match absent {
                    true => "a list without items is `()`; leave an unknown list out",
                    false => "its items stand in parentheses, as in `(3, 4)`",
                };
                self.report(Diagnostic::new(code, literal.span, message).with_help(help));
                None
            }
            AssignedValue::Record(_, span) => {
                let message = format!("`{path}` is a list, not a group of facts");
                self.report(
                    Diagnostic::new(&codes::TYPE_MISMATCH, *span, message)
                        .with_help("its items stand in parentheses, as in `({ … }, { … })`"),
                );
                None
            }
        }
    }

    fn assign_item(&mut self, item: &'a AssignedElement, path: &str, facts: &mut [Known]) -> Option<()> {
        let found = self.find_entry(path)?;
        self.assign_to(found, &item.value, path, facts)
    }
}
