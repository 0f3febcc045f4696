//! A policy that grows from block to block of a document.
//!
//! The text is cut by its layout: what begins at the margin is an item, and what begins at the indentation of a
//! block's members is a member of it. That is enough for documents, which are laid out alike, and needs no
//! parser.

/// A policy as a list of items, each a list of lines.
#[derive(Clone, Default)]
pub(super) struct Growing {
    items: Vec<Vec<String>>,
}

impl Growing {
    pub(super) fn begin(text: &str) -> Growing {
        Growing { items: cut(&lines(text), 0) }
    }

    /// Adds the items of `text`; those of a name that is there take its place.
    pub(super) fn join(&mut self, text: &str) {
        self.items = joined(&self.items, cut(&lines(text), 0), 0);
    }

    /// The last part of the policy's name.
    pub(super) fn name(&self) -> String {
        let words = self.items.iter().flatten().filter_map(|it| it.strip_prefix("policy "));
        let name = words.map(|it| it.split(' ').next().unwrap_or_default()).next().unwrap_or_default();
        name.rsplit('.').next().unwrap_or_default().to_owned()
    }

    pub(super) fn text(&self) -> String {
        self.items.iter().map(|it| it.join("\n") + "\n").collect::<Vec<_>>().join("\n")
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Cuts lines into members that begin at this indentation. Comments stay with what follows them.
fn cut(lines: &[String], indentation: usize) -> Vec<Vec<String>> {
    let mut members: Vec<Vec<String>> = Vec::new();
    let mut comments = Vec::new();
    for line in lines {
        let own = line.len() - line.trim_start().len();
        let begins = own == indentation && !line.trim().is_empty() && !line.trim_start().starts_with('}');
        match (begins, members.last_mut()) {
            (true, _) if line.trim_start().starts_with('#') => comments.push(line.clone()),
            (true, _) => {
                comments.push(line.clone());
                members.push(std::mem::take(&mut comments));
            }
            (false, Some(member)) => member.push(line.clone()),
            (false, None) => {}
        }
    }
    for member in &mut members {
        while member.last().is_some_and(|it| it.trim().is_empty()) {
            member.pop();
        }
    }
    members
}

fn joined(old: &[Vec<String>], new: Vec<Vec<String>>, indentation: usize) -> Vec<Vec<String>> {
    let mut all = old.to_vec();
    for member in new {
        let name = name_of(&member);
        match all.iter_mut().find(|it| name_of(it) == name) {
            Some(place) => *place = into(place, member, indentation + 2),
            None => all.push(member),
        }
    }
    all
}

/// What stands in the place of `old`: `new`, or, where `new` begins with `…`, both.
fn into(old: &[String], new: Vec<String>, indentation: usize) -> Vec<String> {
    let elided = new.get(1).is_some_and(|it| it.trim() == "…");
    let ([first, inner @ .., last], true) = (old, elided) else { return new };
    let added = cut(&new[2..new.len() - 1], indentation);
    let mut lines = vec![first.clone()];
    lines.extend(joined(&cut(inner, indentation), added, indentation).into_iter().flatten());
    lines.push(last.clone());
    lines
}

/// The keyword and the name of an item, or the name of a field.
fn name_of(member: &[String]) -> String {
    let line = member.iter().map(|it| it.trim()).find(|it| !it.starts_with('#')).unwrap_or_default();
    let (word, rest) = line.split_once([' ', ':']).unwrap_or((line, ""));
    match word {
        "policy" | "facts" | "stages" | "otherwise" => word.to_owned(),
        "test" | "assume" | "property" => format!("{word} {}", rest.split('"').nth(1).unwrap_or_default()),
        _ if line[word.len()..].starts_with(':') || rest.starts_with('{') => word.to_owned(),
        _ => {
            let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
            format!("{word} {}", &rest[..end])
        }
    }
}
