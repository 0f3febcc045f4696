//! A line on the terminal that says how far a long run is.
//!
//! ```text
//!   1,250,000 cases, 41 %, 2,104,000 a second
//! ```
//!
//! It is redrawn a few times a second at most, and gone when the run ends. It appears where somebody looks at it and it
//! does not get between answers: standard error is a terminal and standard output is none.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::cli::Progress as Wanted;

/// From one drawing to the next.
const PAUSE: Duration = Duration::from_millis(200);

/// How far a run is.
pub(crate) struct Progress {
    /// Where it is drawn; nowhere if nobody looks.
    drawn: Option<Drawn>,
    /// Bytes of the whole input, where that is known.
    size: Option<u64>,
    cases: u64,
    bytes: u64,
}

struct Drawn {
    began: Instant,
    last: Option<Instant>,
    /// Whether a line stands on the terminal now.
    stands: bool,
}

impl Progress {
    /// Nothing done yet of an input of this size.
    #[allow(clippy::disallowed_methods, reason = "the command may look at the clock to say how fast it is")]
    pub(crate) fn new(wanted: Wanted, size: Option<u64>) -> Progress {
        let shown = match wanted {
            Wanted::Always => true,
            Wanted::Never => false,
            Wanted::Auto => io::stderr().is_terminal() && !io::stdout().is_terminal(),
        };
        let drawn = shown.then(|| Drawn { began: Instant::now(), last: None, stands: false });
        Progress { drawn, size, cases: 0, bytes: 0 }
    }

    /// More is done.
    pub(crate) fn add(&mut self, cases: u64, bytes: u64) {
        self.cases += cases;
        self.bytes += bytes;
        let Some(drawn) = &mut self.drawn else { return };
        // What is done at once needs no line.
        let last = *drawn.last.get_or_insert(drawn.began);
        if last.elapsed() < PAUSE {
            return;
        }
        let now = last + last.elapsed();
        drawn.last = Some(now);
        drawn.stands = true;
        let percent = self.size.and_then(|it| self.bytes.checked_mul(100)?.checked_div(it));
        let words = words(self.cases, percent.map(|it| it.min(100)), now - drawn.began);
        say(&format!("\r\u{1b}[2K{words}"));
    }

    /// Takes the line away, for a message or because the run is over.
    pub(crate) fn clear(&mut self) {
        if let Some(drawn) = self.drawn.as_mut().filter(|it| it.stands) {
            drawn.stands = false;
            say("\r\u{1b}[2K");
        }
    }
}

/// However a run ends, its line goes.
impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn say(text: &str) {
    let mut terminal = io::stderr().lock();
    // A terminal that has gone needs no line.
    let _ = terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush());
}

/// `1,250,000 cases, 41 %, 2,104,000 a second`.
fn words(cases: u64, percent: Option<u64>, time: Duration) -> String {
    let speed = u128::from(cases).saturating_mul(1_000).checked_div(time.as_millis()).unwrap_or(0);
    // Three digits are all that can be read while they change.
    let step = 10_u128.pow(speed.checked_ilog10().unwrap_or(0).saturating_sub(2));
    let percent = percent.map(|it| format!(", {it} %")).unwrap_or_default();
    let noun = if cases == 1 { "case" } else { "cases" };
    format!("{} {noun}{percent}, {} a second", grouped(cases.into()), grouped(speed / step * step))
}

/// A number with its thousands apart.
fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line() {
        let second = Duration::from_secs(1);
        assert_eq!(words(1_250_000, Some(41), 2 * second), "1,250,000 cases, 41 %, 625,000 a second");
        assert_eq!(words(2_104_555, None, second), "2,104,555 cases, 2,100,000 a second");
        assert_eq!(words(1, Some(0), Duration::ZERO), "1 case, 0 %, 0 a second");
        assert_eq!(words(999, None, second), "999 cases, 999 a second");
    }
}
