//! Says what could have stood where reading stopped, in an author's words.
//!
//! The grammar names the rules that it tried there. Many of them are one thing to an author: every kind of
//! operand is a value, every sign between two values an operator. Signs such as `:` and `{` are no rules and
//! are never named; which of them was missing is found by trying: the sign is put into the text, and where
//! reading then goes on, it was expected.

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};

use crate::syntax::{
    Rule,
    grammar::Grammar,
    message::{Failure, first_token, leading_blank},
};
use crate::words::{nearest, plain_list};

const OPERATOR: &str = "an operator (`and`, `<=`, …)";
const CLAUSE: &str = "a clause (`then`, `because`, …)";
const VALUE: &str = "a value";

/// The longest item in which missing signs are looked for, in bytes: it is read again for every sign.
const LONGEST_TRIED: usize = 10_000;
/// How many tokens past the place that the grammar named are tried.
const TOKENS_TRIED: usize = 4;
const SIGNS: [&str; 7] = [":", "=", "{", "(", ",", ")", "<"];

/// The signs that were expected. Reading may have gone past the place that the grammar names, where only a
/// sign was missing; the failure is moved there.
pub(super) fn signs(failure: &mut Failure<'_>) -> Vec<&'static str> {
    if failure.item.len() > LONGEST_TRIED {
        return Vec::new();
    }
    let mut best = Vec::new();
    let mut at = failure.at;
    for number in 0..=TOKENS_TRIED {
        let token = first_token(failure.item.get(at..).unwrap_or(""));
        let mut here: Vec<&'static str> = Vec::new();
        // An opening bracket can begin a value: it says nothing where a value is expected anyway.
        let says = |it: &&str| number > 0 || !implied(failure, it);
        here.extend(SIGNS.into_iter().filter(says).filter(|it| goes_on(failure, at, it)));
        if token.starts_with('"') && goes_on(failure, at, "}") {
            here.push("}");
        }
        if !here.is_empty() {
            best = here;
            if number > 0 {
                // A value without its name: the whole pair is missing, not the sign.
                if failure.tried.contains(&Rule::argument) && token != "=" {
                    return Vec::new();
                }
                failure.at = at;
                failure.token = token;
                failure.tried.clear();
            }
        }
        if token.is_empty() {
            break;
        }
        at += token.len();
        at += leading_blank(failure.item.get(at..).unwrap_or(""));
    }
    best
}

/// Whether a sign says nothing beside what the grammar tried: it begins a value, or is an operator.
fn implied(failure: &Failure<'_>, sign: &str) -> bool {
    let tried = |it: Rule| failure.tried.contains(&it);
    match sign {
        "(" => failure.wants_value() || tried(Rule::plus),
        "{" => failure.wants_value(),
        "<" => tried(Rule::plus),
        "=" => tried(Rule::case),
        _ => false,
    }
}

/// Whether the text is read past `at` once `sign` stands there.
fn goes_on(failure: &Failure<'_>, at: usize, sign: &str) -> bool {
    let (Some(before), Some(after)) = (failure.item.get(..at), failure.item.get(at..)) else { return false };
    let tried = format!("{before} {sign} {after}");
    match Grammar::parse(failure.form, &tried) {
        Ok(_) => true,
        Err(error) => {
            let stopped = match error.location {
                InputLocation::Pos(it) | InputLocation::Span((it, _)) => it,
            };
            let named = matches!(&error.variant, ErrorVariant::ParsingError { positives, .. } if !positives.is_empty());
            named && stopped >= at + 1 + sign.len()
        }
    }
}

/// What was expected: the signs, and what the grammar tried to read.
pub(super) fn words(failure: &Failure<'_>, signs: &[&str]) -> String {
    let tried = &failure.tried;
    let mut shown: Vec<String> = Vec::new();
    let mut add = |words: String| {
        if !shown.contains(&words) {
            shown.push(words);
        }
    };
    if failure.wants_value() {
        return VALUE.to_owned();
    }
    // Where `+` was tried, every operator could stand; the grammar tries the others only where one begins.
    let operators = tried.iter().filter(|it| is_operator(**it)).count() > 1 || tried.contains(&Rule::plus);
    let clauses = tried.iter().filter(|it| is_clause(**it)).count();
    let fields = tried.iter().any(|it| matches!(it, Rule::field | Rule::group | Rule::fact_name));
    // Of a header nobody looks for what most headers do not have.
    let header = tried.iter().any(|it| matches!(it, Rule::language | Rule::k_language));
    let rare = |it: &Rule| matches!(it, Rule::k_extends | Rule::k_in | Rule::k_version);
    signs.iter().for_each(|it| add(format!("`{it}`")));
    for it in tried {
        match it {
            it if header && rare(it) => {}
            it if is_operator(*it) && operators => {}
            it if is_clause(*it) && clauses > 2 => {}
            // A fact may begin with its quoted key, but nobody looks for that here.
            Rule::string if fields => {}
            Rule::EOI => {}
            // It can stand nearly everywhere, and nobody looks for it where something else is missing.
            Rule::k_allow | Rule::allow => {}
            it => add(described(*it)),
        }
    }
    if tried.contains(&Rule::EOI) {
        add(if failure.form == Rule::one_item { "the next item" } else { "the next part of the decision" }
            .to_owned());
    }
    if operators {
        add(OPERATOR.to_owned());
    }
    if clauses > 2 {
        add(CLAUSE.to_owned());
    }
    if shown.is_empty() {
        return "something else".to_owned();
    }
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    plain_list(&shown, "or")
}

/// The keyword that the word where reading stopped was probably meant to be.
pub(super) fn keyword_meant(failure: &Failure<'_>) -> Option<String> {
    if !failure.token.starts_with(|it: char| it.is_ascii_alphabetic()) || failure.wants_value() {
        return None;
    }
    let keywords: Vec<String> = failure.tried.iter().flat_map(|it| keywords(*it)).collect();
    nearest(failure.token, keywords.iter().map(String::as_str)).map(str::to_owned)
}

/// The words with which a rule of the grammar begins.
fn keywords(it: Rule) -> Vec<String> {
    let name = format!("{it:?}");
    match it {
        Rule::due_when => vec!["when".to_owned()],
        Rule::due_unless => vec!["unless".to_owned()],
        Rule::stage => vec!["before".to_owned(), "during".to_owned()],
        Rule::bounds => vec!["between".to_owned()],
        Rule::cap => vec!["but".to_owned()],
        Rule::compare
        | Rule::is_present
        | Rule::is_absent
        | Rule::is_one_of
        | Rule::is_empty
        | Rule::is_business_day
        | Rule::is_open
        | Rule::within => {
            vec!["is".to_owned()]
        }
        // With one operator, the others can stand there too.
        Rule::plus => ["and", "or", "is", "but", "implies", "of", "after", "includes", "rounded"]
            .map(str::to_owned)
            .to_vec(),
        _ => match name.strip_prefix("k_") {
            Some(word) => vec![word.to_owned()],
            None if name.chars().all(|it| it.is_ascii_lowercase()) => vec![name],
            None => Vec::new(),
        },
    }
}

/// Whether the rule reads a value.
pub(super) fn is_value(it: Rule) -> bool {
    matches!(
        it,
        Rule::expression
            | Rule::condition
            | Rule::plain_name
            | Rule::plain_number
            | Rule::reference
            | Rule::prefix
            | Rule::parenthesis
            | Rule::extremum
            | Rule::extremum_of
            | Rule::has_each
            | Rule::count_each
            | Rule::sum_each
            | Rule::plain
            | Rule::simple
            | Rule::else_value
            | Rule::count_in
            | Rule::part_of
            | Rule::business_between
            | Rule::money
            | Rule::date
            | Rule::time
            | Rule::datetime
            | Rule::quantity
            | Rule::boolean
            | Rule::signed_quantity
            | Rule::signed_percent
            | Rule::k_absent
            | Rule::cell
            | Rule::any_cell
            | Rule::none_of
            | Rule::alternative
            | Rule::cell_compare
            | Rule::cell_value
            | Rule::cell_term
            | Rule::over
    )
}

fn is_operator(it: Rule) -> bool {
    matches!(
        it,
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
            | Rule::is_in_currency
            | Rule::is_business_day
            | Rule::is_open
            | Rule::in_calendar
            | Rule::within
            | Rule::at
            | Rule::k_at
            | Rule::or_more
            | Rule::rounding
            | Rule::k_after
            | Rule::k_and
            | Rule::k_before
            | Rule::k_but
            | Rule::k_implies
            | Rule::k_includes
            | Rule::k_is
            | Rule::k_of
            | Rule::k_or
            | Rule::k_rounded
            | Rule::call_arguments
            | Rule::on
            | Rule::has_row
            | Rule::k_on
    )
}

fn is_clause(it: Rule) -> bool {
    use Rule::{k_because, k_cites, k_then, k_unless, k_when};
    matches!(
        it,
        k_because
            | k_cites
            | k_then
            | k_unless
            | k_when
            | Rule::because
            | Rule::cites
            | Rule::then
            | Rule::unless
            | Rule::when
    )
}

fn described(it: Rule) -> String {
    let words = match it {
        Rule::name | Rule::dotted => "a name",
        Rule::finding => "the name of a finding, as in `allow unused-definition`",
        Rule::string | Rule::template | Rule::doc | Rule::string_body | Rule::chunk => "a text in quotes",
        Rule::number | Rule::signed | Rule::digits | Rule::percent => "a number",
        Rule::date => "a date such as `2026-12-25`",
        Rule::time => "a time such as `09:00`",
        _ if is_operator(it) && !format!("{it:?}").starts_with("k_") => OPERATOR,
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
        | Rule::clock_type
        | Rule::business_type
        | Rule::named_type
        | Rule::one_of
        | Rule::ordered
        | Rule::list_type
        | Rule::list_text
        | Rule::record => "a type",
        Rule::currency_name | Rule::currency => "a currency code such as `USD`",
        Rule::unit | Rule::day_length => "a unit such as `days`",
        Rule::choice => "a value of the list",
        Rule::field | Rule::group | Rule::fact_name => "a fact",
        Rule::bounds => "`between`",
        Rule::parameters | Rule::arguments => "`(`",
        Rule::parameter => "a parameter and its type, as in `amount: money USD`",
        Rule::argument => "a parameter and its value, as in `amount: order.total`",
        Rule::case => "`=` and a value",
        Rule::member | Rule::broken_member => "a part of a decision",
        Rule::consequence => "an outcome",
        Rule::stage => "`during` or `before` and a stage",
        Rule::deadline => "`no later than`",
        Rule::due_when => "`when`",
        Rule::due_unless => "`unless`",
        Rule::rounding_mode => "`half up`, `half even`, `up` or `down`",
        Rule::assignment => "a fact and its value, as in `order.total USD 5`",
        Rule::assigned_record => "`{`",
        Rule::assigned_list => "`(`",
        Rule::assigned_element => "an item of the list",
        Rule::item_in => "the name of an item, as in `i in items`",
        Rule::each_item => "`for each`",
        Rule::where_clause => "`where`",
        Rule::or_else => "`or else`",
        Rule::counted_days => "`days from`",
        Rule::needed => "a fact",
        Rule::some_days | Rule::some_day | Rule::day_off => "a date such as `2026-12-25`",
        Rule::week_days | Rule::week_part | Rule::day_name => "a day such as `monday`",
        Rule::hours => "opening hours such as `09:00 to 17:00`",
        Rule::tongue => "a language such as `en`",
        Rule::in_force => "`in force`",
        Rule::chosen_by => "`version chosen by`",
        Rule::days_from => "`from`",
        Rule::days_through => "`through`",
        Rule::use_item => "`use`",
        Rule::used_names => "`(`",
        Rule::dated_value => "a value",
        Rule::replaces_part => "`replaces`",
        Rule::removes_part => "`removes`",
        Rule::turn => "`setting`",
        Rule::k_false => "`no`",
        Rule::k_true => "`yes`",
        Rule::expect_disclosures
        | Rule::expect_steps
        | Rule::expect_refused
        | Rule::expect_undecided
        | Rule::expect_failed
        | Rule::expect_items
        | Rule::expect_outcome => "what is expected, as in `refund is deny`",
        Rule::row | Rule::lookup_row | Rule::dated_row => "a row, as in `| EU | yes | … |`",
        Rule::first_bar | Rule::bar => "`|`",
        Rule::last_bar => "`|` at the end of the row",
        Rule::row_then => "an outcome",
        Rule::row_name => "a row's name, as in `vip:`",
        Rule::columns => "a column",
        Rule::hit => "`first`",
        Rule::table_name => "a table's name",
        Rule::from_file => "`from` and a file",
        Rule::lookup | Rule::k_by => "`by`",
        Rule::dated_header | Rule::k_starting => "the header, as in `| starting | fee |`",
        other => {
            let name = format!("{other:?}");
            return format!("`{}`", name.strip_prefix("k_").unwrap_or(&name).replace('_', " "));
        }
    };
    words.to_owned()
}
