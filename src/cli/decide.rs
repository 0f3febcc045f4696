//! `evenhand decide POLICY --facts FILE`: answers one case, or one case a line.

use evenhand::json::Json;
use evenhand::policy::{Answer, Facts, Policy, SetAnswer, Standing, Timeline};
use evenhand::tools::cases::{self, DatedCase, Problem, numbered};
use evenhand::tools::outcomes::{self, OutcomeLines};
use evenhand::tools::render;
use std::fs::File;
use std::io::{self, Read};

use crate::cli::batch::{self, Answers};
use crate::cli::cases::{Block, Blocks, Cases, Line, cases as read_cases};
use crate::cli::input::{plainly, text};
use crate::cli::output::{Output, Status, Stop, complain_as_it_is};
use crate::cli::progress::Progress;
use crate::cli::{AnswerFormat, DecideArguments, check};

/// Decides all cases of the given facts.
pub(crate) fn run(arguments: &DecideArguments, output: &mut Output) -> Result<Status, Stop> {
    let (root, name) = (arguments.root.as_deref(), arguments.name.as_deref());
    let Some(timeline) = check::compiled(&arguments.policy, root, name)? else { return Ok(Status::Found) };
    let name = match arguments.facts.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => arguments.facts.display().to_string(),
    };
    let most = timeline.versions().iter().map(|it| it.limits().facts_bytes).max().unwrap_or(0);
    let office = Office { arguments, timeline, name, most };
    office.asked()?;
    if office.name == "standard input" {
        return office.read(io::stdin(), None, output);
    }
    let file = File::open(&arguments.facts).map_err(|error| office.wrong(&plainly(&error)))?;
    let size = file.metadata().ok().filter(|it| it.is_file()).map(|it| it.len());
    office.read(file, size, output)
}

/// What answers have in common. Shared by all threads.
struct Office<'a> {
    arguments: &'a DecideArguments,
    timeline: Timeline,
    /// What the facts are called in messages.
    name: String,
    /// The most bytes of a document or a line.
    most: usize,
}

impl Office<'_> {
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

    fn answer(&self, policy: &Policy, facts: &Facts) -> Result<Answer, Stop> {
        let asked = &self.arguments.decisions;
        let answer = match asked.is_empty() {
            true => policy.decide(facts),
            false => policy.decide_only(asked, facts),
        };
        answer.map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &evenhand::DecideError) -> Stop {
        Stop::Wrong(format!("{}: {error}", self.arguments.policy.display()))
    }

    fn complaint(&self, problems: &[Problem]) -> String {
        let words = |problem: &Problem| {
            let place = problem.place.map(|it| format!(":{}:{}", it.line, it.column)).unwrap_or_default();
            let help = problem.help.as_ref().map(|it| format!("\n  help: {it}")).unwrap_or_default();
            format!("{}{place}: {}{help}\n", self.name, problem.words())
        };
        problems.iter().map(words).collect()
    }

    fn outcomes(&self) -> OutcomeLines {
        OutcomeLines::new(&self.timeline, &self.arguments.decisions)
    }

    fn read(&self, reader: impl Read + Send, size: Option<u64>, output: &mut Output) -> Result<Status, Stop> {
        let by_name = self.arguments.facts.extension().and_then(|it| it.to_str());
        let lines = self.arguments.lines || matches!(by_name, Some("jsonl" | "ndjson"));
        let cases = read_cases(reader, self.most, lines).map_err(|error| self.wrong(&plainly(&error)))?;
        match cases {
            Cases::One(None) => {
                let most = self.most;
                Err(self.wrong(&format!("the facts have more than {most} bytes, the most that are allowed")))
            }
            Cases::One(Some(document)) => self.one(&document, output),
            Cases::Lines(lines) => self.lines(lines, size, output),
        }
    }

    /// Answers a document.
    fn one(&self, document: &[u8], output: &mut Output) -> Result<Status, Stop> {
        let document = text(document).map_err(|reason| self.wrong(&reason))?;
        if self.arguments.format == AnswerFormat::Outcome {
            let mut answer = String::new();
            let came = self.outcomes().write(document, None, &mut answer);
            output.text(&answer)?;
            return Ok(match came.map_err(|error| self.refused(&error))? {
                outcomes::Line::Answered(standing) => status(standing),
                outcomes::Line::Refused => Status::Wrong,
            });
        }
        match cases::read_dated(document, &self.timeline).facts {
            Ok(case) => {
                let answer = self.governed(case)?;
                match self.arguments.format {
                    AnswerFormat::Text => output.text(&render::set_answer(&answer))?,
                    AnswerFormat::Json => output.line(&answer.envelope().canonical())?,
                    AnswerFormat::Body => output.line(&answer.body())?,
                    AnswerFormat::Outcome => {}
                }
                Ok(status(answer.standing()))
            }
            Err(problems) => {
                match self.arguments.format {
                    AnswerFormat::Json | AnswerFormat::Outcome => {
                        let problems = Json::object(cases::problems_json(&problems));
                        output.line(&problems.canonical())?;
                    }
                    AnswerFormat::Text | AnswerFormat::Body => {
                        complain_as_it_is(&self.complaint(&problems));
                    }
                }
                Ok(Status::Wrong)
            }
        }
    }

    /// Answers line by line, on all cores and in order. A line that cannot be taken is reported, and the next one is
    /// read.
    fn lines(
        &self,
        lines: Blocks<impl Read + Send>,
        size: Option<u64>,
        output: &mut Output,
    ) -> Result<Status, Stop> {
        let mut progress = Progress::new(self.arguments.progress, size);
        let write = |answers: &Answers| {
            let mut told = 0;
            for (at, complaint) in &answers.complaints {
                output.text(answers.text.get(told..*at).unwrap_or_default())?;
                told = *at;
                // So that on a terminal the complaint stands where its answer would.
                output.finish()?;
                progress.clear();
                complain_as_it_is(complaint);
            }
            output.text(answers.text.get(told..).unwrap_or_default())?;
            output.finish()?;
            progress.add(answers.cases, answers.read);
            Ok(())
        };
        let clerk = || Clerk { office: self, outcomes: self.outcomes() };
        batch::run(lines, clerk, write, |error| self.wrong(&plainly(error)))
    }
}

/// Answers lines on one thread.
struct Clerk<'a> {
    office: &'a Office<'a>,
    outcomes: OutcomeLines,
}

impl batch::Clerk for Clerk<'_> {
    fn answer(&mut self, block: &Block, answers: &mut Answers) -> Result<(), Stop> {
        block.each(self.office.most, |number, line| {
            let status = self.line(number, line, answers)?;
            answers.count(status);
            Ok(())
        })
    }
}

impl Clerk<'_> {
    fn line(&mut self, number: u64, line: Line<'_>, answers: &mut Answers) -> Result<Status, Stop> {
        let problem = |message| Problem::of_whole("unreadable", message);
        let line = match line {
            Line::Text(line) => line,
            Line::NoText(byte) => {
                let message = format!("byte {byte} of the line is not UTF-8");
                return Ok(self.reported(number, None, vec![problem(message)], answers));
            }
            Line::TooLong => {
                let most = self.office.most;
                let message = format!("the line has more than {most} bytes, the most that are allowed");
                return Ok(self.reported(number, None, vec![problem(message)], answers));
            }
        };
        if self.office.arguments.format == AnswerFormat::Outcome {
            let came = self.outcomes.write(line, Some(number), &mut answers.text);
            return Ok(match came.map_err(|error| self.office.refused(&error))? {
                outcomes::Line::Answered(standing) => status(standing),
                outcomes::Line::Refused => Status::Found,
            });
        }
        let DatedCase { id, facts } = cases::read_dated(line, &self.office.timeline);
        match facts {
            Ok(governed) => {
                let answer = self.office.governed(governed)?;
                self.told(number, id, &answer, answers);
                Ok(status(answer.standing()))
            }
            Err(problems) => Ok(self.reported(number, id, problems, answers)),
        }
    }

    fn told(&self, number: u64, id: Option<Json>, answer: &SetAnswer, answers: &mut Answers) {
        let text = match self.office.arguments.format {
            AnswerFormat::Text => {
                let heading = heading(number, id.as_ref());
                format!("{heading}\n{}", render::set_answer_in_brief(answer))
            }
            AnswerFormat::Json => numbered(number, id, [("answer", answer.envelope())]).canonical(),
            AnswerFormat::Body => answer.body(),
            AnswerFormat::Outcome => answer.outcomes().canonical(),
        };
        answers.text.push_str(&text);
        answers.text.push('\n');
    }

    fn reported(
        &self,
        number: u64,
        id: Option<Json>,
        mut problems: Vec<Problem>,
        answers: &mut Answers,
    ) -> Status {
        match self.office.arguments.format {
            AnswerFormat::Text => {
                cases::on_line(number, &mut problems);
                answers.complaints.push((answers.text.len(), self.office.complaint(&problems)));
            }
            AnswerFormat::Json | AnswerFormat::Body | AnswerFormat::Outcome => {
                outcomes::refuse(Some(number), id, problems, &mut answers.text);
            }
        }
        Status::Found
    }
}

/// A decision in error is something found, whoever asked.
fn status(standing: Standing) -> Status {
    match standing {
        Standing::Failed => Status::Found,
        Standing::Decided | Standing::Open => Status::Fine,
    }
}

/// What a case is called: its id, or its line.
fn heading(number: u64, id: Option<&Json>) -> String {
    match id {
        Some(Json::Text(id)) => evenhand::value::form::escaped(id),
        Some(id) => id.canonical(),
        None => format!("line {number}"),
    }
}
