//! `evenhand decide POLICY --facts FILE`: answers one case, or one case a line.

use evenhand::json::Json;
use evenhand::policy::{Answer, Facts, Policy, SetAnswer, Status as Standing, Timeline};
use evenhand::source::Place;
use evenhand::tools::cases::{self, DatedCase, Problem};
use evenhand::tools::render;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::num::NonZero;
use std::thread;

use crate::cli::cases::{Cases, Line, Lines, cases as read_cases};
use crate::cli::input::{plainly, text};
use crate::cli::output::{Output, Status, Stop, complain_as_it_is};
use crate::cli::{AnswerFormat, DecideArguments, check};

/// Decides all cases of the given facts.
pub(crate) fn run(arguments: &DecideArguments, output: &mut Output) -> Result<Status, Stop> {
    let (root, name) = (arguments.root.as_deref(), arguments.name.as_deref());
    let Some(timeline) = check::compiled(&arguments.policy, root, name)? else { return Ok(Status::Found) };
    let name = match arguments.facts.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => arguments.facts.display().to_string(),
    };
    let clerk = Clerk { arguments, timeline, name };
    clerk.asked()?;
    let mut desk = Desk { clerk: &clerk, output };
    if clerk.name == "standard input" {
        desk.read(io::stdin())
    } else {
        let file = File::open(&arguments.facts).map_err(|error| clerk.wrong(&plainly(&error)))?;
        desk.read(file)
    }
}

/// A thread is worth so many lines.
const LINES_A_THREAD: usize = 16;
/// At most so many lines are decided at once, so that memory does not grow with their number.
const LINES_AT_ONCE: usize = 1024;
/// Bytes that are read at once.
const BYTES_AT_ONCE: usize = 1 << 18;

/// Answers cases. Shared by all threads.
struct Clerk<'a> {
    arguments: &'a DecideArguments,
    timeline: Timeline,
    /// What the facts are called in messages.
    name: String,
}

/// Where cases come in and answers go out.
struct Desk<'a> {
    clerk: &'a Clerk<'a>,
    output: &'a mut Output,
}

/// What a line came to.
struct Written {
    /// What goes to the output.
    text: String,
    /// What goes to the complaints.
    complaint: String,
    status: Status,
}

impl Clerk<'_> {
    fn wrong(&self, reason: &str) -> Stop {
        Stop::Wrong(format!("{}: {reason}", self.name))
    }

    /// What is asked for must exist in some version, whatever the facts turn out to be.
    fn asked(&self) -> Result<(), Stop> {
        let mut wrong = Ok(());
        for version in self.timeline.versions() {
            let Ok(facts) = version.facts_from_json("{}") else { return Ok(()) };
            match self.answer(version, &facts) {
                Ok(_) => return Ok(()),
                Err(stop) => wrong = Err(stop),
            }
        }
        wrong
    }

    /// The answer to a case; `None` for one that no version governs yet.
    fn governed(&self, case: Option<(Policy, Facts)>) -> Result<SetAnswer, Stop> {
        match case {
            Some((policy, facts)) => Ok(SetAnswer::Answer(self.answer(&policy, &facts)?)),
            None => Ok(SetAnswer::Undated(self.timeline.undated(&self.arguments.decisions))),
        }
    }

    /// Answers lines, each thread a run of them.
    fn answer_all(&self, lines: &[Line], most: usize) -> Vec<Result<Written, Stop>> {
        let threads =
            thread::available_parallelism().map_or(1, NonZero::get).min(lines.len() / LINES_A_THREAD);
        let run = |lines: &[Line]| lines.iter().map(|it| self.answer_line(it, most)).collect::<Vec<_>>();
        if threads < 2 {
            return run(lines);
        }
        thread::scope(|scope| {
            let parts = lines.chunks(lines.len().div_ceil(threads));
            let parts: Vec<_> = parts.map(|part| (part, scope.spawn(move || run(part)))).collect();
            // A thread that ends before its time has said why; its lines are answered here, and say so again.
            parts.into_iter().flat_map(|(part, it)| it.join().unwrap_or_else(|_| run(part))).collect()
        })
    }

    fn answer_line(&self, line: &Line, most: usize) -> Result<Written, Stop> {
        let case = self.case(line, most);
        match case.facts {
            Ok(governed) => {
                let answer = self.governed(governed)?;
                let text = self.told(line.number, case.id, &answer);
                Ok(Written { text, complaint: String::new(), status: status(&answer) })
            }
            Err(problems) => Ok(self.reported(line.number, case.id, problems)),
        }
    }

    fn case(&self, line: &Line, most: usize) -> DatedCase {
        let problem = |message| Problem::of_whole("unreadable", message);
        let facts = match line.bytes.as_deref().map(std::str::from_utf8) {
            Some(Ok(line)) => return cases::read_dated(line, &self.timeline),
            Some(Err(error)) => problem(format!("byte {} of the line is not UTF-8", error.valid_up_to() + 1)),
            None => problem(format!("the line has more than {most} bytes, the most that are allowed")),
        };
        DatedCase { id: None, facts: Err(vec![facts]) }
    }

    fn answer(&self, policy: &Policy, facts: &Facts) -> Result<Answer, Stop> {
        let asked = &self.arguments.decisions;
        let answer = match asked.is_empty() {
            true => policy.decide(facts),
            false => policy.decide_only(asked, facts),
        };
        answer.map_err(|error| Stop::Wrong(format!("{}: {error}", self.arguments.policy.display())))
    }

    fn told(&self, number: u64, id: Option<Json>, answer: &SetAnswer) -> String {
        match self.arguments.format {
            AnswerFormat::Text => {
                let heading = heading(number, id.as_ref());
                format!("{heading}\n{}\n", render::set_answer_in_brief(answer))
            }
            AnswerFormat::Json => {
                let members = [("answer", answer.envelope())];
                numbered(number, id, members).canonical() + "\n"
            }
            AnswerFormat::Body => answer.body() + "\n",
        }
    }

    fn reported(&self, number: u64, id: Option<Json>, mut problems: Vec<Problem>) -> Written {
        let line = u32::try_from(number).unwrap_or(u32::MAX);
        for problem in &mut problems {
            let column = problem.place.map_or(1, |it| it.column);
            problem.place = Some(Place { line, column });
        }
        let (text, complaint) = match self.arguments.format {
            AnswerFormat::Text => (String::new(), self.complaint(&problems)),
            AnswerFormat::Json | AnswerFormat::Body => {
                let members = cases::problems_json(&problems);
                (numbered(number, id, members).canonical() + "\n", String::new())
            }
        };
        Written { text, complaint, status: Status::Found }
    }

    fn complaint(&self, problems: &[Problem]) -> String {
        let words = |problem: &Problem| {
            let place = problem.place.map(|it| format!(":{}:{}", it.line, it.column)).unwrap_or_default();
            let help = problem.help.as_ref().map(|it| format!("\n  help: {it}")).unwrap_or_default();
            format!("{}{place}: {}{help}\n", self.name, problem.words())
        };
        problems.iter().map(words).collect()
    }
}

impl Desk<'_> {
    fn read(&mut self, reader: impl Read) -> Result<Status, Stop> {
        let clerk = self.clerk;
        let most = clerk.timeline.versions().iter().map(|it| it.limits().facts_bytes).max().unwrap_or(0);
        let by_name = clerk.arguments.facts.extension().and_then(|it| it.to_str());
        let lines = clerk.arguments.lines || matches!(by_name, Some("jsonl" | "ndjson"));
        let reader = BufReader::with_capacity(BYTES_AT_ONCE, reader);
        let cases = read_cases(reader, most, lines).map_err(|error| clerk.wrong(&plainly(&error)))?;
        match cases {
            Cases::One(None) => {
                Err(clerk.wrong(&format!("the facts have more than {most} bytes, the most that are allowed")))
            }
            Cases::One(Some(document)) => self.one(&document),
            Cases::Lines(lines) => self.lines(lines, most),
        }
    }

    /// Answers a document.
    fn one(&mut self, document: &[u8]) -> Result<Status, Stop> {
        let clerk = self.clerk;
        let document = text(document).map_err(|reason| clerk.wrong(&reason))?;
        match cases::read_dated(document, &clerk.timeline).facts {
            Ok(case) => {
                let answer = clerk.governed(case)?;
                match clerk.arguments.format {
                    AnswerFormat::Text => self.output.text(&render::set_answer(&answer))?,
                    AnswerFormat::Json => self.output.line(&answer.envelope().canonical())?,
                    AnswerFormat::Body => self.output.line(&answer.body())?,
                }
                Ok(status(&answer))
            }
            Err(problems) => {
                match clerk.arguments.format {
                    AnswerFormat::Json => {
                        let problems = Json::object(cases::problems_json(&problems));
                        self.output.line(&problems.canonical())?;
                    }
                    AnswerFormat::Text | AnswerFormat::Body => {
                        complain_as_it_is(&clerk.complaint(&problems));
                    }
                }
                Ok(Status::Wrong)
            }
        }
    }

    /// Answers line by line, on all cores and in order. A line that cannot be taken is reported, and the next one is
    /// read.
    fn lines(&mut self, mut lines: Lines<impl Read>, most: usize) -> Result<Status, Stop> {
        let mut all = Status::Fine;
        loop {
            let mut batch = Vec::new();
            // Whoever writes line by line is answered line by line.
            while batch.is_empty() || batch.len() < LINES_AT_ONCE && lines.has_more() {
                match lines.next().map_err(|error| self.clerk.wrong(&plainly(&error)))? {
                    Some(line) => batch.push(line),
                    None => break,
                }
            }
            if batch.is_empty() {
                return Ok(all);
            }
            for written in self.clerk.answer_all(&batch, most) {
                all = all.max(self.write(&written?)?);
            }
            if !lines.has_more() {
                self.output.finish()?;
            }
        }
    }

    fn write(&mut self, written: &Written) -> Result<Status, Stop> {
        self.output.text(&written.text)?;
        if !written.complaint.is_empty() {
            // So that on a terminal the complaint stands where its answer would.
            self.output.finish()?;
            complain_as_it_is(&written.complaint);
        }
        Ok(written.status)
    }
}

/// A decision in error is something found, whoever asked.
fn status(answer: &SetAnswer) -> Status {
    let decisions = answer.answer().into_iter().flat_map(Answer::decisions);
    let failed = decisions.into_iter().any(|it| matches!(it.status, Standing::Failed(_)));
    if failed { Status::Found } else { Status::Fine }
}

/// What a case is called: its id, or its line.
fn heading(number: u64, id: Option<&Json>) -> String {
    match id {
        Some(Json::Text(id)) => evenhand::value::form::escaped(id),
        Some(id) => id.canonical(),
        None => format!("line {number}"),
    }
}

/// An object that names its line, and its case if that has an id.
fn numbered<const N: usize>(number: u64, id: Option<Json>, members: [(&str, Json); N]) -> Json {
    let mut all = std::collections::BTreeMap::from(members.map(|(key, value)| (key.to_owned(), value)));
    all.insert("line".to_owned(), Json::integer(number.into()));
    all.extend(id.map(|id| ("id".to_owned(), id)));
    Json::Object(all)
}
