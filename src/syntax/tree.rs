//! Builds the tree from what the grammar matched: items and their parts.

use crate::{
    diag::{Diagnostic, Diagnostics},
    source::Span,
    syntax::{
        Pair, Rule,
        ast::{
            Allowance, Argument, Case, Claim, Collect, Consequence, Decision, Define, Fallback, File, Guard,
            Header, Item, Literal, LiteralKind, Name, Notes, Number, Obligation, ObligationKind, Outcome,
            Override, Parameter, Part, Quoted, Rule as AstRule, Say, Stage, Template, TypeExpression,
            TypeKind,
        },
        codes, message,
        scan::Scanned,
    },
};

pub(super) mod calendar;
pub(super) mod list;
mod overlay;
pub(super) mod table;
mod test;
mod types;

/// What the building of one file needs.
pub(super) struct Builder<'i, 'd> {
    pub(super) text: &'i str,
    /// The offset of the first byte of `text`.
    pub(super) base: u32,
    /// The whole file, of which `text` may be a piece.
    pub(super) whole: Span,
    pub(super) scanned: &'d Scanned,
    pub(super) diagnostics: &'d mut Diagnostics,
    /// How many more broken texts are looked at closely; the rest get a plain message.
    pub(super) closely: u32,
    /// What was allowed so far.
    pub(super) allowances: Vec<Allowance>,
}

/// The place of a pair in its file, without the white space and comments that pest may have matched at its end.
fn local_span(pair: &Pair<'_>) -> Span {
    let text = pair.as_str();
    let start = pair.as_span().start();
    let bytes = text.as_bytes();
    if !bytes.contains(&b'#') {
        let last = bytes.iter().rposition(|it| !matches!(it, b' ' | b'\t' | b'\r' | b'\n'));
        return Span::new(start, start + last.map_or(0, |it| it + 1));
    }
    let inner_end = pair.clone().into_inner().last().map(|it| local_span(&it).end as usize - start);
    let mut end = inner_end.unwrap_or(0);
    let mut comment = false;
    for (offset, character) in text.get(end..).unwrap_or("").char_indices() {
        match character {
            '\n' => comment = false,
            '#' => comment = true,
            it if it.is_whitespace() || comment => {}
            it => end = inner_end.unwrap_or(0) + offset + it.len_utf8(),
        }
    }
    if inner_end.is_none() && end == 0 {
        end = text.trim_end().len();
    }
    Span::new(start, start + end)
}

/// Resolves `\"`, `\\`, `\n`, `\{` and `\}`; the grammar admits no others.
fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

/// Whether a part of `pair` is `wanted`.
pub(super) fn has(pair: &Pair<'_>, wanted: Rule) -> bool {
    pair.clone().into_inner().any(|it| it.as_rule() == wanted)
}

/// Adds to a list that mostly has one entry: there are thousands of them, and a list of Rust has room for four at
/// once.
fn add<T>(list: &mut Vec<T>, it: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(it);
}

impl<'i> Builder<'i, '_> {
    /// The place of a pair without the white space and comments at its end.
    pub(super) fn span(&self, pair: &Pair<'_>) -> Span {
        local_span(pair).moved(self.base)
    }

    pub(super) fn file(&mut self, pair: Pair<'i>) -> File {
        let mut file = File::default();
        let mut before = None;
        for it in pair.into_inner() {
            let whole = self.span(&it);
            let last = before.replace(whole);
            match it.as_rule() {
                Rule::header => file.headers.push(self.header(it)),
                Rule::broken => {
                    let Some(found) = message::explain_item(self, whole, last) else { continue };
                    if found.goes_on && found.broken.keyword != "policy" {
                        file.items.pop();
                    }
                    file.broken.push(found.broken);
                }
                Rule::EOI => {}
                _ => {
                    let item = self.item(it, &mut file.broken);
                    file.items.extend(item);
                }
            }
        }
        file.allowances = std::mem::take(&mut self.allowances);
        file
    }

    pub(super) fn item(
        &mut self,
        pair: Pair<'i>,
        broken: &mut Vec<crate::syntax::ast::Broken>,
    ) -> Option<Item> {
        let whole = self.span(&pair);
        Some(match pair.as_rule() {
            Rule::stages => {
                let names = pair.into_inner().filter(|it| it.as_rule() == Rule::name);
                Item::Stages(names.map(|it| self.name(it)).collect(), whole)
            }
            Rule::type_item => Item::Type(self.type_item(pair)),
            Rule::calendar => Item::Calendar(self.calendar(pair)),
            Rule::setting => Item::Setting(self.setting(pair)),
            Rule::turn => Item::Turn(self.turn(pair)),
            Rule::use_item => Item::Use(self.use_item(pair)),
            Rule::replaces | Rule::removes => Item::Change(self.change(pair)?),
            Rule::facts => Item::Facts(self.fields(pair), whole),
            Rule::assume => Item::Assume(self.claim(pair)),
            Rule::dated => Item::Dated(self.dated(pair)),
            Rule::define => Item::Define(self.define(pair)),
            Rule::decision => Item::Decision(self.decision(pair, broken)),
            Rule::disclosure | Rule::step => Item::Obligation(self.obligation(pair)),
            Rule::property => Item::Property(self.claim(pair)),
            Rule::test => Item::Test(self.test(pair)),
            _ => return None,
        })
    }

    pub(super) fn name(&self, pair: Pair<'i>) -> Name {
        Name { text: pair.as_str().to_owned(), span: self.span(&pair) }
    }

    /// Reports the second of two operators that do not follow each other. What a long chain holds is left out of
    /// the tree, which only brackets deepen.
    pub(super) fn chained(&mut self, token: &Pair<'i>, word: &str, links: usize) {
        if links == 2 {
            let message = format!("`{word}` follows `{word}` without parentheses");
            self.diagnostics.push(
                Diagnostic::new(&codes::CHAINED_OPERATOR, self.span(token), message)
                    .with_help("put one of the two in parentheses"),
            );
        }
    }

    pub(super) fn missing_name(&self, span: Span) -> Name {
        Name { text: String::new(), span }
    }

    pub(super) fn missing_literal(&self, span: Span) -> Literal {
        Literal { kind: LiteralKind::Absent, span }
    }

    /// The first part of `pair` that is a name.
    fn own_name(&self, pair: &Pair<'i>) -> Name {
        let named = |it: &Pair<'i>| matches!(it.as_rule(), Rule::name | Rule::dotted);
        let found = pair.clone().into_inner().find(named);
        found.map_or_else(|| self.missing_name(self.span(pair)), |it| self.name(it))
    }

    fn quoted(&self, pair: Pair<'i>) -> Quoted {
        let whole = self.span(&pair);
        let body = pair.into_inner().next().map_or(String::new(), |it| unescape(it.as_str()));
        Quoted { text: body, span: whole }
    }

    /// The first `string` among the parts of `pair`.
    fn own_quoted(&self, pair: &Pair<'i>) -> Quoted {
        let found = pair.clone().into_inner().find(|it| it.as_rule() == Rule::string);
        match found {
            Some(it) => self.quoted(it),
            None => Quoted { text: String::new(), span: self.span(pair) },
        }
    }

    fn doc(&self, pair: &Pair<'i>) -> Option<Quoted> {
        let found = pair.clone().into_inner().find(|it| it.as_rule() == Rule::doc);
        found.map(|it| self.own_quoted(&it))
    }

    fn number(&self, pair: &Pair<'i>) -> Number {
        let text = pair.as_str().chars().filter(|it| *it != '_' && *it != '%').collect();
        Number { text, span: self.span(pair) }
    }

    pub(super) fn header(&mut self, pair: Pair<'i>) -> Header {
        let mut header = Header {
            name: self.own_name(&pair),
            extends: None,
            in_force: None,
            chosen_by: None,
            language: None,
            title: None,
            owner: None,
            span: self.span(&pair),
        };
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::language => header.language = part.into_inner().last().map(|it| self.number(&it)),
                Rule::title => header.title = Some(self.own_quoted(&part)),
                Rule::owner => header.owner = Some(self.own_quoted(&part)),
                Rule::extends => header.extends = Some(self.own_name(&part)),
                Rule::in_force => header.in_force = self.period(&part),
                Rule::chosen_by => header.chosen_by = Some(self.own_name(&part)),
                _ => {}
            }
        }
        self.allowed(&pair, self.whole);
        header
    }

    /// Notes what `pair` holds after `allow`; it is said of `scope`.
    pub(super) fn allowed(&mut self, pair: &Pair<'i>, scope: Span) {
        for part in pair.clone().into_inner().filter(|it| it.as_rule() == Rule::allow) {
            let named = part.clone().into_inner().find(|it| it.as_rule() == Rule::finding);
            let span = self.span(&part);
            let finding = named.map_or_else(|| self.missing_name(span), |it| self.name(it));
            let reason = self.own_quoted(&part);
            self.allowances.push(Allowance { finding, reason, scope, data: Vec::new(), span });
        }
    }

    fn own_expression(&mut self, pair: &Pair<'i>) -> crate::syntax::ast::Expression {
        let found = pair
            .clone()
            .into_inner()
            .find(|it| matches!(it.as_rule(), Rule::expression | Rule::condition))
            .unwrap_or_else(|| pair.clone());
        self.expression(found)
    }

    fn claim(&mut self, pair: Pair<'i>) -> Claim {
        let condition = self.own_expression(&pair);
        self.allowed(&pair, self.span(&pair));
        Claim { name: self.own_quoted(&pair), condition, span: self.span(&pair) }
    }

    pub(super) fn define(&mut self, pair: Pair<'i>) -> Define {
        let mut define = Define {
            name: self.own_name(&pair),
            parameters: Vec::new(),
            doc: self.doc(&pair),
            cases: Vec::new(),
            table: None,
            locked: self.locked(&pair),
            span: self.span(&pair),
        };
        self.allowed(&pair, define.span);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::lookup => self.lookup(part, &mut define),
                Rule::parameters => define.parameters = self.parameters(part),
                Rule::case => define.cases.push(self.case(part)),
                _ => {}
            }
        }
        define
    }

    fn case(&mut self, pair: Pair<'i>) -> Case {
        let whole = self.span(&pair);
        let notes = self.notes(&pair);
        let otherwise = has(&pair, Rule::k_otherwise);
        let mut expressions = pair.clone().into_inner().filter(|it| it.as_rule() == Rule::expression);
        let value = expressions.next().unwrap_or_else(|| pair.clone());
        let value = self.expression(value);
        let guard = match expressions.next() {
            Some(condition) => Guard::When(self.expression(condition)),
            None if otherwise => Guard::Otherwise,
            None => Guard::Plain,
        };
        Case { value, guard, notes, span: whole }
    }

    fn notes(&mut self, pair: &Pair<'i>) -> Notes {
        let mut notes = Notes::default();
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::because => self.because(part, &mut notes),
                Rule::cites => add(&mut notes.cites, self.own_quoted(&part)),
                _ => {}
            }
        }
        notes
    }

    fn because(&mut self, pair: Pair<'i>, notes: &mut Notes) {
        if let Some(template) = self.own_template(pair) {
            add(&mut notes.because, template);
        }
    }

    fn own_template(&mut self, pair: Pair<'i>) -> Option<Template> {
        let found = pair.into_inner().find(|it| it.as_rule() == Rule::template)?;
        let whole = self.span(&found);
        let inner = found.into_inner();
        let mut parts = Vec::with_capacity(inner.len());
        for part in inner {
            match part.as_rule() {
                Rule::chunk => parts.push(Part::Text(unescape(part.as_str()))),
                _ => parts.push(Part::Hole(self.own_expression(&part))),
            }
        }
        Some(Template { parts, span: whole })
    }

    fn parameters(&mut self, pair: Pair<'i>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for it in pair.into_inner() {
            let name = self.own_name(&it);
            let mut ty = TypeExpression { optional: false, kind: TypeKind::Boolean, span: self.span(&it) };
            let mut bounds = None;
            for part in it.into_inner() {
                match part.as_rule() {
                    Rule::type_expression => ty = self.type_expression(part),
                    Rule::bounds => bounds = Some(self.bounds(part)),
                    _ => {}
                }
            }
            parameters.push(Parameter { name, ty, bounds });
        }
        parameters
    }

    pub(super) fn decision(
        &mut self,
        pair: Pair<'i>,
        broken: &mut Vec<crate::syntax::ast::Broken>,
    ) -> Decision {
        let mut decision = Decision {
            name: self.own_name(&pair),
            first: None,
            collect: None,
            doc: self.doc(&pair),
            outcomes: Vec::new(),
            rules: Vec::new(),
            tables: Vec::new(),
            otherwise: Vec::new(),
            always: Vec::new(),
            obligations: Vec::new(),
            changes: Vec::new(),
            locked: self.locked(&pair),
            span: self.span(&pair),
        };
        self.allowed(&pair, decision.span);
        let mut before = None;
        for part in pair.into_inner() {
            let whole = self.span(&part);
            let last = if is_member(part.as_rule()) { before.replace(whole) } else { None };
            match part.as_rule() {
                Rule::k_first => decision.first = Some(whole),
                Rule::collect => {
                    let items = part.into_inner().find(|it| it.as_rule() == Rule::one_of);
                    let items = items.map(|it| self.choices(it));
                    decision.collect = Some(Collect { items, span: whole });
                }
                Rule::outcome => decision.outcomes.push(self.outcome(part)),
                Rule::rule => decision.rules.push(self.rule(part)),
                Rule::table => self.table(part, &mut decision),
                Rule::otherwise => decision.otherwise.push(self.fallback(part)),
                Rule::always => decision.always.push(self.fallback(part)),
                Rule::disclosure | Rule::step => decision.obligations.push(self.obligation(part)),
                Rule::replaces_part | Rule::removes_part => decision.changes.extend(self.change(part)),
                Rule::broken_member => {
                    let found = message::explain_member(self, whole, last);
                    broken.extend(found.map(|it| crate::syntax::ast::Broken {
                        decision: Some(decision.name.text.clone()),
                        ..it.broken
                    }));
                }
                _ => {}
            }
        }
        decision
    }

    fn outcome(&mut self, pair: Pair<'i>) -> Outcome {
        let parameters = pair.clone().into_inner().find(|it| it.as_rule() == Rule::parameters);
        let parameters = parameters.map(|it| self.parameters(it)).unwrap_or_default();
        Outcome { name: self.own_name(&pair), parameters, doc: self.doc(&pair) }
    }

    pub(super) fn rule(&mut self, pair: Pair<'i>) -> AstRule {
        // There are more rules than anything else: their parts are looked at once.
        let span = self.span(&pair);
        let mut rule = AstRule {
            name: self.missing_name(span),
            doc: None,
            overrides: Vec::new(),
            when: Vec::new(),
            unless: Vec::new(),
            then: Vec::new(),
            notes: Notes::default(),
            table: None,
            locked: None,
            level: 0,
            span,
        };
        let mut allows = false;
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::name => rule.name = self.name(part),
                Rule::doc => rule.doc = Some(self.own_quoted(&part)),
                Rule::k_locked => rule.locked = Some(self.span(&part)),
                Rule::overrides => {
                    for it in part.into_inner() {
                        match it.as_rule() {
                            Rule::k_everything => rule.overrides.push(Override::Everything(self.span(&it))),
                            Rule::name => rule.overrides.push(Override::Rule(self.name(it))),
                            _ => {}
                        }
                    }
                }
                Rule::when => add(&mut rule.when, self.own_expression(&part)),
                Rule::unless => add(&mut rule.unless, self.own_expression(&part)),
                Rule::then => add(&mut rule.then, self.consequences(part)),
                Rule::because => self.because(part, &mut rule.notes),
                Rule::cites => add(&mut rule.notes.cites, self.own_quoted(&part)),
                Rule::allow => allows = true,
                _ => {}
            }
        }
        if allows {
            self.allowed(&pair, span);
        }
        rule
    }

    pub(super) fn consequences(&mut self, pair: Pair<'i>) -> Vec<Consequence> {
        let mut all = Vec::new();
        for it in pair.into_inner().filter(|it| it.as_rule() == Rule::consequence) {
            add(&mut all, self.consequence(it));
        }
        all
    }

    fn consequence(&mut self, pair: Pair<'i>) -> Consequence {
        let whole = self.span(&pair);
        let outcome = self.own_name(&pair);
        let mut arguments = Vec::new();
        if let Some(list) = pair.into_inner().find(|it| it.as_rule() == Rule::arguments) {
            for it in list.into_inner() {
                add(&mut arguments, Argument { name: self.own_name(&it), value: self.own_expression(&it) });
            }
        }
        Consequence { outcome, arguments, span: whole }
    }

    pub(super) fn fallback(&mut self, pair: Pair<'i>) -> Fallback {
        let whole = self.span(&pair);
        let notes = self.notes(&pair);
        let consequence = self.consequences(pair).into_iter().next().unwrap_or(Consequence {
            outcome: self.missing_name(whole),
            arguments: Vec::new(),
            span: whole,
        });
        Fallback { consequence, notes, span: whole }
    }

    pub(super) fn obligation(&mut self, pair: Pair<'i>) -> Obligation {
        let kind =
            if pair.as_rule() == Rule::step { ObligationKind::Step } else { ObligationKind::Disclosure };
        let mut it = Obligation {
            kind,
            name: self.own_name(&pair),
            doc: self.doc(&pair),
            when: Vec::new(),
            unless: Vec::new(),
            stages: Vec::new(),
            deadlines: Vec::new(),
            say: Vec::new(),
            cites: Vec::new(),
            locked: self.locked(&pair),
            span: self.span(&pair),
        };
        self.allowed(&pair, it.span);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::due_when => it.when.push(self.own_expression(&part)),
                Rule::due_unless => it.unless.push(self.own_expression(&part)),
                Rule::stage => {
                    it.stages.push(Stage { before: has(&part, Rule::k_before), name: self.own_name(&part) });
                }
                Rule::deadline => it.deadlines.push(self.own_expression(&part)),
                Rule::say => {
                    let tongue = part.clone().into_inner().find(|it| it.as_rule() == Rule::tongue);
                    let language = tongue.map(|it| self.name(it));
                    it.say.extend(self.own_template(part).map(|text| Say { language, text }));
                }
                Rule::cites => it.cites.push(self.own_quoted(&part)),
                _ => {}
            }
        }
        it
    }
}

fn is_member(it: Rule) -> bool {
    use Rule::{always, broken_member, disclosure, otherwise, outcome, removes_part, replaces_part, step};
    matches!(it, outcome | Rule::rule | Rule::table | otherwise | always | disclosure | step | broken_member)
        || matches!(it, replaces_part | removes_part | Rule::allow)
}
