//! The solver against something dumber: every point of a small box is tried.

use crate::space::solve::{Row, Solved, Stop, interval::Range, nearest, omega, solve, system::System};

const FUEL: u64 = 1_000_000;

/// The same numbers on every machine (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn between(&mut self, low: i128, high: i128) -> i128 {
        low + i128::from(self.next()) % (high - low + 1)
    }

    fn one_in(&mut self, sides: i128) -> bool {
        self.between(1, sides) == 1
    }
}

fn row(terms: &[(usize, i128)], low: i128, high: i128) -> Row {
    Row { terms: terms.into(), low, high }
}

fn value(row: &Row, point: &[i128]) -> i128 {
    row.terms.iter().map(|(variable, coefficient)| coefficient * point[*variable]).sum()
}

fn satisfies(point: &[i128], ranges: &[Range], rows: &[Row]) -> bool {
    point.iter().zip(ranges).all(|(it, range)| (range.0..=range.1).contains(it))
        && rows.iter().all(|row| (row.low..=row.high).contains(&value(row, point)))
}

/// What a random system is made of.
struct Shape {
    variables: i128,
    rows: i128,
    width: i128,
    size: i128,
}

const SHAPES: [Shape; 8] = [
    Shape { variables: 1, rows: 3, width: 12, size: 7 },
    Shape { variables: 2, rows: 2, width: 12, size: 7 },
    Shape { variables: 2, rows: 5, width: 12, size: 7 },
    Shape { variables: 3, rows: 2, width: 12, size: 7 },
    Shape { variables: 3, rows: 4, width: 8, size: 7 },
    Shape { variables: 3, rows: 5, width: 9, size: 2 },
    Shape { variables: 4, rows: 3, width: 5, size: 7 },
    Shape { variables: 4, rows: 6, width: 5, size: 3 },
];

/// A random system whose rows pass near a point of the box, so that about half of the systems have one.
fn system(dice: &mut Dice, shape: &Shape) -> (Vec<Range>, Vec<Row>) {
    let ranges: Vec<Range> = (0..shape.variables)
        .map(|_| {
            let low = dice.between(-12, 6);
            (low, low + dice.between(0, shape.width))
        })
        .collect();
    let centre: Vec<i128> = ranges.iter().map(|range| dice.between(range.0, range.1)).collect();
    let differences = dice.one_in(8);
    let rows = (0..dice.between(1, shape.rows)).map(|_| {
        let mut terms = Vec::new();
        for variable in 0..ranges.len() {
            let coefficient = dice.between(-shape.size, shape.size);
            if coefficient != 0 && !dice.one_in(5) {
                terms.push((variable, coefficient));
            }
        }
        if differences && terms.len() > 1 {
            terms.truncate(2);
            let size = dice.between(1, 3);
            terms[0].1 = size;
            terms[1].1 = -size;
        }
        let mut row = row(&terms, 0, 0);
        let near = value(&row, &centre) + dice.between(-3, 3);
        let strip = if dice.one_in(3) { 0 } else { dice.between(0, 4) };
        let (low, high) = match dice.between(0, 5) {
            0 => (i128::MIN, near),
            1 => (near, i128::MAX),
            2 => (-10_000, near),
            3 => (near, near + 3 * strip),
            _ => (near, near + strip),
        };
        (row.low, row.high) = (low, high);
        row
    });
    let rows = rows.collect();
    (ranges, rows)
}

/// Every point of the box that satisfies the rows.
fn every_point(ranges: &[Range], rows: &[Row]) -> Vec<Vec<i128>> {
    let mut found = Vec::new();
    let mut point: Vec<i128> = ranges.iter().map(|it| it.0).collect();
    loop {
        if satisfies(&point, ranges, rows) {
            found.push(point.clone());
        }
        let Some(place) = (0..point.len()).find(|at| point[*at] < ranges[*at].1) else { return found };
        point[place] += 1;
        for at in 0..place {
            point[at] = ranges[at].0;
        }
    }
}

/// Solves it and compares with `expected`: whether there is a point.
#[track_caller]
fn check(ranges: &[Range], rows: &[Row], expected: bool) {
    let solved = solve(ranges, rows, &mut { FUEL });
    match &solved {
        Solved::Point(point) => assert!(satisfies(point, ranges, rows), "{point:?}: {ranges:?} {rows:?}"),
        Solved::Empty | Solved::Unknown => {}
    }
    let expected = if expected { "a point" } else { "empty" };
    let found = match solved {
        Solved::Point(_) => "a point",
        Solved::Empty => "empty",
        Solved::Unknown => "unknown",
    };
    assert_eq!(found, expected, "{ranges:?} {rows:?}");
}

#[test]
fn agrees_with_trying_every_point() {
    let mut dice = Dice(1);
    let mut feasible = 0;
    for shape in &SHAPES {
        for _ in 0..5_000 {
            let (ranges, rows) = system(&mut dice, shape);
            let points = every_point(&ranges, &rows);
            feasible += usize::from(!points.is_empty());
            check(&ranges, &rows, !points.is_empty());
        }
    }
    assert!((12_000..28_000).contains(&feasible), "{feasible}");
}

/// The Omega test alone: what the cheap ways would have answered is asked of it too.
#[test]
fn projection_alone_agrees() {
    let mut dice = Dice(2);
    for shape in &SHAPES {
        for _ in 0..4_000 {
            let (ranges, rows) = system(&mut dice, shape);
            let expected = !every_point(&ranges, &rows).is_empty();
            let found = System::new(ranges.clone(), &rows).and_then(|it| omega::find(it, &mut { FUEL }));
            match found {
                Ok(point) => assert!(satisfies(&point, &ranges, &rows), "{point:?}: {ranges:?} {rows:?}"),
                Err(stop) => assert_eq!((stop, expected), (Stop::Empty, false), "{ranges:?} {rows:?}"),
            }
        }
    }
}

/// Of all points the one that `nearest` promises.
fn nearest_of_all(points: &[Vec<i128>], prefer: &[i128], order: &[usize]) -> Vec<i128> {
    let key = |point: &&Vec<i128>| -> Vec<(i128, i128)> {
        order.iter().map(|at| ((point[*at] - prefer[*at]).abs(), point[*at])).collect()
    };
    points.iter().min_by_key(key).unwrap().clone()
}

#[test]
fn nearest_is_the_nearest_of_every_point() {
    let mut dice = Dice(3);
    let mut asked = 0;
    for shape in &SHAPES {
        for _ in 0..600 {
            let (ranges, rows) = system(&mut dice, shape);
            let points = every_point(&ranges, &rows);
            let prefer: Vec<i128> = ranges.iter().map(|_| dice.between(-20, 20)).collect();
            let mut order: Vec<usize> = (0..ranges.len()).collect();
            for at in 0..order.len() {
                let other = usize::try_from(dice.between(0, at as i128)).unwrap();
                order.swap(at, other);
            }
            let found = nearest(&ranges, &rows, &prefer, &order, &mut { FUEL });
            if points.is_empty() {
                assert_eq!(found, Solved::Empty);
            } else {
                asked += 1;
                let expected = nearest_of_all(&points, &prefer, &order);
                assert_eq!(found, Solved::Point(expected), "{prefer:?} {order:?}: {ranges:?} {rows:?}");
            }
        }
    }
    assert!(asked > 2_000, "{asked}");
}
