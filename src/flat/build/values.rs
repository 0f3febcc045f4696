//! What is known of each node of a program before any fact is: its bounds, whether it always has a value, whether
//! it can be in error, whether it is a whole number.

use crate::{
    hir::{Hir, TimeOp},
    ir::{Op, Program},
    schema::{Schema, Type},
    value::Scalar,
};

/// What is known of a node whatever the facts are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Value {
    /// The least and the greatest number that it can be, where it has a value and that is known.
    pub span: Option<(i128, i128)>,
    /// Whether it has a value for all facts that are known.
    pub total: bool,
    /// Whether it reads a decision, which may be in error.
    pub fails: bool,
    /// Whether its values are numbers.
    pub number: bool,
    /// Whether they may be fractions.
    pub ratio: bool,
}

/// What is known of each node.
pub(super) fn values(hir: &Hir, program: &Program) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::with_capacity(program.nodes.len());
    for op in &program.nodes {
        let value = value(op, &values, hir, program);
        values.push(value);
    }
    values
}

fn value(op: &Op, values: &[Value], hir: &Hir, program: &Program) -> Value {
    let of = |node: u32| values.get(node as usize).copied().unwrap_or_default();
    let (mut fails, mut total, mut numbers, mut ratio) = (op.decision().is_some(), true, true, false);
    op.each_operand(|node| {
        let operand = of(node);
        fails |= operand.fails;
        total &= operand.total;
        numbers &= operand.number;
        ratio |= operand.ratio;
    });
    let strict = Value { span: None, total: false, fails, number: false, ratio: false };
    match op {
        Op::Fact(slot) => fact(&hir.schema, *slot as usize),
        Op::Constant(index) => match program.constants.get(*index as usize) {
            Some(Scalar::Number(number)) => {
                Value { span: Some((*number, *number)), total: true, number: true, ..Value::default() }
            }
            _ => Value { total: true, ..Value::default() },
        },
        // What is absent is a number where its neighbours are.
        Op::Absent => Value { number: true, ..Value::default() },
        Op::RecordPresent(_) => Value { total: true, ..Value::default() },
        Op::Present(_) => Value { total: true, ..strict },
        Op::Not(_) | Op::And(_) | Op::Or(_) | Op::OneOf(..) => Value { total, ..strict },
        // Numbers within 128 bits can be compared; fractions perhaps not.
        Op::Compare(..) => Value { total: total && !ratio, ..strict },
        Op::OutcomeIs(..) | Op::Includes(..) | Op::Empty(_) | Op::Collected(_) => {
            Value { total: true, ..strict }
        }
        Op::Sum(_) | Op::Scale(..) | Op::Product(..) => {
            let span = if ratio { None } else { arithmetic(op, &of, program) };
            Value { span, total: total && span.is_some(), number: true, ratio, ..strict }
        }
        Op::Extremum(_, parts) => {
            let span = hull(parts.iter().map(|it| of(*it).span));
            Value { span, total: total && !ratio, number: numbers, ratio, ..strict }
        }
        Op::Cases { guarded, last } => {
            let results = || guarded.iter().map(|it| it.1).chain([*last]);
            let number = results().all(|it| of(it).number);
            let ratio = results().any(|it| of(it).ratio);
            let span = hull(results().map(|it| of(it).span));
            Value { span, total, number, ratio, ..strict }
        }
        Op::Ratio(..) | Op::Quotient(..) => Value { number: true, ratio: true, ..strict },
        Op::Round(..) | Op::AddMonths(..) | Op::AmountIn(..) | Op::Fold { .. } => {
            Value { number: true, ratio, ..strict }.whole(op)
        }
        Op::Time(TimeOp::Weekday, _) => strict,
        Op::Time(..) => Value { number: true, ..strict },
        Op::OutcomeParameter { .. } | Op::InCurrency { .. } | Op::Decision(_) => strict,
    }
}

impl Value {
    fn whole(self, op: &Op) -> Value {
        Value { ratio: self.ratio && matches!(op, Op::Fold { .. }), ..self }
    }
}

fn fact(schema: &Schema, slot: usize) -> Value {
    let Some(fact) = schema.slots.get(slot) else { return Value::default() };
    let number = !matches!(fact.ty, Type::Boolean | Type::Choice(_) | Type::Text { .. } | Type::Record);
    let span = match fact.ty {
        Type::MoneyOf(_) | Type::List(_) => None,
        _ if number => Some((fact.low, fact.high)),
        _ => None,
    };
    Value { span, total: !may_be_absent(schema, slot), number, ..Value::default() }
}

/// Whether a host may say that there is none.
pub(super) fn may_be_absent(schema: &Schema, slot: usize) -> bool {
    schema
        .slots
        .get(slot)
        .is_none_or(|it| it.optional || it.within.is_some() || matches!(it.ty, Type::Record | Type::List(_)))
}

fn arithmetic(op: &Op, of: &impl Fn(u32) -> Value, program: &Program) -> Option<(i128, i128)> {
    match op {
        Op::Sum(terms) => {
            let mut sum = (0_i128, 0_i128);
            for (minus, term) in terms {
                let (low, high) = of(*term).span?;
                let (low, high) =
                    if *minus { (high.checked_neg()?, low.checked_neg()?) } else { (low, high) };
                sum = (sum.0.checked_add(low)?, sum.1.checked_add(high)?);
            }
            Some(sum)
        }
        Op::Scale(value, by) => match program.constants.get(*by as usize) {
            Some(Scalar::Number(by)) => times(of(*value).span?, (*by, *by)),
            _ => None,
        },
        Op::Product(a, b) => times(of(*a).span?, of(*b).span?),
        _ => None,
    }
}

fn times(a: (i128, i128), b: (i128, i128)) -> Option<(i128, i128)> {
    let corners =
        [a.0.checked_mul(b.0)?, a.0.checked_mul(b.1)?, a.1.checked_mul(b.0)?, a.1.checked_mul(b.1)?];
    Some((*corners.iter().min()?, *corners.iter().max()?))
}

fn hull(spans: impl Iterator<Item = Option<(i128, i128)>>) -> Option<(i128, i128)> {
    let mut hull: Option<(i128, i128)> = None;
    for span in spans {
        let (low, high) = span?;
        hull = Some(hull.map_or((low, high), |it| (it.0.min(low), it.1.max(high))));
    }
    hull
}
