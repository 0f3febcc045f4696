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
            let used: Vec<usize> = (0..ranges.len()).collect();
            let given: Vec<&Row> = rows.iter().collect();
            let found = System::new(&ranges, &given, &used).and_then(|it| omega::find(it, &mut { FUEL }));
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

/// Whether the last variable has a value for some choice of the others; only those are tried.
fn some_point(ranges: &[Range], rows: &[Row]) -> bool {
    let ((low, high), others) = ranges.split_last().unwrap();
    let last = others.len();
    every_point(others, &[]).into_iter().any(|mut point| {
        point.push(0);
        let (mut least, mut most) = (*low, *high);
        for row in rows {
            let rest = value(row, &point);
            let Some((_, size)) = row.terms.iter().find(|it| it.0 == last) else {
                if rest < row.low || rest > row.high {
                    return false;
                }
                continue;
            };
            let (from, to) = (row.low - rest, row.high - rest);
            let (from, to) = if *size < 0 { (-to, -from) } else { (from, to) };
            least = least.max(-(-from).div_euclid(size.abs()));
            most = most.min(to.div_euclid(size.abs()));
        }
        least <= most
    })
}

#[test]
fn agrees_where_coefficients_are_large() {
    let mut dice = Dice(4);
    let mut feasible = 0;
    for (variables, width) in [(2, 3_000), (3, 50), (4, 12)] {
        for _ in 0..1_000 {
            let size = [20, 1_000, 1_000_000][usize::try_from(dice.between(0, 2)).unwrap()];
            let wide =
                [1_000, 1_000_000, 1_000_000_000_000_000][usize::try_from(dice.between(0, 2)).unwrap()];
            let mut ranges: Vec<Range> = (1..variables).map(|_| (0, dice.between(1, width))).collect();
            ranges.push((0, wide));
            let centre: Vec<i128> = ranges.iter().map(|it| dice.between(it.0, it.1)).collect();
            let rows: Vec<Row> = (0..dice.between(1, 3))
                .map(|_| {
                    let terms: Vec<(usize, i128)> = (0..ranges.len())
                        .map(|variable| (variable, dice.between(-size, size)))
                        .filter(|it| it.1 != 0)
                        .collect();
                    let row = row(&terms, 0, 0);
                    let low = value(&row, &centre) + dice.between(-1, 1) * dice.between(0, size);
                    let high = low + dice.between(0, 100);
                    Row { low, high, ..row }
                })
                .collect();
            let expected = some_point(&ranges, &rows);
            feasible += usize::from(expected);
            check(&ranges, &rows, expected);
        }
    }
    assert!((900..2_400).contains(&feasible), "{feasible}");
}

const BIG: i128 = 1_000_000_000_000_000;

#[test]
fn rounded_percentages_of_huge_amounts() {
    let all = [(0, BIG), (0, BIG), (0, BIG)];
    let rounded = row(&[(0, 100), (1, -15)], -49, 50);
    let exceeds = row(&[(0, -1), (2, 1)], 1, i128::MAX);
    let below = |percent: i128| row(&[(1, -percent), (2, 100)], i128::MIN, 0);
    check(&all, &[rounded.clone(), exceeds.clone(), below(16)], true);
    check(&all, &[rounded.clone(), exceeds.clone(), below(15)], false);
    let small = [(0, BIG), (0, 50), (0, BIG)];
    check(&small, &[rounded.clone(), exceeds.clone(), below(16)], false);
    // Half a cent up: 3.5 is 4, and 15 % of 24 is 3.6.
    for (total, refund, expected) in
        [(23, 3, true), (23, 4, false), (24, 4, true), (30, 5, true), (30, 4, false)]
    {
        let at = [(refund, refund), (total, total), (0, 0)];
        check(&at, std::slice::from_ref(&rounded), expected);
    }
    let two = row(&[(0, 10_000), (1, -825)], -4_999, 5_000);
    let more = row(&[(1, -826), (2, 10_000)], -4_999, 5_000);
    check(&all, &[two.clone(), more.clone(), row(&[(0, 1), (2, -1)], 1, BIG)], false);
    check(&all, &[two, more, row(&[(0, 1), (2, -1)], 0, BIG)], true);
}

#[test]
fn equalities_of_huge_numbers() {
    let all = [(-BIG, BIG), (-BIG, BIG), (-BIG, BIG)];
    let exactly = |terms: &[(usize, i128)], sum| row(terms, sum, sum);
    check(&all, &[exactly(&[(0, 999_983), (1, 1_000_003)], 1)], true);
    check(&all, &[exactly(&[(0, 6), (1, 10), (2, 15)], 1)], true);
    check(&all, &[exactly(&[(0, 6), (1, 10), (2, 14)], 1)], false);
    check(&all, &[exactly(&[(0, 2), (1, 3)], 1), exactly(&[(0, 4), (1, 6)], 3)], false);
    // x = y + 1, x = 3z, y = 3w: no.
    let four = [(0, BIG), (0, BIG), (0, BIG), (0, BIG)];
    let step =
        [exactly(&[(0, 1), (1, -1)], 1), exactly(&[(0, 1), (2, -3)], 0), exactly(&[(1, 1), (3, -3)], 0)];
    check(&four, &step, false);
    check(&four, &step[..2], true);
}

/// A million splinters, were the basis not changed.
#[test]
fn thin_strips_cost_little() {
    let strip = |high| [row(&[(0, 1_000_000), (1, -999_983)], 1, high), row(&[(0, 1)], 10, BIG)];
    let mut most = 0;
    for (width, high) in [(40_000, 3), (400_000, 3), (40_000, 30), (700_000, 3), (BIG, 1)] {
        let mut fuel = FUEL;
        let found = solve(&[(0, width), (0, width)], &strip(high), &mut fuel);
        // 17·x leaves 1, 2 or 3 when divided by 999,983.
        let expected = (10..=width.min(999_992)).any(|x| (1..=high).contains(&(17 * x % 999_983)));
        assert_eq!(matches!(found, Solved::Point(_)), expected, "{width} {high}: {found:?}");
        assert_ne!(found, Solved::Unknown);
        most = most.max(FUEL - fuel);
    }
    assert!(most < 400, "{most}");
    // The ranges of the new basis are far too wide until they are bounded together.
    let mut fuel = 400;
    let rows = [row(&[(0, 665_058), (1, 144_620)], 4_778_730_645, 4_778_730_708)];
    let ranges = [(0, 6_638), (0, 9_031)];
    assert_eq!(matches!(solve(&ranges, &rows, &mut fuel), Solved::Point(_)), some_point(&ranges, &rows));
    assert!(fuel > 0);
}

/// Two equalities of four variables leave numbers beyond 128 bits, were the basis not kept small.
#[test]
fn equalities_leave_small_numbers() {
    let mut dice = Dice(5);
    for _ in 0..200 {
        let ranges = [(0, 10_000); 4];
        let centre = ranges.map(|it| dice.between(it.0, it.1));
        let rows = [0; 2].map(|_| {
            let terms = [0, 1, 2, 3].map(|variable| (variable, dice.between(1, 1_000_000)));
            let signed = terms.map(|(variable, size)| (variable, if dice.one_in(2) { size } else { -size }));
            let sum = value(&row(&signed, 0, 0), &centre);
            row(&signed, sum, sum)
        });
        check(&ranges, &rows, true);
    }
}

#[test]
fn chains_of_differences() {
    for length in [2, 3, 17, 60] {
        let ranges = vec![(0, BIG); length];
        let mut rows: Vec<Row> = (1..length).map(|it| row(&[(it - 1, -2), (it, 2)], 7, i128::MAX)).collect();
        // Backwards: what is raised last is asked first.
        rows.reverse();
        check(&ranges, &rows, true);
        let whole = 4 * (length as i128 - 1);
        rows.push(row(&[(0, 1), (length - 1, -1)], -whole, i128::MAX));
        check(&ranges, &rows, true);
        rows.push(row(&[(0, 1), (length - 1, -1)], 1 - whole, i128::MAX));
        check(&ranges, &rows, false);
        let mut fuel = 20_000;
        assert_eq!(solve(&ranges, &rows, &mut fuel), Solved::Empty);
    }
}

/// Where the numbers come near 128 bits: what is answered is true, and how much is answered.
#[test]
fn thin_strips_through_huge_boxes() {
    let mut dice = Dice(6);
    let mut unknown = |variables: usize, rows: usize, strip: i128| {
        let mut unknown = 0;
        for _ in 0..100 {
            let ranges = vec![(0, BIG); variables];
            let centre: Vec<i128> = ranges.iter().map(|it| dice.between(it.0, it.1)).collect();
            let rows: Vec<Row> = (0..rows)
                .map(|_| {
                    let terms: Vec<(usize, i128)> =
                        (0..variables).map(|it| (it, 2 * dice.between(-500_000, 500_000) + 1)).collect();
                    let low = value(&row(&terms, 0, 0), &centre) - dice.between(0, strip);
                    row(&terms, low, low + strip)
                })
                .collect();
            match solve(&ranges, &rows, &mut { FUEL }) {
                Solved::Point(point) => assert!(satisfies(&point, &ranges, &rows)),
                Solved::Unknown => unknown += 1,
                Solved::Empty => panic!("{centre:?}: {ranges:?} {rows:?}"),
            }
        }
        unknown
    };
    assert_eq!(unknown(3, 1, 3), 0);
    assert_eq!(unknown(3, 3, 100), 0);
    assert_eq!(unknown(4, 1, 3), 0);
    let (three, four) = (unknown(3, 2, 100), unknown(4, 2, 3));
    assert!(three < 30 && four < 40, "{three} {four}");
    let exact = (unknown(3, 3, 0), unknown(4, 2, 0));
    assert!(exact.0 < 45 && exact.1 < 45, "{exact:?}");
}

#[test]
fn many_variables() {
    // Neighbours add up to 1, so that the ends are the same or one apart.
    let chain = |length: usize| {
        let mut rows: Vec<Row> = (1..length).map(|it| row(&[(it - 1, 3), (it, 3)], 1, 4)).collect();
        rows.push(row(&[(0, 1), (length - 1, 1)], 0, 0));
        solve(&vec![(-BIG, BIG); length], &rows, &mut { FUEL })
    };
    assert!(matches!(chain(99), Solved::Point(_)));
    assert_eq!(chain(100), Solved::Empty);
    assert_eq!(chain(101), Solved::Unknown);
    // As deep as it gets, and no shadow is exact.
    let rows: Vec<Row> = (1..100).map(|it| row(&[(it - 1, 5), (it, 7)], 11, 14)).collect();
    check(&vec![(-1_000, 1_000); 100], &rows, true);
    // Those that hang together count, not those that are there.
    let mut rows = vec![row(&[(7, 100), (990, -15)], 1, 4), row(&[(7, 1), (990, 1)], 100, i128::MAX)];
    let ranges = vec![(0, BIG); 1_000];
    check(&ranges, &rows, false);
    rows[0].high = 5;
    check(&ranges, &rows, true);
}

#[test]
fn systems_without_much_in_them() {
    let solve = |ranges: &[Range], rows: &[Row]| solve(ranges, rows, &mut { FUEL });
    assert_eq!(solve(&[], &[]), Solved::Point(vec![]));
    assert_eq!(solve(&[], &[row(&[], 0, 1)]), Solved::Point(vec![]));
    assert_eq!(solve(&[], &[row(&[], 1, 2)]), Solved::Empty);
    assert_eq!(solve(&[(3, 9), (-9, -3), (-1, 1)], &[]), Solved::Point(vec![3, -3, 0]));
    assert_eq!(solve(&[(0, 1), (1, 0)], &[]), Solved::Empty);
    assert_eq!(solve(&[(i128::MIN, i128::MAX)], &[]), Solved::Point(vec![0]));
    assert_eq!(solve(&[(0, 1)], &[row(&[(0, 1)], 1, 0)]), Solved::Empty);
    // A row of a variable that is not there is a mistake of the caller, and no answer.
    assert_eq!(solve(&[(0, 1)], &[row(&[(1, 1)], 0, 1)]), Solved::Unknown);
}

#[test]
fn numbers_beyond_128_bits_are_unknown() {
    let huge = 1 << 100;
    let rows = [row(&[(0, huge), (1, -3)], 1, 2)];
    assert_eq!(solve(&[(0, huge), (0, huge)], &rows, &mut { FUEL }), Solved::Unknown);
    let rows = [row(&[(0, i128::MIN), (1, 1)], 1, 2)];
    assert_eq!(solve(&[(-1, 1), (0, 2)], &rows, &mut { FUEL }), Solved::Unknown);
    let rows = [row(&[(0, 1), (1, 1)], 1, 2)];
    assert_eq!(solve(&[(i128::MIN, i128::MAX), (i128::MIN, 0)], &rows, &mut { FUEL }), Solved::Unknown);
    // The sides may be as far away as they like.
    let rows = [row(&[(0, 7), (1, -5)], i128::MIN, 3), row(&[(0, 7), (1, -5)], 3, i128::MAX)];
    assert_eq!(solve(&[(0, 9), (1, 9)], &rows, &mut { FUEL }), Solved::Point(vec![4, 5]));
}

#[test]
fn the_same_fuel_gives_the_same_answer() {
    let ranges = [(0, BIG), (0, BIG), (0, BIG)];
    let rows = [
        row(&[(0, 100), (1, -15)], -49, 50),
        row(&[(0, -1), (2, 1)], 1, i128::MAX),
        row(&[(1, -15), (2, 100)], i128::MIN, 0),
    ];
    let mut answered = false;
    for fuel in 0..90 {
        let mut left = [fuel; 2];
        let [first, second] = left.each_mut().map(|left| solve(&ranges, &rows, left));
        assert_eq!((&first, left[0]), (&second, left[1]));
        // Once there is enough, more of it changes nothing.
        match first {
            Solved::Unknown => assert!(!answered && left[0] == 0, "{fuel}"),
            Solved::Empty => answered = true,
            Solved::Point(point) => panic!("{point:?}"),
        }
    }
    assert!(answered);
}

#[test]
fn nearest_with_little_fuel_is_a_point_all_the_same() {
    let ranges = [(0, BIG), (0, BIG)];
    let rows = [row(&[(0, 100), (1, -15)], -49, 50), row(&[(0, 1)], 700, i128::MAX)];
    let mut before = 0;
    for fuel in 0..400 {
        let found = nearest(&ranges, &rows, &[0, 10_000], &[1, 0], &mut { fuel });
        match found {
            Solved::Point(point) => {
                assert!(satisfies(&point, &ranges, &rows), "{point:?}");
                before = point[1];
            }
            other => assert_eq!((other, before), (Solved::Unknown, 0), "{fuel}"),
        }
    }
    assert_eq!(before, 10_000);
}

#[test]
fn nearest_of_huge_numbers() {
    let ranges = [(0, BIG), (0, BIG)];
    let limit = [row(&[(0, 100), (1, -15)], 1, i128::MAX), row(&[(0, 1), (1, -1)], i128::MIN, 0)];
    let near = |prefer: [i128; 2], order: &[usize]| nearest(&ranges, &limit, &prefer, order, &mut { FUEL });
    // The least refund above 15 % of 8,000, and the largest total of which 10 is more than 15 %.
    assert_eq!(near([0, 8_000], &[1, 0]), Solved::Point(vec![1_201, 8_000]));
    assert_eq!(near([10, 8_000], &[0, 1]), Solved::Point(vec![10, 66]));
    assert_eq!(near([-5, BIG * 9], &[1, 0]), Solved::Point(vec![BIG * 15 / 100 + 1, BIG]));
    assert_eq!(near([i128::MIN, i128::MAX], &[0, 1]), Solved::Point(vec![1, 6]));
}
