//! What the engine proves, asked in the words of [`Question`].

use std::collections::BTreeMap;

use evenhand::Policy;
use evenhand::policy::proofs::{self, Existence, Reason};
use serde_json::Value as Json;

use crate::generate::rng::Rng;
use crate::oracle::claims::{claims, contradiction};
use crate::oracle::question::{Question, holds_in, obligations, questions};
use crate::oracle::some_facts;
use crate::reference::evaluate::{Case, Outside};
use crate::reference::intake::read_facts;
use crate::reference::model::Model;
use crate::reference::{parse, violated};

/// The same question as the engine is asked it; nothing where it is not.
pub(crate) fn asked(model: &Model, question: &Question) -> Option<proofs::Question> {
    Some(match *question {
        Question::Case => proofs::Question::Case,
        Question::Gap(d) => proofs::Question::Gap(d),
        Question::Conflict(d) => proofs::Question::Conflict(d),
        Question::Conflicting(d, a, b) => proofs::Question::Conflicting(d, a, b),
        Question::Decides(d, r) => proofs::Question::Decides(d, r),
        Question::Together(d, a, b) => proofs::Question::Together(d, a, b),
        Question::Otherwise(d) => proofs::Question::Otherwise(d),
        Question::Happens(d, o) => proofs::Question::Happens(d, o),
        Question::Violates(p) => proofs::Question::Violates(p),
        Question::Required(place) => {
            let mut left = place;
            for (d, decision) in model.decisions.iter().enumerate() {
                if left < decision.obligations.len() {
                    return Some(proofs::Question::Required(d, left));
                }
                left -= decision.obligations.len();
            }
            assert!(left < obligations(model).len(), "a declared obligation");
            proofs::Question::RequiredAtTop(left)
        }
        Question::Fault
        | Question::Depends(_)
        | Question::Holds(..)
        | Question::Keeps(_)
        | Question::Alone(..)
        | Question::Part(..) => return None,
    })
}

/// An answer in a word.
pub(crate) fn word(answer: &Existence) -> &'static str {
    match answer {
        Existence::Yes(_) => "yes",
        Existence::No => "no",
        Existence::NotShown(Reason::Steps) => "no steps",
        Existence::NotShown(Reason::Unseen(_)) => "unseen",
        Existence::NotShown(Reason::Numbers) => "numbers",
    }
}

/// What was tried on a policy.
#[derive(Default)]
pub(crate) struct Tried {
    pub(crate) witnesses: usize,
    pub(crate) nones: usize,
}

/// Holds answers against the reference: a witness is what it is said to be, and none of `rounds` random cases is
/// one that is said not to be there. The error says what is wrong.
pub(crate) fn hold(
    model: &Model,
    answers: &[(Question, Existence)],
    rng: &mut Rng,
    rounds: usize,
    tried: &mut Tried,
) -> Result<(), (String, String)> {
    let mut not_shown = None;
    for (question, answer) in answers {
        if let Existence::NotShown(reason) = answer {
            let kind = format!("{} {}", question.parts().0, word(answer));
            not_shown.get_or_insert((kind, format!("{question:?} is not shown: {reason:?}")));
        }
        let Existence::Yes(witness) = answer else { continue };
        let text = witness.facts().canonical();
        let wrong =
            |told: String| (format!("{} yes", question.parts().0), format!("{question:?}: {told}, {text}"));
        let json: Json = serde_json::from_str(&text).map_err(|it| wrong(it.to_string()))?;
        let facts = read_facts(model, &json).map_err(wrong)?;
        if let Some(assume) = violated(model, &facts) {
            return Err(wrong(format!("`{assume}` does not hold")));
        }
        if !holds_in(&Case::new(model, &facts, Outside::Nothing), question) {
            return Err(wrong("is not so".into()));
        }
        tried.witnesses += 1;
    }
    let no: Vec<&Question> = answers.iter().filter(|it| it.1 == Existence::No).map(|it| &it.0).collect();
    for round in 0..rounds {
        let Some(facts) = some_facts(model, rng, 3) else { continue };
        let case = Case::new(model, &facts, Outside::Nothing);
        // Reading a policy anew for each case is slow: a few cases serve.
        let asked = |it: &&&Question| round < 12 || !matches!(it, Question::Part(..));
        if let Some(question) = no.iter().filter(asked).find(|it| holds_in(&case, it)) {
            let told = format!("{question:?} is proved not to be, but is so of {facts:?}");
            return Err((format!("{} no", question.parts().0), told));
        }
        tried.nones += no.len();
    }
    // All of a made policy is in the exact fragment.
    not_shown.map_or(Ok(()), Err)
}

/// Every answer of the engine.
pub(crate) fn answers(policy: &Policy, model: &Model) -> Vec<(Question, Existence)> {
    let mut prover = policy.prover();
    let all = questions(model).into_iter();
    all.filter_map(|it| asked(model, &it).map(|own| (it, prover.ask(own)))).collect()
}

/// Asks everything of a policy and holds the answers against the reference; the error is a kind of mistake, and
/// what is wrong.
pub(crate) fn tried(
    text: &str,
    seed: u64,
    rounds: usize,
    counts: &mut BTreeMap<String, usize>,
    tried: &mut Tried,
) -> Result<(), (String, String)> {
    let Ok(policy) = Policy::compile(text) else { return Ok(()) };
    let file = parse(text);
    let model = Model::new(&file, text);
    let answers = answers(&policy, &model);
    for (question, answer) in &answers {
        *counts.entry(format!("{} {}", question.parts().0, word(answer))).or_default() += 1;
    }
    let proofs = policy.prove();
    for finding in proofs.findings() {
        *counts.entry(format!("finding {}", finding.code.name)).or_default() += 1;
    }
    // A finding is one more question, answered.
    let claimed = proofs.findings().iter().flat_map(|it| claims(&model, it)).filter(|it| !it.1);
    let all: Vec<_> = answers.iter().cloned().chain(claimed.map(|it| (it.0, Existence::No))).collect();
    hold(&model, &all, &mut Rng::new(seed), rounds, tried)?;
    contradiction(&policy, &model, &proofs, &answers).map_or(Ok(()), Err)
}

/// What is wrong with the engine's answers, tried with more cases.
pub(crate) fn failure(text: &str, seed: u64) -> Option<(String, String)> {
    tried(text, seed, 60, &mut BTreeMap::new(), &mut Tried::default()).err()
}
