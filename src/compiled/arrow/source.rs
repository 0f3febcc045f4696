//! Where each fact comes from, and how a row of it is read.

use arrow_array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, LargeStringArray, PrimitiveArray, RecordBatch,
    StringArray, StringViewArray, StructArray,
    cast::AsArray,
    types::{
        ArrowPrimitiveType, Date32Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32SecondType,
        TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
        UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};
use arrow_schema::{DataType, TimeUnit};

use crate::{
    compiled::quick::{Quick, Slow, Writer},
    datum::{Datum, Kind, Member},
    flat::{
        cells::{ABSENT, UNKNOWN},
        fast::many::Columns,
    },
    schema::Type,
    value::{
        clock::{self, Grain},
        date, decimal,
    },
};

/// Where facts come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Leaf(Leaf),
    /// A group or a record.
    Object {
        json: String,
        /// The slot of its presence, where it is optional.
        presence: Option<usize>,
        there: There,
        below: Vec<Source>,
        /// All slots of it, its presence too.
        slots: Vec<usize>,
    },
}

/// When an object is there.
#[derive(Clone, Debug)]
pub(super) enum There {
    /// Where this struct column is not null.
    Struct(Vec<usize>),
    /// Where one of its columns has a value.
    Any,
}

/// A fact of one column.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) json: String,
    pub(super) slot: usize,
    pub(super) ty: Type,
    pub(super) optional: bool,
    /// The column, and the fields of the structs below.
    pub(super) path: Vec<usize>,
}

/// The columns of a batch, as their types, in the order in which sources are walked.
pub(super) struct Table<'b> {
    batch: &'b RecordBatch,
    /// By slot.
    readers: Vec<Option<Reader<'b>>>,
    /// By slot: the cells of all rows, where they could be made ready at once.
    ready: Vec<Vec<i64>>,
    /// By slot of the first fact of an object.
    structs: Vec<(&'b [usize], &'b StructArray)>,
    /// Whether all columns could be made ready at once.
    is_ready: bool,
    /// Whether some value in them has to be looked at.
    is_spoilt: bool,
}

/// A column as its type.
enum Reader<'b> {
    Boolean(&'b BooleanArray),
    Whole(&'b dyn Array, Wholes<'b>),
    Decimal(&'b Decimal128Array, i8),
    /// Steps of the fact, in so many a second of the column's.
    Steps(&'b dyn Array, Wholes<'b>, i64),
    Text(&'b StringArray),
    LargeText(&'b LargeStringArray),
    TextView(&'b StringViewArray),
    /// Keys, and the texts that they stand for.
    Dictionary(&'b dyn Array, Vec<usize>, &'b StringArray),
    Nothing,
}

/// Whole numbers.
enum Wholes<'b> {
    Same(&'b [i64]),
    Own(Vec<i64>),
    Large(&'b [u64]),
}

impl Wholes<'_> {
    fn at(&self, row: usize) -> Option<i128> {
        match self {
            Wholes::Same(all) => all.get(row).map(|it| i128::from(*it)),
            Wholes::Own(all) => all.get(row).map(|it| i128::from(*it)),
            Wholes::Large(all) => all.get(row).map(|it| i128::from(*it)),
        }
    }
}

/// A value of a row.
enum Value<'b> {
    Nothing,
    Boolean(bool),
    Whole(i128),
    /// A number of so many decimals.
    Decimal(i128, i8),
    /// Days, or so many steps in a second.
    Steps(i128, i64),
    Text(&'b str),
}

impl<'b> Table<'b> {
    pub(super) fn new(batch: &'b RecordBatch, sources: &'b [Source], quick: &[Quick]) -> Table<'b> {
        let (readers, ready) = (quick.iter().map(|_| None).collect(), vec![Vec::new(); quick.len()]);
        let mut table =
            Table { batch, readers, ready, structs: Vec::new(), is_ready: false, is_spoilt: false };
        sources.iter().for_each(|it| table.add(it, quick));
        table.is_ready = sources.iter().all(|it| it.is_ready(&table));
        table.is_spoilt = table.ready.iter().any(|it| it.contains(&SLOW));
        table
    }

    /// Whether all columns could be made ready at once.
    pub(super) fn is_ready(&self) -> bool {
        self.is_ready
    }

    /// The cells that are ready, of so many rows.
    pub(super) fn cells(&self, rows: usize) -> Columns<'_> {
        Columns { cells: &self.ready, count: rows }
    }

    /// Whether something in a row has to be looked at.
    pub(super) fn is_spoilt(&self, row: usize) -> bool {
        self.is_spoilt && self.ready.iter().any(|it| it.get(row) == Some(&SLOW))
    }

    /// Takes the cells of a row, where nothing in it has to be looked at.
    pub(super) fn take(&self, row: usize) -> Option<impl Iterator<Item = i64>> {
        let takes = self.is_ready && !self.is_spoilt(row);
        takes.then(|| self.ready.iter().map(move |it| it.get(row).copied().unwrap_or(UNKNOWN)))
    }

    fn add(&mut self, source: &'b Source, quick: &[Quick]) {
        match source {
            Source::Leaf(leaf) => {
                let reader = self.column(&leaf.path).map(|it| reader(it));
                let cells = reader.as_ref().zip(quick.get(leaf.slot));
                let cells =
                    cells.and_then(|(reader, quick)| reader.cells(leaf, quick, self.batch.num_rows()));
                if let Some(place) = self.ready.get_mut(leaf.slot) {
                    *place = cells.unwrap_or_default();
                }
                if let Some(place) = self.readers.get_mut(leaf.slot) {
                    *place = reader;
                }
            }
            Source::Object { there, below, .. } => {
                if let There::Struct(path) = there
                    && let Some(array) = self.column(path).and_then(|it| it.as_struct_opt())
                {
                    self.structs.push((path, array));
                }
                below.iter().for_each(|it| self.add(it, quick));
            }
        }
    }

    fn column(&self, path: &[usize]) -> Option<&'b ArrayRef> {
        let (first, below) = path.split_first()?;
        let mut column = self.batch.columns().get(*first)?;
        for field in below {
            column = column.as_struct_opt()?.columns().get(*field)?;
        }
        Some(column)
    }

    fn value(&self, leaf: &Leaf, row: usize) -> Value<'_> {
        match self.readers.get(leaf.slot) {
            Some(Some(reader)) => reader.value(row),
            _ => Value::Nothing,
        }
    }

    /// Whether the struct column of this path has a value.
    fn has(&self, path: &[usize], row: usize) -> bool {
        self.structs.iter().find(|it| it.0 == path).is_some_and(|it| it.1.is_valid(row))
    }
}

fn own<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>) -> Wholes<'_>
where
    i64: From<T::Native>,
{
    Wholes::Own(array.values().iter().map(|it| i64::from(*it)).collect())
}

/// A column as its type.
fn reader(array: &ArrayRef) -> Reader<'_> {
    let wholes = match array.data_type() {
        DataType::Int8 => array.as_primitive_opt::<Int8Type>().map(own),
        DataType::Int16 => array.as_primitive_opt::<Int16Type>().map(own),
        DataType::Int32 => array.as_primitive_opt::<Int32Type>().map(own),
        DataType::UInt8 => array.as_primitive_opt::<UInt8Type>().map(own),
        DataType::UInt16 => array.as_primitive_opt::<UInt16Type>().map(own),
        DataType::UInt32 => array.as_primitive_opt::<UInt32Type>().map(own),
        DataType::Int64 => array.as_primitive_opt::<Int64Type>().map(|it| Wholes::Same(it.values())),
        DataType::UInt64 => array.as_primitive_opt::<UInt64Type>().map(|it| Wholes::Large(it.values())),
        _ => None,
    };
    if let Some(wholes) = wholes {
        return Reader::Whole(array, wholes);
    }
    if let Some((steps, a_second)) = steps(array) {
        return Reader::Steps(array, steps, a_second);
    }
    let text = match array.data_type() {
        DataType::Boolean => array.as_boolean_opt().map(Reader::Boolean),
        DataType::Decimal128(_, scale) => {
            array.as_any().downcast_ref::<Decimal128Array>().map(|it| Reader::Decimal(it, *scale))
        }
        DataType::Utf8 => array.as_string_opt::<i32>().map(Reader::Text),
        DataType::LargeUtf8 => array.as_string_opt::<i64>().map(Reader::LargeText),
        DataType::Utf8View => array.as_string_view_opt().map(Reader::TextView),
        DataType::Dictionary(..) => array.as_any_dictionary_opt().and_then(|it| {
            let texts = it.values().as_string_opt::<i32>()?;
            // Without texts all keys are null.
            let keys = if texts.is_empty() { Vec::new() } else { it.normalized_keys() };
            Some(Reader::Dictionary(it.keys(), keys, texts))
        }),
        _ => None,
    };
    text.unwrap_or(Reader::Nothing)
}

/// Days and moments.
fn steps(array: &ArrayRef) -> Option<(Wholes<'_>, i64)> {
    fn same<T: ArrowPrimitiveType<Native = i64>>(array: &ArrayRef) -> Option<Wholes<'_>> {
        array.as_primitive_opt::<T>().map(|it| Wholes::Same(it.values()))
    }
    Some(match array.data_type() {
        DataType::Date32 => (array.as_primitive_opt::<Date32Type>().map(own)?, 1),
        DataType::Time32(TimeUnit::Second) => (array.as_primitive_opt::<Time32SecondType>().map(own)?, 1),
        DataType::Timestamp(TimeUnit::Second, _) => (same::<TimestampSecondType>(array)?, 1),
        DataType::Timestamp(TimeUnit::Millisecond, _) => (same::<TimestampMillisecondType>(array)?, 1_000),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            (same::<TimestampMicrosecondType>(array)?, 1_000_000)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            (same::<TimestampNanosecondType>(array)?, 1_000_000_000)
        }
        _ => return None,
    })
}

/// A cell for each value.
fn fill<T>(
    array: &dyn Array,
    null: i64,
    values: impl Iterator<Item = T>,
    cell: impl Fn(T) -> i64,
) -> Vec<i64> {
    match array.nulls() {
        None => values.map(cell).collect(),
        Some(nulls) => {
            values.zip(nulls.iter()).map(|(value, valid)| if valid { cell(value) } else { null }).collect()
        }
    }
}

/// A cell for each text of a list's values.
fn choices<'t>(texts: impl Iterator<Item = Option<&'t str>>, null: i64, quick: &Quick) -> Vec<i64> {
    texts.map(|it| it.map_or(null, |it| quick.choice(it).unwrap_or(SLOW))).collect()
}

/// Intake has to look at it: a number that no cell holds.
const SLOW: i64 = i64::MAX;

/// So many steps, if they are within bounds.
fn within((low, high): (i64, i64), steps: i64) -> i64 {
    if (low..=high).contains(&steps) { steps } else { SLOW }
}

impl<'b> Reader<'b> {
    /// The cells of all rows, where each value is a number that needs no more than its bounds.
    fn cells(&self, leaf: &Leaf, quick: &Quick, rows: usize) -> Option<Vec<i64>> {
        let null = if leaf.optional { ABSENT } else { UNKNOWN };
        Some(match self {
            Reader::Boolean(all) if leaf.ty == Type::Boolean => {
                fill(*all, null, all.values().iter(), i64::from)
            }
            Reader::Whole(array, wholes) => {
                let all = match wholes {
                    Wholes::Same(all) => *all,
                    Wholes::Own(all) => all,
                    Wholes::Large(_) => return None,
                };
                let bounds = quick.bounds()?;
                match quick.steps_of_one()? {
                    1 => fill(*array, null, all.iter(), |it| within(bounds, *it)),
                    one => fill(*array, null, all.iter(), |it| {
                        it.checked_mul(one).map_or(SLOW, |it| within(bounds, it))
                    }),
                }
            }
            Reader::Decimal(all, scale) => {
                let (to, bounds, values) = (leaf.scale(), quick.bounds()?, all.values());
                let (low, high) = (i128::from(bounds.0), i128::from(bounds.1));
                match i16::from(*scale) == i16::from(to) {
                    true => fill(*all, null, values.iter(), |it| {
                        if (low..=high).contains(it) { *it as i64 } else { SLOW }
                    }),
                    false => fill(*all, null, values.iter(), |it| {
                        rescaled(*it, *scale, to).map_or(SLOW, |it| within(bounds, it))
                    }),
                }
            }
            // Days.
            Reader::Steps(array, Wholes::Own(all), 1) => {
                let bounds = quick.bounds()?;
                fill(*array, null, all.iter(), |it| within(bounds, *it))
            }
            // Each text once, where that is less than looking at each row.
            Reader::Dictionary(array, keys, texts)
                if matches!(leaf.ty, Type::Choice(_)) && texts.len() <= rows =>
            {
                let cell = |at: usize| match texts.is_valid(at) {
                    true => quick.choice(texts.value(at)).unwrap_or(SLOW),
                    false => null,
                };
                let cells: Vec<i64> = (0..texts.len()).map(cell).collect();
                match keys.is_empty() {
                    // Without texts all keys are null.
                    true => vec![null; rows],
                    false => fill(*array, null, keys.iter(), |it| cells.get(*it).copied().unwrap_or(SLOW)),
                }
            }
            Reader::Text(all) if matches!(leaf.ty, Type::Choice(_)) => choices(all.iter(), null, quick),
            Reader::LargeText(all) if matches!(leaf.ty, Type::Choice(_)) => choices(all.iter(), null, quick),
            Reader::TextView(all) if matches!(leaf.ty, Type::Choice(_)) => choices(all.iter(), null, quick),
            _ => return None,
        })
    }

    fn value(&self, row: usize) -> Value<'_> {
        let value = match self {
            Reader::Boolean(all) => all.is_valid(row).then(|| Value::Boolean(all.value(row))),
            Reader::Whole(array, all) => all.at(row).filter(|_| array.is_valid(row)).map(Value::Whole),
            Reader::Decimal(all, scale) => {
                all.values().get(row).filter(|_| all.is_valid(row)).map(|it| Value::Decimal(*it, *scale))
            }
            Reader::Steps(array, all, a_second) => {
                all.at(row).filter(|_| array.is_valid(row)).map(|it| Value::Steps(it, *a_second))
            }
            Reader::Text(all) => all.is_valid(row).then(|| Value::Text(all.value(row))),
            Reader::LargeText(all) => all.is_valid(row).then(|| Value::Text(all.value(row))),
            Reader::TextView(all) => all.is_valid(row).then(|| Value::Text(all.value(row))),
            Reader::Dictionary(keys, normal, texts) => {
                let key = normal.get(row).filter(|it| keys.is_valid(row) && texts.is_valid(**it));
                key.map(|it| Value::Text(texts.value(*it)))
            }
            Reader::Nothing => None,
        };
        value.unwrap_or(Value::Nothing)
    }
}

impl Source {
    /// Whether the cells below are all that it says, and are ready.
    fn is_ready(&self, table: &Table<'_>) -> bool {
        match self {
            Source::Leaf(leaf) => table.ready.get(leaf.slot).is_some_and(|it| !it.is_empty()),
            Source::Object { presence: None, there, below, .. } => {
                let always = match there {
                    There::Any => true,
                    There::Struct(path) => {
                        table.structs.iter().any(|it| it.0 == path && it.1.null_count() == 0)
                    }
                };
                always && below.iter().all(|it| it.is_ready(table))
            }
            Source::Object { .. } => false,
        }
    }

    /// Puts what stands in a row into the cells, if it stands there in its usual form.
    pub(super) fn read(&self, table: &Table<'_>, row: usize, writer: &mut Writer<'_>) -> Result<(), Slow> {
        match self {
            Source::Leaf(leaf) => leaf.read(table, row, writer),
            Source::Object { presence, there, below, slots, .. } => {
                let is_there = match there {
                    There::Struct(path) => table.has(path, row),
                    // A group is no more than its facts.
                    There::Any => presence.is_none() || below.iter().any(|it| it.says(table, row)),
                };
                match (is_there, presence, there) {
                    (true, presence, _) => {
                        presence.iter().try_for_each(|it| writer.there(*it))?;
                        below.iter().try_for_each(|it| it.read(table, row, writer))
                    }
                    (false, Some(_), There::Struct(_)) => slots.iter().try_for_each(|it| writer.nothing(*it)),
                    (false, ..) => Ok(()),
                }
            }
        }
    }

    /// Whether something in a row has a value.
    fn says(&self, table: &Table<'_>, row: usize) -> bool {
        match self {
            Source::Leaf(leaf) => !matches!(table.value(leaf, row), Value::Nothing),
            Source::Object { there: There::Struct(path), .. } => table.has(path, row),
            Source::Object { below, .. } => below.iter().any(|it| it.says(table, row)),
        }
    }

    /// The same as data, for intake; none for what is unknown.
    fn datum(&self, table: &Table<'_>, row: usize) -> Option<Datum> {
        match self {
            Source::Leaf(leaf) => leaf.datum(table, row),
            Source::Object { presence, there, below, .. } => {
                let is_there = match there {
                    There::Struct(path) => table.has(path, row),
                    There::Any => presence.is_none() || self.says(table, row),
                };
                match (is_there, presence, there) {
                    (true, ..) => Some(Datum::new(Kind::Object(members(below, table, row)))),
                    (false, Some(_), There::Struct(_)) => Some(Datum::null()),
                    (false, ..) => None,
                }
            }
        }
    }
}

/// What stands in a row, as data.
pub(super) fn members(sources: &[Source], table: &Table<'_>, row: usize) -> Vec<Member> {
    let member = |it: &Source| {
        let (Source::Leaf(Leaf { json, .. }) | Source::Object { json, .. }) = it;
        let value = it.datum(table, row)?;
        Some(Member { key: json.clone(), offset: None, value })
    };
    sources.iter().filter_map(member).collect()
}

impl Leaf {
    fn read(&self, table: &Table<'_>, row: usize, writer: &mut Writer<'_>) -> Result<(), Slow> {
        let slot = self.slot;
        match table.ready.get(slot).and_then(|it| it.get(row)) {
            Some(&SLOW) => return Err(Slow),
            Some(&UNKNOWN) => return Ok(()),
            Some(cell) => return writer.ready(slot, *cell),
            None => {}
        }
        match table.value(self, row) {
            Value::Nothing if self.optional => writer.null(slot),
            Value::Nothing => Ok(()),
            Value::Boolean(value) => writer.boolean(slot, value),
            Value::Whole(value) => writer.integer(slot, i64::try_from(value).map_err(|_| Slow)?),
            Value::Decimal(units, scale) => {
                let steps = rescaled(units, scale, self.scale()).ok_or(Slow)?;
                writer.steps(slot, steps)
            }
            Value::Steps(value, a_second) => match value.rem_euclid(a_second.into()) {
                0 => {
                    let steps = i64::try_from(value.div_euclid(a_second.into())).map_err(|_| Slow)?;
                    writer.steps(slot, steps)
                }
                _ => Err(Slow),
            },
            Value::Text(text) => writer.text(slot, text),
        }
    }

    /// Decimal digits of a step.
    fn scale(&self) -> u8 {
        match self.ty {
            Type::Number { scale } | Type::Money { scale, .. } | Type::Percent { scale } => scale,
            _ => 0,
        }
    }

    /// As JSON would say it.
    fn datum(&self, table: &Table<'_>, row: usize) -> Option<Datum> {
        Some(match table.value(self, row) {
            Value::Nothing => return self.optional.then(Datum::null),
            Value::Boolean(value) => Datum::from(value),
            Value::Whole(value) => Datum::number(value.to_string()),
            Value::Decimal(units, scale) => {
                let digits = match u8::try_from(scale) {
                    Ok(scale) => decimal::format(units, scale),
                    Err(_) => format!("{units}e{}", scale.unsigned_abs()),
                };
                match self.ty {
                    Type::Money { currency, .. } => Datum::from(format!("{currency} {digits}")),
                    _ => Datum::number(digits),
                }
            }
            Value::Steps(value, a_second) => Datum::from(self.moment(value, a_second)),
            Value::Text(text) => Datum::from(text),
        })
    }

    /// A date or a moment as text.
    fn moment(&self, value: i128, a_second: i64) -> String {
        let (seconds, part) = (value.div_euclid(a_second.into()), value.rem_euclid(a_second.into()));
        let text = match self.ty {
            Type::Date => date::format(seconds),
            Type::Time { .. } => clock::format_time(seconds, Grain::Second),
            Type::DateTime { .. } => clock::format_datetime(seconds, Grain::Second),
            _ => clock::format_instant(seconds, Grain::Second),
        };
        if part == 0 {
            return text;
        }
        let digits = a_second.ilog10() as usize;
        let part = format!("{part:0digits$}");
        let zone = if text.ends_with('Z') { "Z" } else { "" };
        format!("{}.{}{zone}", text.trim_end_matches('Z'), part.trim_end_matches('0'))
    }
}

/// Units of one scale in those of another, if they are whole.
fn rescaled(units: i128, from: i8, to: u8) -> Option<i64> {
    let by = i32::from(to) - i32::from(from);
    let power = 10_i128.checked_pow(by.unsigned_abs())?;
    let steps = match by >= 0 {
        true => units.checked_mul(power)?,
        false if units % power == 0 => units / power,
        false => return None,
    };
    i64::try_from(steps).ok()
}
