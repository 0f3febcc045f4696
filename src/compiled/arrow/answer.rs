//! Outcomes and parameters as columns.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, ArrowPrimitiveType, BooleanArray, DictionaryArray, Int32Array, PrimitiveArray, RecordBatch,
    StringArray,
    builder::StringBuilder,
    types::{Date32Type, Decimal128Type, Int32Type, Int64Type, Time32SecondType, TimestampSecondType},
};
use arrow_schema::{ArrowError, Field, Metadata, Schema as ArrowSchema};

use crate::{
    compiled::{
        Collected, Compiled, DecisionId, OutcomeWriter, ParameterSignature, Refused, Signature, Verdict,
    },
    eval::Slot,
    flat::fast::{
        many::{Columns, Many},
        spoken::{Number, Spoken},
    },
    intake::FactProblem,
    json::Json,
    schema::Type,
    value::form,
};

/// Digits that a decimal column has room for.
const DIGITS: u8 = 38;

/// The columns of an answer.
pub(super) struct Answers<'c> {
    compiled: &'c Compiled,
    decision: usize,
    rows: usize,
    status: Vec<i32>,
    /// The place of the outcome; less than 0 where there is none.
    outcome: Vec<i32>,
    outcomes: StringArray,
    columns: Vec<Column>,
    collects: bool,
    items: Texts,
    problem: Texts,
    writer: OutcomeWriter,
}

/// Names that the answer's own columns have.
const TAKEN: [&str; 4] = ["status", "outcome", "items", "problem"];

const STATUSES: [&str; 4] = ["decided", "open", "error", "refused"];

/// Texts of few rows, in order.
type Texts = Vec<(usize, String)>;

/// The column of a parameter.
struct Column {
    name: String,
    parameter: ParameterSignature,
    /// For each outcome the place of the parameter.
    places: Vec<Option<usize>>,
    kind: Kind,
    numbers: Vec<i128>,
    /// Which numbers are there.
    valid: Vec<bool>,
    /// The values, where they are texts.
    texts: Texts,
}

/// What stands in a column.
enum Kind {
    Boolean,
    Integer,
    Decimal(i8),
    Date,
    Time,
    /// Whether it has a zone.
    Moment(bool),
    Choice(StringArray),
    Text,
}

/// What leaves say, leaf by leaf, where all of it can be put into columns as it is.
pub(super) struct Leaves {
    outcomes: Vec<Option<i32>>,
    /// For each column.
    values: Vec<Vec<Value>>,
}

/// What a leaf says in a column.
#[derive(Clone, Copy)]
enum Value {
    Nothing,
    Constant(i128),
    /// The number in this cell.
    Cell(u32),
}

impl<'c> Answers<'c> {
    /// Room for so many rows, nothing said yet; none where there is no such decision.
    pub(super) fn new(compiled: &'c Compiled, decision: DecisionId, rows: usize) -> Option<Answers<'c>> {
        let signature = compiled.inner.about.decisions.get(decision.0)?;
        let collects = compiled.inner.flat.decisions.get(decision.0)?.collect;
        Some(Answers {
            compiled,
            decision: decision.0,
            rows,
            status: vec![0; rows],
            outcome: vec![-1; rows],
            outcomes: signature.outcomes.iter().map(|it| Some(it.json.as_str())).collect(),
            columns: if collects { Vec::new() } else { columns(compiled, signature, rows) },
            collects,
            items: Vec::new(),
            problem: Vec::new(),
            writer: compiled.outcome_writer_of(&[decision]),
        })
    }

    /// What leaves say in the columns.
    pub(super) fn leaves(&self) -> Leaves {
        let flat = &self.compiled.inner.flat;
        let outcome = |leaf: usize| {
            let spoken = flat.fast.spoken(leaf)?;
            let is_plain = |it: &Column| it.value(spoken).is_some();
            self.columns.iter().all(is_plain).then_some(i32::try_from(spoken.outcome).ok()?)
        };
        let value = |column: &Column, leaf| {
            flat.fast.spoken(leaf).and_then(|it| column.value(it)).unwrap_or(Value::Nothing)
        };
        let leaves = 0..flat.leaves.len();
        let values = self.columns.iter().map(|it| leaves.clone().map(|leaf| value(it, leaf)).collect());
        Leaves { values: values.collect(), outcomes: leaves.clone().map(outcome).collect() }
    }

    /// Puts what was found into the rows from the first on. What cannot be put there is not found any more.
    pub(super) fn put_all(&mut self, leaves: &Leaves, cells: Columns<'_>, first: usize, many: &mut Many) {
        let outcomes = self.outcome.iter_mut().skip(first);
        for (outcome, found) in outcomes.zip(&mut many.found) {
            let said = found.and_then(|it| leaves.outcomes.get(it as usize).copied().flatten());
            *found = found.filter(|_| said.is_some());
            *outcome = said.unwrap_or(-1);
        }
        for (column, values) in self.columns.iter_mut().zip(&leaves.values) {
            let rows = column.numbers.iter_mut().zip(&mut column.valid).skip(first);
            for (case, ((number, valid), found)) in rows.zip(&many.found).enumerate() {
                let value = found.and_then(|it| values.get(it as usize)).unwrap_or(&Value::Nothing);
                let said = match *value {
                    Value::Nothing => None,
                    Value::Constant(number) => Some(number),
                    Value::Cell(cell) => cells.cell(cell, case).map(i128::from),
                };
                (*number, *valid) = (said.unwrap_or(0), said.is_some());
            }
        }
    }

    /// A row that was decided, or could not be.
    pub(super) fn put(&mut self, row: usize, verdict: Verdict<'_>) {
        match verdict {
            Verdict::Decided(said) => {
                if let (Some(outcome), Ok(index)) = (self.outcome.get_mut(row), i32::try_from(said.index)) {
                    *outcome = index;
                }
                for column in &mut self.columns {
                    let place = column.places.get(said.index).copied().flatten();
                    if let Some(slot) = place.and_then(|it| said.argument(it)) {
                        column.put(row, &slot, self.compiled, &self.writer);
                    }
                }
            }
            Verdict::Collected(Collected { items, .. }) => {
                let mut text = String::new();
                self.writer.write_items(self.decision, items, &mut text);
                self.items.push((row, text));
            }
            Verdict::Open(fact) => {
                let compiled = self.compiled;
                self.problem(row, 1, fact.map_or("", |it| compiled.path(it)).to_owned());
            }
            Verdict::Failed(failure) => self.problem(row, 2, failure.kind().to_owned()),
        }
    }

    /// A row whose facts were not taken.
    pub(super) fn refuse(&mut self, row: usize, refused: &Refused) {
        let problem = match refused {
            Refused::Facts(problems) => {
                let words = |it: &FactProblem| {
                    let help = it.help.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
                    format!("{it}{help}")
                };
                problems.iter().map(words).collect::<Vec<_>>().join("; ")
            }
            refused => refused.to_string(),
        };
        self.problem(row, 3, problem);
    }

    fn problem(&mut self, row: usize, status: i32, words: String) {
        if let Some(place) = self.status.get_mut(row) {
            *place = status;
        }
        self.problem.push((row, words));
    }

    /// The batch, with these columns before it.
    pub(super) fn finish(self, kept: Vec<(Field, ArrayRef)>) -> Result<RecordBatch, ArrowError> {
        let (mut fields, mut columns): (Vec<Field>, Vec<ArrayRef>) = kept.into_iter().unzip();
        let statuses = StringArray::from(STATUSES.to_vec());
        let mut put = |name: &str, column: ArrayRef, metadata: Option<(String, String)>| {
            let nullable = name != "status";
            fields.push(
                Field::new(name, column.data_type().clone(), nullable)
                    .with_metadata(metadata.into_iter().collect::<Metadata>()),
            );
            columns.push(column);
        };
        put("status", dictionary(Int32Array::from(self.status), statuses)?, None);
        let is_said: Vec<bool> = self.outcome.iter().map(|it| *it >= 0).collect();
        let outcome = Int32Array::new(self.outcome.into(), Some(is_said.into()));
        put("outcome", dictionary(outcome, self.outcomes)?, None);
        for column in self.columns {
            let currency = match column.parameter.ty {
                Type::Money { currency, .. } => Some(("currency".to_owned(), currency.code().to_owned())),
                _ => None,
            };
            let name = column.name.clone();
            put(&name, column.finish(self.rows)?, currency);
        }
        if self.collects {
            put("items", Arc::new(sparse(&self.items, self.rows)), None);
        }
        put("problem", Arc::new(sparse(&self.problem, self.rows)), None);
        // A column that is kept may have the name of a parameter.
        let mut named: Vec<String> = Vec::new();
        let mut unique = Vec::new();
        for field in fields {
            let mut name = field.name().clone();
            while named.contains(&name) {
                name.push('_');
            }
            named.push(name.clone());
            unique.push(field.with_name(name));
        }
        RecordBatch::try_new(Arc::new(ArrowSchema::new(unique)), columns)
    }
}

/// A column for each name and type that parameters have.
fn columns(compiled: &Compiled, signature: &Signature, rows: usize) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for (outcome, own) in signature.outcomes.iter().enumerate() {
        for (at, parameter) in own.parameters.iter().enumerate() {
            let is_same =
                |it: &Column| it.parameter.name == parameter.name && it.parameter.ty == parameter.ty;
            let index = columns.iter().position(is_same).unwrap_or_else(|| {
                let is_taken = TAKEN.contains(&parameter.name.as_str())
                    || columns.iter().any(|it| it.name == parameter.name);
                let name = match is_taken {
                    true => format!("{}.{}", own.json, parameter.name),
                    false => parameter.name.clone(),
                };
                columns.push(Column {
                    name,
                    parameter: parameter.clone(),
                    places: vec![None; signature.outcomes.len()],
                    kind: Kind::Text,
                    numbers: Vec::new(),
                    valid: Vec::new(),
                    texts: Vec::new(),
                });
                columns.len() - 1
            });
            let Some(column) = columns.get_mut(index) else { continue };
            // Bounds of all, so that the values of all fit.
            column.parameter.low = column.parameter.low.min(parameter.low);
            column.parameter.high = column.parameter.high.max(parameter.high);
            if let Some(place) = column.places.get_mut(outcome) {
                *place = Some(at);
            }
        }
    }
    for column in &mut columns {
        column.kind = kind(compiled, &column.parameter);
        if !matches!(column.kind, Kind::Text) {
            column.numbers = vec![0; rows];
            column.valid = vec![false; rows];
        }
    }
    columns
}

/// What holds the values of a parameter.
fn kind(compiled: &Compiled, parameter: &ParameterSignature) -> Kind {
    let fits = i64::try_from(parameter.low).is_ok() && i64::try_from(parameter.high).is_ok();
    match parameter.ty {
        Type::Boolean => Kind::Boolean,
        Type::Number { scale: 0 } | Type::Days | Type::Months | Type::Years | Type::BusinessDays => {
            match fits {
                true => Kind::Integer,
                false => Kind::Decimal(0),
            }
        }
        Type::Number { scale } | Type::Money { scale, .. } if scale <= DIGITS => Kind::Decimal(scale as i8),
        Type::Date => Kind::Date,
        Type::Time { .. } => Kind::Time,
        Type::DateTime { .. } => Kind::Moment(false),
        Type::Instant { .. } => Kind::Moment(true),
        Type::Choice(index) => {
            let choices = compiled.schema().enumerations.get(index).map_or(&[][..], |it| &it.choices);
            Kind::Choice(choices.iter().map(|it| Some(it.json.as_str())).collect())
        }
        _ => Kind::Text,
    }
}

impl Kind {
    /// The number that stands for a value; none where there is none, or it does not fit.
    fn number(&self, slot: &Slot) -> Option<i128> {
        match (self, slot) {
            (Kind::Boolean, Slot::Boolean(value)) => Some((*value).into()),
            (Kind::Choice(_), Slot::Choice(index)) => i32::try_from(*index).ok().map(i128::from),
            (Kind::Boolean | Kind::Choice(_) | Kind::Text, _) => None,
            (_, Slot::Integer(value)) => Some(*value).filter(|it| self.fits(*it)),
            _ => None,
        }
    }

    fn fits(&self, value: i128) -> bool {
        match self {
            Kind::Integer | Kind::Moment(_) => i64::try_from(value).is_ok(),
            Kind::Date | Kind::Time => i32::try_from(value).is_ok(),
            _ => true,
        }
    }
}

impl Column {
    fn put(&mut self, row: usize, slot: &Slot, compiled: &Compiled, writer: &OutcomeWriter) {
        match self.kind {
            Kind::Text => {
                self.texts.extend(self.parameter.text(slot, compiled, writer).map(|it| (row, it)));
            }
            _ => {
                let places = self.numbers.get_mut(row).zip(self.valid.get_mut(row));
                if let (Some((number, valid)), Some(value)) = (places, self.kind.number(slot)) {
                    (*number, *valid) = (value, true);
                }
            }
        }
    }

    /// What a leaf says here; none where that has to be looked at for each row.
    fn value(&self, spoken: &Spoken) -> Option<Value> {
        let Some(place) = self.places.get(spoken.outcome as usize).copied().flatten() else {
            return Some(Value::Nothing);
        };
        let bounds = [self.parameter.low, self.parameter.high];
        match (&self.kind, spoken.number, spoken.constants.get(place)?) {
            (Kind::Text, ..) | (_, Number::Code(_), _) => None,
            (kind, Number::Cell, _) => {
                bounds.iter().all(|it| kind.fits(*it)).then_some(Value::Cell(spoken.cell))
            }
            (_, Number::Nowhere, Slot::Nothing) => Some(Value::Nothing),
            (kind, Number::Nowhere, slot) => kind.number(slot).map(Value::Constant),
        }
    }

    fn finish(self, rows: usize) -> Result<ArrayRef, ArrowError> {
        let Column { numbers, valid, .. } = self;
        Ok(match self.kind {
            Kind::Boolean => {
                let values: Vec<bool> = numbers.iter().map(|it| *it == 1).collect();
                Arc::new(BooleanArray::new(values.into(), Some(valid.into())))
            }
            Kind::Integer => Arc::new(array::<Int64Type>(numbers.iter().map(|it| *it as i64), valid)),
            Kind::Decimal(scale) => {
                let numbers = PrimitiveArray::<Decimal128Type>::new(numbers.into(), Some(valid.into()));
                Arc::new(numbers.with_precision_and_scale(DIGITS, scale)?)
            }
            Kind::Date => Arc::new(array::<Date32Type>(numbers.iter().map(|it| *it as i32), valid)),
            Kind::Time => Arc::new(array::<Time32SecondType>(numbers.iter().map(|it| *it as i32), valid)),
            Kind::Moment(zoned) => {
                let moments = array::<TimestampSecondType>(numbers.iter().map(|it| *it as i64), valid);
                match zoned {
                    true => Arc::new(moments.with_timezone("UTC")),
                    false => Arc::new(moments),
                }
            }
            Kind::Choice(texts) => {
                dictionary(array::<Int32Type>(numbers.iter().map(|it| *it as i32), valid), texts)?
            }
            Kind::Text => Arc::new(sparse(&self.texts, rows)),
        })
    }
}

/// Numbers that were found to fit.
fn array<T: ArrowPrimitiveType>(
    numbers: impl Iterator<Item = T::Native>,
    valid: Vec<bool>,
) -> PrimitiveArray<T> {
    PrimitiveArray::new(numbers.collect(), Some(valid.into()))
}

/// Texts of some of so many rows.
fn sparse(texts: &Texts, rows: usize) -> StringArray {
    let mut builder = StringBuilder::with_capacity(rows, texts.iter().map(|it| it.1.len()).sum());
    let mut next = 0;
    for (row, text) in texts {
        (next..*row).for_each(|_| builder.append_null());
        builder.append_value(text);
        next = row + 1;
    }
    (next..rows).for_each(|_| builder.append_null());
    builder.finish()
}

impl ParameterSignature {
    /// The value as text: that of the body, without quotes.
    fn text(&self, slot: &Slot, compiled: &Compiled, writer: &OutcomeWriter) -> Option<String> {
        if let (Slot::Items(items), Type::Items(decision)) = (slot, self.ty) {
            let mut text = String::new();
            writer.write_items(decision, items, &mut text);
            return Some(text);
        }
        let value = slot.to_scalar()?;
        Some(match form::to_json(&value, self.ty, self.low, self.high, compiled.schema()) {
            Json::Text(text) => text,
            // An amount in one of several currencies.
            Json::Object(_) => form::words(&value, self.ty, compiled.schema()),
            json => json.canonical(),
        })
    }
}

fn dictionary(keys: Int32Array, values: StringArray) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(values))?))
}
