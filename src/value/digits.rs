//! Numbers and dates as digits at the end of a text, without a text of their own in between.

use crate::value::{date, decimal};

/// The digits of the least number of 64 bits, with its sign.
const MOST: usize = 20;

/// Writes a whole number.
pub(crate) fn integer(value: i128, out: &mut String) {
    match i64::try_from(value) {
        Ok(value) => scaled(value, 0, out),
        Err(_) => out.push_str(&value.to_string()),
    }
}

/// Writes steps of 10^-`scale` with all their decimals, as [`decimal::format`] does.
pub(crate) fn fixed(units: i128, scale: u8, out: &mut String) {
    match i64::try_from(units) {
        Ok(units) if usize::from(scale) < MOST - 2 => scaled(units, scale, out),
        _ => out.push_str(&decimal::format(units, scale)),
    }
}

/// Writes a day number as `YYYY-MM-DD`.
pub(crate) fn day(day: i128, out: &mut String) {
    let Some((year, month, of_month)) = date::to_ymd(day) else { return out.push_str(&date::format(day)) };
    let digit = |value: i128| (value % 10) as u8 + b'0';
    let text = [
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(of_month / 10),
        digit(of_month),
    ];
    out.push_str(std::str::from_utf8(&text).unwrap_or_default());
}

/// From the last digit to the first. At least one digit stands before the point.
fn scaled(units: i64, scale: u8, out: &mut String) {
    // Sign, point and digits together.
    let mut text = [b'0'; MOST + 2];
    let (mut left, mut decimals, mut at) = (units.unsigned_abs(), usize::from(scale), text.len());
    let mut put = |byte: u8| {
        at = at.saturating_sub(1);
        if let Some(place) = text.get_mut(at) {
            *place = byte;
        }
    };
    let mut whole = scale == 0;
    loop {
        put((left % 10) as u8 + b'0');
        left /= 10;
        match decimals {
            0 => {}
            1 => {
                put(b'.');
                (decimals, whole) = (0, true);
                continue;
            }
            _ => {
                decimals -= 1;
                continue;
            }
        }
        if whole && left == 0 {
            break;
        }
    }
    if units < 0 {
        put(b'-');
    }
    out.push_str(text.get(at..).and_then(|it| std::str::from_utf8(it).ok()).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn ends() {
        for value in [0, 1, -1, 9, 10, i64::MAX.into(), i64::MIN.into(), i128::MAX, i128::MIN] {
            assert_eq!(written(|it| integer(value, it)), value.to_string());
            for scale in 0..=30 {
                assert_eq!(written(|it| fixed(value, scale, it)), decimal::format(value, scale), "{scale}");
            }
        }
        for value in [date::FIRST, date::LAST, 0, date::LAST + 1, -1] {
            assert_eq!(written(|it| day(value, it)), date::format(value));
        }
    }

    proptest! {
        #[test]
        fn digits_are_those_of_the_slow_way(units in any::<i64>(), shift in 0_u32..64, scale in 0_u8..20, on in -800_000_i128..3_000_000) {
            let units = i128::from(units >> shift);
            prop_assert_eq!(written(|it| fixed(units, scale, it)), decimal::format(units, scale));
            prop_assert_eq!(written(|it| integer(units, it)), units.to_string());
            prop_assert_eq!(written(|it| day(on, it)), date::format(on));
        }
    }
}
