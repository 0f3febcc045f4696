//! Whether a flat program that someone else wrote can be run.
//!
//! Running asks for every index with care, so a wrong one could not do harm; but it could make a policy say what no
//! policy says, and two tests that lead to each other would never end.

use crate::{
    compiled::About,
    flat::{
        Argument, CellForm, Flat, Go, Leaf, Read, Say, Target, Test,
        why::{Piece, Whys},
    },
    ir::Op,
    schema::{Key, Node, Type},
};

/// Whether all that it names is there.
pub(super) fn is_sound(about: &About, flat: &Flat) -> bool {
    about.decisions.len() == flat.decisions.len()
        && about.assumes.len() == flat.assumes.len()
        && about.in_force.is_none_or(|it| it.0 < flat.schema.slots.len())
        && is_schema(flat)
        && are_values(flat)
        && flat.tests.iter().enumerate().all(|(index, test)| is_test(flat, index, test))
        && flat.leaves.iter().all(|it| is_leaf(flat, it))
        && flat.says.iter().all(|it| is_say(flat, it))
        && flat.rules.iter().all(|it| {
            it.condition.is_none_or(|code| has(&flat.codes, code))
                && it.says.iter().all(|say| has(&flat.says, *say))
        })
        && are_decisions(about, flat)
        && flat.whys.as_ref().is_none_or(|it| are_whys(about, flat, it))
        && flat.assumes.iter().all(|it| leads(flat, *it, flat.tests.len()))
}

fn has<T>(all: &[T], index: u32) -> bool {
    (index as usize) < all.len()
}

fn range<T>(all: &[T], first: u32, count: u32) -> bool {
    first as usize + count as usize <= all.len()
}

/// Whether a target is a leaf, or a test before this one.
fn leads(flat: &Flat, target: Target, before: usize) -> bool {
    match target.index() {
        Ok(test) => test < before && test < flat.tests.len(),
        Err(leaf) => leaf < flat.leaves.len(),
    }
}

fn is_schema(flat: &Flat) -> bool {
    let schema = &flat.schema;
    let is_type = |ty: Type| match ty {
        Type::Choice(index) => schema.enumerations.get(index).is_some_and(|it| !it.choices.is_empty()),
        Type::List(index) => index < schema.lists.len(),
        Type::MoneyOf(index) => schema.currencies.get(index).is_some_and(|it| !it.all.is_empty()),
        Type::Items(_) => false,
        Type::Number { scale } | Type::Percent { scale } | Type::Money { scale, .. } => scale <= 30,
        _ => true,
    };
    let texts = flat.forms.iter().filter(|it| matches!(it, CellForm::Text(_))).count();
    let slots = schema.slots.len();
    texts == flat.texts.len()
        && schema.slots.iter().enumerate().all(|(index, slot)| {
            is_type(slot.ty) && slot.within.is_none_or(|it| it < index) && slot.low <= slot.high
        })
        && schema.lists.iter().all(|list| {
            let cells = list.most.checked_mul(list.stride).and_then(|it| it.checked_add(list.first));
            list.slot < slots && cells.is_some_and(|it| it <= slots)
        })
        && schema.keys.iter().all(|it| is_key(flat, it))
}

/// Keys are no deeper than reading them allows.
fn is_key(flat: &Flat, key: &Key) -> bool {
    is_node(flat, &key.node)
}

fn is_node(flat: &Flat, node: &Node) -> bool {
    let slots = flat.schema.slots.len();
    match node {
        Node::Leaf(slot) => *slot < slots,
        Node::Object { presence, keys } => {
            presence.is_none_or(|it| it < slots) && keys.iter().all(|it| is_key(flat, it))
        }
        Node::List { list, item } => *list < flat.schema.lists.len() && is_node(flat, item),
    }
}

fn are_values(flat: &Flat) -> bool {
    let is_op = |(index, op): (usize, &Op)| {
        let mut earlier = true;
        op.each_operand(|it| earlier &= (it as usize) < index);
        let names = match op {
            Op::Constant(constant) | Op::Scale(_, constant) | Op::AmountIn(_, constant) => {
                has(&flat.constants, *constant)
            }
            Op::OneOf(_, constants) => constants.iter().all(|it| has(&flat.constants, *it)),
            Op::Fact(slot) | Op::RecordPresent(slot) => has(&flat.schema.slots, *slot),
            op => op.decision().is_none_or(|it| has(&flat.decisions, it)),
        };
        earlier && names
    };
    flat.ops.iter().enumerate().all(is_op)
        && flat.steps.iter().all(|it| has(&flat.ops, *it))
        && flat.codes.iter().all(|it| it.count > 0 && range(&flat.steps, it.first, it.count))
        && flat.sums.iter().all(|it| range(&flat.terms, it.0, it.1))
        && flat.terms.iter().all(|it| has(&flat.forms, it.0))
}

fn is_test(flat: &Flat, index: usize, test: &Test) -> bool {
    let to = |it: Target| leads(flat, it, index);
    let all = |first: u32, count: u32| {
        let targets = flat.targets.get(first as usize..first as usize + count as usize);
        targets.is_some_and(|it| it.iter().all(|it| to(*it)))
    };
    let read = match test.read {
        Read::Cell(slot) => has(&flat.forms, slot),
        Read::Sum(sum) => has(&flat.sums, sum),
        Read::Outcome(decision) => has(&flat.decisions, decision),
        Read::Code(code) => has(&flat.codes, code),
    };
    let go = match test.go {
        Go::Table { first, count, .. } => count > 0 && all(first, count),
        Go::Search { cut, count, target } => {
            let cuts = flat.cuts.get(cut as usize..cut as usize + count as usize);
            cuts.is_some_and(|it| it.is_sorted()) && count.checked_add(1).is_some_and(|it| all(target, it))
        }
    };
    read && go && to(test.absent) && to(test.failed)
}

fn is_leaf(flat: &Flat, leaf: &Leaf) -> bool {
    match leaf {
        Leaf::Says(say) => has(&flat.says, *say),
        Leaf::All(says) => says.iter().all(|it| has(&flat.says, *it)),
        Leaf::Rules(_) => true,
        Leaf::Scan(rules) => rules.iter().all(|it| has(&flat.rules, *it)),
        Leaf::Claim(code) => has(&flat.codes, *code),
        Leaf::Gap | Leaf::Depends | Leaf::Holds | Leaf::Broken | Leaf::Never => true,
    }
}

fn is_say(flat: &Flat, say: &Say) -> bool {
    say.arguments.iter().all(|it| is_argument(flat, it))
}

fn is_argument(flat: &Flat, argument: &Argument) -> bool {
    match argument {
        Argument::Cell(slot) => has(&flat.forms, *slot),
        Argument::Constant(constant) => has(&flat.constants, *constant),
        Argument::Code(code) => has(&flat.codes, *code),
    }
}

/// Rules that a leaf names are asked for with care, for none has to be there.
fn are_whys(about: &About, flat: &Flat, whys: &Whys) -> bool {
    let is_piece = |piece: &Piece| match piece {
        Piece::Text(_) => true,
        Piece::Value { value, ty, .. } => is_argument(flat, value) && is_parameter(about, flat, *ty),
    };
    let decisions = flat.decisions.len();
    whys.roots.len() == decisions
        && whys.rules.len() == decisions
        && whys.reads.len() == decisions
        && whys.roots.iter().all(|it| leads(flat, *it, flat.tests.len()))
        && whys.reads.iter().flatten().all(|it| has(&flat.decisions, *it))
        && whys.rules.iter().flatten().flat_map(|it| it.because.iter().flatten()).all(is_piece)
}

/// Whether a parameter or a value in a text can have this type.
fn is_parameter(about: &About, flat: &Flat, ty: Type) -> bool {
    match ty {
        Type::Choice(index) => index < flat.schema.enumerations.len(),
        Type::MoneyOf(index) => index < flat.schema.currencies.len(),
        Type::Items(index) => index < about.decisions.len(),
        Type::List(_) | Type::Record => false,
        Type::Number { scale } | Type::Percent { scale } | Type::Money { scale, .. } => scale <= 30,
        _ => true,
    }
}

fn are_decisions(about: &About, flat: &Flat) -> bool {
    flat.decisions.iter().all(|it| {
        leads(flat, it.root, flat.tests.len())
            && it.reads.iter().all(|it| has(&flat.decisions, *it))
            && it.fallback.is_none_or(|it| has(&flat.says, it))
    }) && about
        .decisions
        .iter()
        .flat_map(|it| &it.outcomes)
        .flat_map(|it| &it.parameters)
        .all(|it| is_parameter(about, flat, it.ty))
}
