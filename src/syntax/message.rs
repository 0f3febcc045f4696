//! Words the errors of the grammar.
//!
//! A broken item or member is parsed again alone; where the grammar stops furthest is where the message
//! points. Quotes and brackets that were seen to be unclosed are reported instead, because the grammar stops
//! long after such a mistake. Common habits of other languages get a help of their own.

use pest::{Parser as _, error::ErrorVariant, error::InputLocation};

use crate::{
    diag::Diagnostic,
    source::Span,
    syntax::{Rule, ast::Broken, codes, grammar::Grammar, scan::ITEM_KEYWORDS, tree::Builder},
    words::{list, nearest},
};

const MEMBER_KEYWORDS: [&str; 6] = ["outcome", "rule", "otherwise", "always", "disclosure", "step"];

/// Reports why the item at `whole` did not parse, and says what it would have declared.
pub(super) fn explain_item(builder: &mut Builder<'_, '_>, whole: Span) -> Option<Broken> {
    explain(builder, whole, Rule::one_item, &ITEM_KEYWORDS)
}

/// The same for a member of a decision.
pub(super) fn explain_member(builder: &mut Builder<'_, '_>, whole: Span) -> Option<Broken> {
    explain(builder, whole, Rule::one_member, &MEMBER_KEYWORDS)
}

fn explain(builder: &mut Builder<'_, '_>, whole: Span, form: Rule, keywords: &[&str]) -> Option<Broken> {
    let text = builder.text.get(whole.range())?;
    if blank(text) {
        return None;
    }
    let start = whole.start as usize + leading_blank(text);
    let item = &builder.text[start..whole.end as usize];
    let mut words = item.split(|it: char| !(it.is_alphanumeric() || it == '_' || it == '.'));
    let keyword = words.next().unwrap_or("").to_owned();
    let name = words.find(|it| !it.is_empty()).unwrap_or("").to_owned();
    let diagnostic = unclosed(builder, whole)
        .or_else(|| later_edition(item, &keyword, start))
        .or_else(|| unknown_keyword(item, &keyword, start, keywords))
        .unwrap_or_else(|| unexpected(item, start, form));
    builder.diagnostics.push(diagnostic);
    Some(Broken { keyword, name, decision: None, span: Span::new(start, whole.end as usize) })
}

fn blank(text: &str) -> bool {
    leading_blank(text) == text.len()
}

/// Bytes of white space and comments at the beginning of `text`.
fn leading_blank(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if !trimmed.starts_with('#') {
            return at;
        }
        at += trimmed.find('\n').unwrap_or(trimmed.len());
    }
}

fn unclosed(builder: &Builder<'_, '_>, whole: Span) -> Option<Diagnostic> {
    let inside = |offset: &&usize| whole.range().contains(*offset);
    if let Some(offset) = builder.scanned.unclosed_quotes.iter().find(inside) {
        let line = builder.text[*offset..].lines().next().unwrap_or("");
        return Some(
            Diagnostic::new(
                &codes::UNCLOSED_TEXT,
                Span::new(*offset, offset + line.trim_end().len()),
                "this text has no closing quote",
            )
            .with_help("close it with `\"` on the same line; write a quote inside a text as `\\\"`"),
        );
    }
    let offset = builder.scanned.unclosed_brackets.iter().find(inside)?;
    let bracket = builder.text[*offset..].chars().next()?;
    let closer = match bracket {
        '(' => ')',
        '[' => ']',
        _ => '}',
    };
    Some(
        Diagnostic::new(
            &codes::UNCLOSED_BRACKET,
            Span::new(*offset, offset + 1),
            format!("this `{bracket}` is not closed"),
        )
        .with_help(format!("add the `{closer}` that belongs to it")),
    )
}

/// Constructs of the language that this version does not read yet: said by name, never misread.
fn later_edition(item: &str, keyword: &str, start: usize) -> Option<Diagnostic> {
    let (found, what) = match keyword {
        "calendar" => (0, "calendar"),
        "use" => (0, "use"),
        "policy" => [" extends ", "in force", "version chosen by"]
            .iter()
            .find_map(|it| item.find(it).map(|at| (at + it.len() - it.trim_start().len(), it.trim())))?,
        "decision" | "define" if item.contains('|') => (item.find('|')?, "table"),
        _ => [": list of ", ": datetime", ": instant", ": time ", ": time\n"]
            .iter()
            .find_map(|it| item.find(it).map(|at| (at + 2, it.trim_start_matches(": ").trim())))?,
    };
    let span = Span::new(start + found, start + found + if what == "table" { 1 } else { what.len() });
    Some(
        Diagnostic::new(&codes::NOT_YET, span, format!("`{what}` is not read by this version of Evenhand"))
            .with_help("see the manual's list of what edition 1 has so far"),
    )
}

fn unknown_keyword(item: &str, keyword: &str, start: usize, keywords: &[&str]) -> Option<Diagnostic> {
    if keywords.contains(&keyword) {
        return None;
    }
    let found = if keyword.is_empty() { item.chars().take(1).collect() } else { keyword.to_owned() };
    let place = if keywords.len() == MEMBER_KEYWORDS.len() { "a part of a decision" } else { "an item" };
    let span = Span::new(start, start + found.len());
    let shown: Vec<&str> = keywords.iter().copied().filter(|it| !matches!(*it, "calendar" | "use")).collect();
    let message = format!("expected {place}, found `{}`", shorten(&found));
    let diagnostic = Diagnostic::new(&codes::UNEXPECTED_TEXT, span, message);
    Some(match nearest(keyword, shown.iter().copied()) {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(span, near),
        None => diagnostic.with_help(format!("it begins with one of {}", list(&shown, "or"))),
    })
}

fn unexpected(item: &str, start: usize, form: Rule) -> Diagnostic {
    let Err(error) = Grammar::parse(form, item) else {
        let span = Span::new(start, start + item.len());
        return Diagnostic::new(&codes::UNEXPECTED_TEXT, span, "expected the end of the item before this");
    };
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let rest = item.get(at..).unwrap_or("");
    let skipped = leading_blank(rest);
    let token = first_token(rest.get(skipped..).unwrap_or(""));
    let before = last_word(item.get(..at).unwrap_or(""));
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => expected(positives),
        ErrorVariant::CustomError { message } => message.clone(),
    };
    let found = if token.is_empty() { "the end".to_owned() } else { format!("`{}`", shorten(token)) };
    let span = if token.is_empty() {
        let end = start + item.trim_end().len();
        Span::new(end.saturating_sub(1), end)
    } else {
        Span::new(start + at + skipped, start + at + skipped + token.len())
    };
    let diagnostic =
        Diagnostic::new(&codes::UNEXPECTED_TEXT, span, format!("expected {expected}, found {found}"));
    match habit(token, before) {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

fn shorten(text: &str) -> String {
    let short: String = text.chars().take(24).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// The word, number or sign at the beginning of `text`.
fn first_token(text: &str) -> &str {
    let mut end = 0;
    for (offset, character) in text.char_indices() {
        let word = character.is_alphanumeric() || character == '_';
        if !word {
            if offset == 0 {
                let two =
                    text.get(..2).filter(|it| matches!(*it, "==" | "!=" | "&&" | "||" | "=>" | "=<" | "<>"));
                return two.unwrap_or(&text[..character.len_utf8()]);
            }
            break;
        }
        end = offset + character.len_utf8();
    }
    &text[..end]
}

fn last_word(text: &str) -> &str {
    let trimmed = text.trim_end();
    let start = trimmed.rfind(|it: char| !(it.is_alphanumeric() || it == '_')).map_or(0, |at| at + 1);
    trimmed.get(start..).unwrap_or("")
}

/// What people write who know other languages, and what to write here.
fn habit(token: &str, before: &str) -> Option<&'static str> {
    Some(match token {
        "==" | "=" => "to compare, write `is`",
        "!=" | "<>" => "to compare, write `is not`",
        "&&" | "&" => "write `and`",
        "||" | "|" => "write `or`",
        "!" => "write `not`",
        "=<" => "write `<=`",
        "=>" => "write `>=` to compare, `implies` or `then` for a consequence",
        "within" => "say which day counts: `<= 30 days`, or `is no later than 30 days after X`",
        "until" => "say which end is meant: `is no later than D` or `is earlier than D`",
        "if" => "a condition begins with `when`",
        "else" => "the last case is `otherwise`",
        "in" => "to look for a value in a list, write `is one of (a, b)`",
        "greater" | "above" | "over" => "write `> X`",
        "less" | "below" | "under" => "write `< X`",
        ";" => "no sign ends a clause: remove the `;`",
        "[" => "lists of values stand in round brackets",
        "'" | "‘" | "’" | "“" | "”" | "„" | "«" => {
            "texts stand between straight double quotes: `\"…\"`"
        }
        "$" | "€" | "£" | "¥" => "write an amount with its currency code: `USD 49.99`",
        "%" => "write a percentage without a space: `15%`",
        "week" | "weeks" => "write days: one week is `7 days`",
        "USD" | "EUR" | "GBP" => "write an amount as `USD 49.99`: the code, a space, the number",
        _ if before == "==" => "to compare, write `is`",
        _ => return None,
    })
}

/// What the grammar would have taken, in an author's words.
fn expected(rules: &[Rule]) -> String {
    let mut shown: Vec<String> = Vec::new();
    for it in rules {
        let words = described(*it);
        if !words.is_empty() && !shown.contains(&words) {
            shown.push(words);
        }
    }
    // An operator is possible nearly everywhere after a value: name it last, and once.
    if let Some(at) = shown.iter().position(|it| it == OPERATOR)
        && shown.len() > 1
    {
        let operator = shown.remove(at);
        shown.push(operator);
    }
    if shown.is_empty() {
        return "something else".to_owned();
    }
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    crate::words::plain_list(&shown, "or")
}

const OPERATOR: &str = "an operator such as `and` or `<=`";

fn described(it: Rule) -> String {
    match it {
        Rule::EOI | Rule::COMMENT | Rule::WHITESPACE => "the end of the item".to_owned(),
        Rule::name => "a name".to_owned(),
        Rule::dotted => "a name".to_owned(),
        Rule::string | Rule::template | Rule::doc | Rule::string_body | Rule::chunk => {
            "a text in quotes".to_owned()
        }
        Rule::number | Rule::signed | Rule::digits => "a number".to_owned(),
        Rule::expression
        | Rule::condition
        | Rule::term
        | Rule::reference
        | Rule::prefix
        | Rule::parenthesis
        | Rule::extremum
        | Rule::count_in
        | Rule::money
        | Rule::date
        | Rule::quantity
        | Rule::percent
        | Rule::boolean
        | Rule::call
        | Rule::signed_quantity
        | Rule::signed_percent
        | Rule::k_absent => "a value".to_owned(),
        Rule::implies
        | Rule::or
        | Rule::and
        | Rule::compare
        | Rule::cap
        | Rule::plus
        | Rule::minus
        | Rule::times
        | Rule::divide
        | Rule::of
        | Rule::after
        | Rule::before
        | Rule::includes
        | Rule::is_present
        | Rule::is_absent
        | Rule::is_one_of
        | Rule::is_empty
        | Rule::or_more
        | Rule::rounding => OPERATOR.to_owned(),
        Rule::type_expression
        | Rule::boolean_type
        | Rule::integer_type
        | Rule::decimal_type
        | Rule::percent_type
        | Rule::money_type
        | Rule::text_type
        | Rule::date_type
        | Rule::duration_type
        | Rule::count_type
        | Rule::named_type
        | Rule::one_of
        | Rule::ordered
        | Rule::record => "a type".to_owned(),
        Rule::currency_name | Rule::currency => "a currency code such as `USD`".to_owned(),
        Rule::unit => "a unit such as `days`".to_owned(),
        Rule::choice => "a value of the list".to_owned(),
        Rule::field | Rule::group | Rule::fact_name => "a fact".to_owned(),
        Rule::bounds => "`between`".to_owned(),
        Rule::parameters | Rule::arguments => "`(`".to_owned(),
        Rule::parameter => "a parameter".to_owned(),
        Rule::argument => "a parameter and its value, as in `amount: order.total`".to_owned(),
        Rule::case => "`=` and a value".to_owned(),
        Rule::member | Rule::broken_member => "a part of a decision".to_owned(),
        Rule::consequence => "an outcome".to_owned(),
        Rule::stage => "`during` or `before` a stage".to_owned(),
        Rule::deadline => "`no later than`".to_owned(),
        Rule::when | Rule::due_when => "`when`".to_owned(),
        Rule::unless | Rule::due_unless => "`unless`".to_owned(),
        Rule::rounding_mode => "`half up`, `half even`, `up` or `down`".to_owned(),
        Rule::assignment => "a fact and its value, as in `order.total USD 5`".to_owned(),
        Rule::assigned_record => "`{`".to_owned(),
        Rule::tongue => "a language such as `en`".to_owned(),
        Rule::k_false | Rule::k_no => "`no`".to_owned(),
        Rule::k_true => "`yes`".to_owned(),
        Rule::expect_disclosures
        | Rule::expect_steps
        | Rule::expect_refused
        | Rule::expect_undecided
        | Rule::expect_failed
        | Rule::expect_items
        | Rule::expect_outcome => "what is expected, as in `refund is deny`".to_owned(),
        other => {
            let name = format!("{other:?}");
            format!("`{}`", name.strip_prefix("k_").unwrap_or(&name).replace('_', " "))
        }
    }
}
