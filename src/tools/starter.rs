//! A policy to begin with: small, complete, and tested by itself.

/// Why a name cannot be a policy's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no name of a policy: expected words of letters, digits and `_`, joined by dots, like `acme.refunds`"
)]
pub struct NotAName(pub String);

/// The text of a policy called `name`: facts, a definition, two rules, a disclosure, and tests that pass.
///
/// # Errors
///
/// Where `name` is not words of letters, digits and `_` joined by dots.
pub fn starter(name: &str) -> Result<String, NotAName> {
    let is_letter = |it: char| it.is_ascii_alphabetic() || it == '_';
    let is_word = |word: &str| {
        word.starts_with(is_letter) && word.chars().all(|it| is_letter(it) || it.is_ascii_digit())
    };
    if name.split('.').all(is_word) { Ok(TEXT.replace("NAME", name)) } else { Err(NotAName(name.to_owned())) }
}

const TEXT: &str = r#"policy NAME
  language 1
  title "A policy to begin with"

stages deciding, closing

# What the policy may know. The host gives these as JSON: `evenhand facts` shows how.
facts {
  today: date                                          ask "What is today's date?"
  order {
    bought_on: date                                    ask "When was it bought?"
    total: money USD between USD 0 and USD 10_000      ask "What was paid?"
    condition: one of (unopened, opened, damaged)      ask "What state is the item in?"
  }
}

assume "nothing is bought in the future": order.bought_on is no later than today

define owned = today - order.bought_on

decision refund "Whether, and how much, we refund" {
  outcome approve(amount: money USD)
  outcome deny

  rule damaged {
    when    order.condition is damaged and owned <= 365 days
    then    approve(amount: order.total)
    because "A damaged item is refunded within a year."
  }

  rule unopened {
    when    order.condition is unopened and owned <= 30 days
    then    approve(amount: order.total)
    because "The item is unopened and was bought {owned} ago."
  }

  otherwise deny because "Neither of the refund rules applies."

  disclosure processing_time {
    when   refund is approve
    before closing
    say    "The refund of {refund.amount} reaches your account within ten days."
  }
}

test "an unopened item after twelve days is refunded" {
  given  today 2026-03-13, order { bought_on 2026-03-01, total USD 49.99, condition unopened }
  expect refund is approve(amount: USD 49.99) by unopened
  expect disclosures processing_time
}

test "one day too late" like "an unopened item after twelve days is refunded" but today 2026-04-01 {
  expect refund is deny by otherwise
  expect disclosures none
}

test "what was paid can wait, the state of the item cannot" {
  given  today 2026-03-13, order.bought_on 2026-03-01
  expect refund undecided needs order.total, order.condition
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["acme.refunds", "a", "_x.y2"] {
            assert!(starter(name).is_ok_and(|text| text.starts_with(&format!("policy {name}\n"))), "{name}");
        }
        for name in ["", ".", "a.", "2x", "a b", "ä", "../x", "a/b"] {
            assert_eq!(starter(name), Err(NotAName(name.to_owned())));
        }
    }
}
