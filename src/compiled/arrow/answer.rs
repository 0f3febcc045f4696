//! Outcomes and parameters as columns.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray,
    builder::{
        BooleanBuilder, Date32Builder, Decimal128Builder, Int32Builder, Int64Builder, StringBuilder,
        Time32SecondBuilder, TimestampSecondBuilder,
    },
    types::Int32Type,
};
use arrow_schema::{ArrowError, Field, Metadata, Schema as ArrowSchema};

use crate::{
    compiled::{
        Collected, Compiled, DecisionId, OutcomeWriter, ParameterSignature, Refused, Said, Signature, Verdict,
    },
    eval::Slot,
    intake::FactProblem,
    json::Json,
    schema::Type,
    value::form,
};

/// Digits that a decimal column has room for.
const DIGITS: u8 = 38;

/// The columns of an answer, row after row.
pub(super) struct Answers<'c> {
    compiled: &'c Compiled,
    decision: usize,
    status: Int32Builder,
    outcome: Int32Builder,
    outcomes: StringArray,
    columns: Vec<Column>,
    items: Option<StringBuilder>,
    problem: StringBuilder,
    writer: OutcomeWriter,
}

/// Names that the answer's own columns have.
const TAKEN: [&str; 4] = ["status", "outcome", "items", "problem"];

const STATUSES: [&str; 4] = ["decided", "open", "error", "refused"];

/// The column of a parameter.
struct Column {
    name: String,
    parameter: ParameterSignature,
    /// For each outcome the place of the parameter.
    places: Vec<Option<usize>>,
    values: Values,
}

enum Values {
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Decimal(Decimal128Builder),
    Date(Date32Builder),
    Time(Time32SecondBuilder),
    Moment(TimestampSecondBuilder, bool),
    Choice(Int32Builder, StringArray),
    Text(StringBuilder),
}

impl<'c> Answers<'c> {
    /// No rows yet; none where there is no such decision.
    pub(super) fn new(compiled: &'c Compiled, decision: DecisionId, rows: usize) -> Option<Answers<'c>> {
        let signature = compiled.inner.about.decisions.get(decision.0)?;
        let collects = compiled.inner.flat.decisions.get(decision.0)?.collect;
        let columns = if collects { Vec::new() } else { columns(compiled, signature, rows) };
        Some(Answers {
            compiled,
            decision: decision.0,
            status: Int32Builder::with_capacity(rows),
            outcome: Int32Builder::with_capacity(rows),
            outcomes: signature.outcomes.iter().map(|it| Some(it.json.as_str())).collect(),
            columns,
            items: collects.then(StringBuilder::new),
            problem: StringBuilder::new(),
            writer: compiled.outcome_writer_of(&[decision]),
        })
    }

    /// A row that was decided, or could not be.
    pub(super) fn push(&mut self, verdict: Verdict<'_>) {
        match verdict {
            Verdict::Decided(said) => self.row(0, Some(said), None, None),
            Verdict::Collected(Collected { items, .. }) => {
                let mut text = String::new();
                self.writer.write_items(self.decision, items, &mut text);
                self.row(0, None, Some(&text), None);
            }
            Verdict::Open(fact) => {
                let compiled = self.compiled;
                self.row(1, None, None, Some(fact.map_or("", |it| compiled.path(it))));
            }
            Verdict::Failed(failure) => self.row(2, None, None, Some(failure.kind())),
        }
    }

    /// A row whose facts were not taken.
    pub(super) fn refuse(&mut self, refused: &Refused) {
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
        self.row(3, None, None, Some(&problem));
    }

    #[inline]
    fn row(&mut self, status: i32, said: Option<Said<'_>>, items: Option<&str>, problem: Option<&str>) {
        self.status.append_value(status);
        self.outcome.append_option(said.and_then(|it| i32::try_from(it.index).ok()));
        for column in &mut self.columns {
            let place = said.and_then(|it| column.places.get(it.index).copied().flatten());
            let slot = said.zip(place).and_then(|(said, place)| said.arguments.get(place));
            column.push(slot.unwrap_or(&Slot::Nothing), self.compiled, &self.writer);
        }
        if let Some(column) = &mut self.items {
            column.append_option(items);
        }
        self.problem.append_option(problem);
    }

    /// The batch, with these columns before it.
    pub(super) fn finish(mut self, kept: Vec<(Field, ArrayRef)>) -> Result<RecordBatch, ArrowError> {
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
        put("status", dictionary(self.status.finish(), statuses)?, None);
        put("outcome", dictionary(self.outcome.finish(), self.outcomes)?, None);
        for mut column in self.columns {
            let currency = match column.parameter.ty {
                Type::Money { currency, .. } => Some(("currency".to_owned(), currency.code().to_owned())),
                _ => None,
            };
            put(&column.name, column.values.finish()?, currency);
        }
        if let Some(mut items) = self.items {
            put("items", Arc::new(items.finish()), None);
        }
        put("problem", Arc::new(self.problem.finish()), None);
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
                let places = vec![None; signature.outcomes.len()];
                let values = Values::Text(StringBuilder::new());
                columns.push(Column { name, parameter: parameter.clone(), places, values });
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
        column.values = values(compiled, &column.parameter, rows);
    }
    columns
}

/// What holds the values of a parameter.
fn values(compiled: &Compiled, parameter: &ParameterSignature, rows: usize) -> Values {
    let fits = i64::try_from(parameter.low).is_ok() && i64::try_from(parameter.high).is_ok();
    let decimal = |scale: u8| {
        let builder = Decimal128Builder::with_capacity(rows);
        let builder = builder.with_precision_and_scale(DIGITS, i8::try_from(scale).unwrap_or(0));
        builder.map_or_else(|_| Values::Text(StringBuilder::new()), Values::Decimal)
    };
    match parameter.ty {
        Type::Boolean => Values::Boolean(BooleanBuilder::with_capacity(rows)),
        Type::Number { scale: 0 } | Type::Days | Type::Months | Type::Years | Type::BusinessDays => {
            match fits {
                true => Values::Integer(Int64Builder::with_capacity(rows)),
                false => decimal(0),
            }
        }
        Type::Number { scale } | Type::Money { scale, .. } if scale <= DIGITS => decimal(scale),
        Type::Date => Values::Date(Date32Builder::with_capacity(rows)),
        Type::Time { .. } => Values::Time(Time32SecondBuilder::with_capacity(rows)),
        Type::DateTime { .. } => Values::Moment(TimestampSecondBuilder::with_capacity(rows), false),
        Type::Instant { .. } => Values::Moment(TimestampSecondBuilder::with_capacity(rows), true),
        Type::Choice(index) => {
            let choices = compiled.schema().enumerations.get(index).map_or(&[][..], |it| &it.choices);
            let texts = choices.iter().map(|it| Some(it.json.as_str())).collect();
            Values::Choice(Int32Builder::with_capacity(rows), texts)
        }
        _ => Values::Text(StringBuilder::new()),
    }
}

impl Column {
    #[inline]
    fn push(&mut self, slot: &Slot, compiled: &Compiled, writer: &OutcomeWriter) {
        let number = match slot {
            Slot::Integer(value) => Some(*value),
            _ => None,
        };
        let narrow = number.and_then(|it| i64::try_from(it).ok());
        let short = narrow.and_then(|it| i32::try_from(it).ok());
        match &mut self.values {
            Values::Boolean(values) => values.append_option(match slot {
                Slot::Boolean(value) => Some(*value),
                _ => None,
            }),
            Values::Integer(values) => values.append_option(narrow),
            Values::Decimal(values) => values.append_option(number),
            Values::Date(values) => values.append_option(short),
            Values::Time(values) => values.append_option(short),
            Values::Moment(values, _) => values.append_option(narrow),
            Values::Choice(values, _) => values.append_option(match slot {
                Slot::Choice(index) => i32::try_from(*index).ok(),
                _ => None,
            }),
            Values::Text(values) => values.append_option(self.parameter.text(slot, compiled, writer)),
        }
    }
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

impl Values {
    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Values::Boolean(values) => Arc::new(values.finish()),
            Values::Integer(values) => Arc::new(values.finish()),
            Values::Decimal(values) => Arc::new(values.finish()),
            Values::Date(values) => Arc::new(values.finish()),
            Values::Time(values) => Arc::new(values.finish()),
            Values::Moment(values, false) => Arc::new(values.finish()),
            Values::Moment(values, true) => Arc::new(values.finish().with_timezone("UTC")),
            Values::Choice(values, texts) => dictionary(values.finish(), texts.clone())?,
            Values::Text(values) => Arc::new(values.finish()),
        })
    }
}

fn dictionary(keys: Int32Array, values: StringArray) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(values))?))
}
