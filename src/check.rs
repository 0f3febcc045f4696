//! From tree to meaning: names, types, presence, ranges.
//!
//! [`check`] turns a parsed file into a [`Hir`], or reports why it cannot. It works in four passes, each over
//! the whole file, so that one mistake does not hide another:
//!
//! ```text
//!   declare   every name of every item, once         declare.rs, types.rs
//!   order     definitions and decisions, acyclic     order.rs
//!   check     definitions and decisions, in order    expression.rs … decision.rs
//!   close     assumes, obligations, properties, tests
//! ```
//!
//! An expression that was reported is `None` from there on, and whatever reads it stays silent: one cause is
//! reported once. Linear in the size of the file, up to a logarithm.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    check::{
        calendar::CalendarInfo,
        declare::{DecisionInfo, DefinitionInfo, Entry, Global, SettingInfo},
        expression::Scope,
    },
    diag::{Diagnostic, Diagnostics},
    hir::{Hir, Property, Unit},
    limits::Limits,
    schema::Schema,
    source::{Source, Span},
    syntax::ast,
};

mod apart;
mod arithmetic;
mod calendar;
pub mod codes;
mod compare;
mod cover;
mod currency;
mod decision;
mod declare;
mod definition;
mod each;
mod expression;
mod extreme;
mod flow;
mod foreign;
mod grain;
mod lint;
mod list;
mod literal;
mod local;
mod locks;
mod number;
mod obligation;
mod order;
mod overrides;
mod range;
mod reference;
mod table;
mod template;
mod test;
mod time;
mod types;
mod version;

pub(crate) use currency::default_money_of_bounds;
pub(crate) use types::default_bounds;

/// The edition of the language that this version reads.
pub const EDITION: u32 = 1;

/// Checks a parsed file. `None` where something was reported that refuses the policy; a file with broken
/// items is refused too, but everything else in it has been checked.
pub fn check(
    file: &ast::File,
    source: &Source,
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) -> Option<Hir> {
    checked(Checker::new(file, source, limits, diagnostics))
}

/// The same with so many rules of a decision, or more, on each thread: for the project's own tests.
pub fn check_apart(
    a_thread: usize,
    file: &ast::File,
    source: &Source,
    limits: &Limits,
    diagnostics: &mut Diagnostics,
) -> Option<Hir> {
    let checker = Checker::new(file, source, limits, diagnostics);
    checked(Checker { a_thread: Some(a_thread), ..checker })
}

fn checked(mut checker: Checker<'_>) -> Option<Hir> {
    // More broken items than findings are shown: whatever else is wrong would not be seen.
    if checker.file.broken.len() > checker.limits.findings {
        return None;
    }
    let hir = checker.run();
    let Checker { file, diagnostics, .. } = checker;
    if diagnostics.has_errors() || !file.broken.is_empty() { None } else { hir }
}

/// What the passes share.
struct Checker<'a> {
    file: &'a ast::File,
    /// How many rules of a decision a thread has at least, where that is said.
    a_thread: Option<usize>,
    source: &'a Source,
    limits: &'a Limits,
    diagnostics: &'a mut Diagnostics,
    schema: Schema,
    /// Declared types by name.
    types: BTreeMap<&'a str, &'a ast::TypeItem>,
    /// The enumeration of each `one of` or `ordered` that was met, by its place.
    enumerations: BTreeMap<Span, usize>,
    /// For each enumeration of the schema, the indices of its values by name. Only looked up.
    choices: Vec<Arc<FxHashMap<String, u32>>>,
    /// The facts as a tree of names.
    facts: BTreeMap<String, Entry>,
    /// Every other name that an expression can begin with.
    globals: BTreeMap<String, Global>,
    /// The calendars, in order of declaration.
    calendars: Vec<CalendarInfo>,
    /// The enumeration of the days of the week, where something has named it.
    weekdays: Option<usize>,
    settings: Vec<SettingInfo>,
    definitions: Vec<DefinitionInfo<'a>>,
    dated: Vec<table::DatedInfo<'a>>,
    decisions: Vec<DecisionInfo<'a>>,
    stages: Vec<String>,
    /// For each currency, the most decimals that some type of the policy has.
    money_scales: BTreeMap<&'static str, u8>,
    /// The definition around the expression that is being checked.
    scope: Scope,
    /// The spans of the records that are being taken apart, against recursion.
    open_types: Vec<String>,
    /// Whether the items of a list are being declared.
    in_list: bool,
    /// What loops over days take as given, in the order in which they were met.
    implied: Vec<crate::hir::Assume>,
    /// Whether what is checked adds nothing to what is taken as given.
    only_claims: bool,
    /// What the cells of each row accept, by the row's place, until its table is looked at as a whole.
    shapes: BTreeMap<Span, Vec<Option<table::Shape>>>,
    /// The texts that cells name, numbered.
    cell_texts: BTreeMap<String, usize>,
}

impl<'a> Checker<'a> {
    fn new(
        file: &'a ast::File,
        source: &'a Source,
        limits: &'a Limits,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        Checker {
            file,
            a_thread: None,
            source,
            limits,
            diagnostics,
            schema: Schema::default(),
            types: BTreeMap::new(),
            enumerations: BTreeMap::new(),
            choices: Vec::new(),
            facts: BTreeMap::new(),
            globals: BTreeMap::new(),
            calendars: Vec::new(),
            weekdays: None,
            settings: Vec::new(),
            definitions: Vec::new(),
            dated: Vec::new(),
            decisions: Vec::new(),
            stages: Vec::new(),
            money_scales: BTreeMap::new(),
            scope: Scope::default(),
            open_types: Vec::new(),
            in_list: false,
            implied: Vec::new(),
            only_claims: false,
            shapes: BTreeMap::new(),
            cell_texts: BTreeMap::new(),
        }
    }

    fn run(&mut self) -> Option<Hir> {
        let header = self.header();
        self.declare();
        let order = self.order();
        for unit in &order {
            match unit {
                Unit::Definition(index) => self.definition(*index),
                Unit::Decision(index) => self.decision(*index),
            }
        }
        let mut assumes = self.assumes();
        self.inner_obligations();
        let obligations = self.top_obligations();
        // A claim is no part of the policy, so it takes nothing more as given.
        self.only_claims = true;
        let properties = self.properties();
        assumes.append(&mut self.implied);
        let tests = self.tests(&assumes);
        self.unused_definitions();
        self.one_sided_days(&assumes);
        let chosen_by = self.chosen_by();
        let (name, title, owner) = header?;
        let definitions: Option<Vec<_>> =
            self.definitions.drain(..).map(|it| it.hir.map(Arc::unwrap_or_clone)).collect();
        let decisions: Option<Vec<_>> = self.decisions.iter_mut().map(|it| it.hir.take()).collect();
        Some(Hir {
            name,
            edition: EDITION,
            title,
            owner,
            in_force: None,
            chosen_by,
            stages: std::mem::take(&mut self.stages),
            schema: std::mem::take(&mut self.schema),
            calendars: self.calendars.drain(..).filter_map(|it| it.made).map(Arc::unwrap_or_clone).collect(),
            settings: self.settings.drain(..).map(|it| it.hir).collect(),
            assumes,
            definitions: definitions?,
            decisions: decisions?,
            order,
            obligations,
            properties,
            tests,
        })
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn header(&mut self) -> Option<(String, Option<String>, Option<String>)> {
        let start = self.source.own().span(0, 0);
        let mut headers = self.file.headers.iter();
        let Some(header) = headers.next() else {
            if !self.file.broken.iter().any(|it| it.keyword == "policy") {
                self.report(
                    Diagnostic::new(&codes::MISSING_HEADER, start, "the policy has no header")
                        .with_help("begin the file with `policy NAME language 1`"),
                );
            }
            return None;
        };
        for again in headers {
            self.report(
                Diagnostic::new(
                    &codes::DUPLICATE_NAME,
                    again.span,
                    "a file holds one policy, this is a second header",
                )
                .with_related(header.span, "the first header"),
            );
        }
        let broken = self.file.broken.iter().any(|it| it.keyword == "policy");
        match &header.language {
            None if broken => {}
            None => self.report(
                Diagnostic::new(
                    &codes::UNKNOWN_EDITION,
                    header.span,
                    "the header does not name the language edition",
                )
                .with_help("write `language 1` after the policy's name"),
            ),
            Some(edition) if edition.text != EDITION.to_string() => {
                let message = format!("there is no edition {} of the language", edition.text);
                self.report(
                    Diagnostic::new(&codes::UNKNOWN_EDITION, edition.span, message)
                        .with_help("this version of Evenhand reads `language 1`"),
                );
            }
            Some(_) => {}
        }
        let words = |it: &Option<ast::Quoted>| it.as_ref().map(|it| it.text.clone());
        Some((header.name.text.clone(), words(&header.title), words(&header.owner)))
    }

    fn assumes(&mut self) -> Vec<crate::hir::Assume> {
        let mut assumes = Vec::new();
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for item in &self.file.items {
            let ast::Item::Assume(claim) = item else { continue };
            self.once(&mut names, &claim.name, "assumption");
            let Some(condition) = self.closed_condition(&claim.condition) else { continue };
            if let Some(decision) = self.first_decision_read(&condition) {
                let message =
                    format!("an assumption speaks of facts only, and this reads the decision `{decision}`");
                self.report(
                    Diagnostic::new(&codes::ASSUMPTION_READS_DECISION, claim.condition.span, message)
                        .with_help("state it as a `property` instead"),
                );
                continue;
            }
            assumes.push(crate::hir::Assume { name: claim.name.text.clone(), condition, span: claim.span });
        }
        assumes
    }

    fn properties(&mut self) -> Vec<Property> {
        let mut properties = Vec::new();
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        for item in &self.file.items {
            let ast::Item::Property(claim) = item else { continue };
            self.once(&mut names, &claim.name, "property");
            if let Some(condition) = self.closed_condition(&claim.condition) {
                properties.push(Property { name: claim.name.text.clone(), condition, span: claim.span });
            }
        }
        properties
    }

    /// Reports a quoted name that was given before.
    fn once(&mut self, names: &mut BTreeMap<&'a str, Span>, name: &'a ast::Quoted, what: &str) {
        if let Some(first) = names.insert(&name.text, name.span) {
            let message = format!("there is another {what} named \"{}\"", name.text);
            self.report(
                Diagnostic::new(&codes::DUPLICATE_NAME, name.span, message)
                    .with_related(first, "the first one"),
            );
        }
    }
}
