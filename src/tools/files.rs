//! What a file says of other files, without looking at them.

use crate::diag::Diagnostics;
use crate::limits::Limits;
use crate::source::Source;
use crate::syntax::{self, ast::Item};

/// The names that a file is found by, and that it looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The policy's name in its header; `None` where the header cannot be read.
    pub own: Option<String>,
    /// The names of the policies that it uses or extends, in order of writing, each once.
    pub needs: Vec<String>,
}

/// The names in a file.
pub fn names(source: &Source, limits: &Limits) -> Names {
    let file = syntax::parse(source.text(), limits, &mut Diagnostics::default());
    let header = file.headers.first();
    let uses = file.items.iter().filter_map(|item| match item {
        Item::Use(it) => Some(&it.file.text),
        _ => None,
    });
    let mut needs: Vec<String> = Vec::new();
    for name in header.and_then(|it| Some(&it.extends.as_ref()?.text)).into_iter().chain(uses) {
        if !needs.contains(name) {
            needs.push(name.clone());
        }
    }
    Names { own: header.map(|it| it.name.text.clone()), needs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_client() {
        let text =
            "policy client extends base language 1\nuse shared.types (Tier)\nuse base\nuse shared.days";
        let names = names(&Source::new("client.policy", text), &Limits::default());
        assert_eq!(names.own.as_deref(), Some("client"));
        assert_eq!(names.needs, ["base", "shared.types", "shared.days"]);
    }
}
