//! Why a decision comes to what it does, for hosts that read it out.

use std::fmt;

use crate::{
    compiled::{Inner, Verdict},
    eval::{Slot, show},
    flat::why::{Piece, Why},
};

/// A verdict with its reasons.
#[derive(Clone, Copy, Debug)]
pub struct Explained<'c> {
    /// What the decision comes to.
    pub verdict: Verdict<'c>,
    /// The rules that decide; of a conflict those that disagree. None for any other verdict, and where the policy
    /// was compiled without reasons.
    pub reasons: Reasons<'c>,
}

/// Rules that decide, in order of writing.
#[derive(Clone, Copy)]
pub struct Reasons<'c> {
    pub(super) inner: &'c Inner,
    pub(super) whys: &'c [Why],
    pub(super) rules: &'c [u32],
    pub(super) told: &'c [Slot],
}

impl<'c> Reasons<'c> {
    /// No rules.
    pub(super) fn none(inner: &'c Inner) -> Reasons<'c> {
        Reasons { inner, whys: &[], rules: &[], told: &[] }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl<'c> IntoIterator for Reasons<'c> {
    type Item = Reason<'c>;
    type IntoIter = ReasonsIter<'c>;

    fn into_iter(self) -> ReasonsIter<'c> {
        ReasonsIter { left: self }
    }
}

impl fmt::Debug for Reasons<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(*self).finish()
    }
}

/// Goes through [`Reasons`].
#[derive(Clone, Copy, Debug)]
pub struct ReasonsIter<'c> {
    left: Reasons<'c>,
}

impl<'c> Iterator for ReasonsIter<'c> {
    type Item = Reason<'c>;

    fn next(&mut self) -> Option<Reason<'c>> {
        let (rule, rules) = self.left.rules.split_first()?;
        let why = self.left.whys.get(*rule as usize)?;
        let (own, told) = self.left.told.split_at_checked(values(why.because.iter().flatten()))?;
        self.left.rules = rules;
        self.left.told = told;
        Some(Reason { inner: self.left.inner, why, told: own })
    }
}

/// How many values pieces have.
fn values<'p>(pieces: impl Iterator<Item = &'p Piece>) -> usize {
    pieces.filter(|it| matches!(it, Piece::Value { .. })).count()
}

/// A rule that decides.
#[derive(Clone, Copy)]
pub struct Reason<'c> {
    inner: &'c Inner,
    why: &'c Why,
    told: &'c [Slot],
}

impl<'c> Reason<'c> {
    /// The rule's name; `otherwise` where no rule holds, `always` where there is none.
    pub fn name(&self) -> &'c str {
        &self.why.name
    }

    /// What it cites.
    pub fn cites(&self) -> impl Iterator<Item = &'c str> + use<'c> {
        self.why.cites.iter().map(String::as_str)
    }

    /// Its texts, each to be written with its values filled in.
    pub fn because(&self) -> impl Iterator<Item = Because<'c>> + use<'c> {
        let (inner, mut told) = (self.inner, self.told);
        self.why.because.iter().map_while(move |pieces| {
            let (own, rest) = told.split_at_checked(values(pieces.iter()))?;
            told = rest;
            Some(Because { inner, pieces, told: own })
        })
    }
}

/// `unopened: It is unopened and was bought at most 30 days ago.`
impl fmt::Debug for Reason<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())?;
        self.because().enumerate().try_for_each(|(index, it)| {
            out.write_str(if index == 0 { ": " } else { " " })?;
            fmt::Display::fmt(&it, out)
        })
    }
}

/// A text of a rule.
#[derive(Clone, Copy)]
pub struct Because<'c> {
    inner: &'c Inner,
    pieces: &'c [Piece],
    told: &'c [Slot],
}

/// The text, its values filled in; where one of them is not known, as it is written in the policy.
impl fmt::Display for Because<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = &self.inner.about;
        let outcome = |decision: usize, outcome: usize| {
            Some(about.decisions.get(decision)?.outcomes.get(outcome)?.name.as_str())
        };
        let is_open = |it: &Slot| matches!(it, Slot::Unknown { .. } | Slot::Failed);
        let complete = !self.told.iter().any(is_open);
        let mut told = self.told.iter();
        for piece in self.pieces {
            match piece {
                Piece::Text(text) => out.write_str(text)?,
                Piece::Value { ty, source, .. } => {
                    let value = told.next().filter(|_| complete);
                    match value.and_then(|it| show::words(it, *ty, &self.inner.flat.schema, &outcome)) {
                        Some(words) => out.write_str(&words)?,
                        None => write!(out, "{{{source}}}")?,
                    }
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Because<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), out)
    }
}
