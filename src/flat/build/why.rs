//! Makes the diagrams that name the rules that decide, and takes over their words.

use crate::{
    flat::{
        build::{
            Budget,
            diagram::{Diagrams, Rules},
            read_by,
            reads::Reads,
        },
        why::{Piece, Why, Whys},
    },
    hir::{self, Notes},
    ir::{Holes, Program},
};

/// Which rules decide, for each decision.
pub(super) fn whys(
    diagrams: &mut Diagrams<'_, '_>,
    plans: Vec<Rules<'_>>,
    program: &Program,
    budget: Budget,
) -> Whys {
    let mut whys = Whys { roots: Vec::new(), reads: Vec::new(), rules: Vec::new() };
    for (plan, written) in plans.into_iter().zip(&program.decisions) {
        let decision = plan.decision;
        whys.reads.push(read_by(program, plan.index, true));
        let tests = budget.of(plan.rules.len());
        whys.roots.push(diagrams.diagram(&Rules { named: true, ..plan }, tests));
        let reads = &mut diagrams.conditions.reads;
        let rules = decision.map_or(&[][..], |it| &it.rules);
        let pairs = rules.iter().zip(&written.rules);
        let mut all: Vec<Why> =
            pairs.map(|(rule, plan)| why(reads, &rule.name, &rule.notes, &plan.because)).collect();
        let fallback = decision.and_then(|it| it.otherwise.as_ref());
        if let (Some(fallback), Some(plan)) = (fallback, &written.fallback) {
            let always = decision.is_some_and(|it| it.always);
            let name = if always { "always" } else { "otherwise" };
            all.push(why(reads, name, &fallback.notes, &plan.because));
        }
        whys.rules.push(all);
    }
    whys
}

fn why(reads: &mut Reads<'_>, name: &str, notes: &Notes, holes: &[Holes]) -> Why {
    let texts = notes.because.iter().zip(holes);
    let because = texts.map(|(template, holes)| {
        let mut nodes = holes.iter();
        let mut piece = |part: &hir::Part| match part {
            hir::Part::Text(text) => Some(Piece::Text(text.clone())),
            hir::Part::Value { ty, source, .. } => {
                let value = reads.argument(*nodes.next()?);
                Some(Piece::Value { value, ty: *ty, source: source.clone() })
            }
        };
        template.parts.iter().filter_map(&mut piece).collect()
    });
    Why { name: name.to_owned(), because: because.collect(), cites: notes.cites.clone() }
}
