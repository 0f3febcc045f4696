//! The fenced blocks and the headings of a Markdown text.

/// A fenced block.
pub(super) struct Block<'t> {
    /// The words after the backticks.
    pub(super) info: &'t str,
    /// What stands between the fences.
    pub(super) text: &'t str,
    /// The line of the first fence, counted from 1.
    pub(super) line: usize,
    /// How many headings of the second level stand before it.
    pub(super) chapter: usize,
}

impl<'t> Block<'t> {
    /// The commands of a console, each with the output that is shown.
    pub(super) fn commands(&self) -> Vec<(&'t str, Vec<&'t str>)> {
        let mut commands: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in self.text.lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command, Vec::new())),
                (None, Some((_, output))) => output.push(line),
                (None, None) => panic!("a console begins with `$ `, not with `{line}`"),
            }
        }
        for (_, output) in &mut commands {
            while output.last().is_some_and(|it| it.is_empty()) {
                output.pop();
            }
        }
        commands
    }
}

/// All fenced blocks, in order.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, usize, usize)> = None;
    let (mut at, mut chapter) = (0, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        chapter += usize::from(open.is_none() && line.starts_with("## "));
        if let Some(info) = line.trim_end().strip_prefix("```") {
            open = match open {
                None => Some((info, number + 1, at + line.len())),
                Some((info, line, from)) => {
                    blocks.push(Block { info, text: &text[from..at], line, chapter });
                    None
                }
            };
        }
        at += line.len();
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// The names by which links reach the headings.
pub(super) fn headings(text: &str) -> Vec<String> {
    let titles = text.lines().filter(|it| it.starts_with('#')).map(|it| it.trim_start_matches('#').trim());
    let kept = |it: char| it.is_alphanumeric() || it == '-' || it == '_';
    titles.map(|it| it.to_lowercase().replace(' ', "-").chars().filter(|it| kept(*it)).collect()).collect()
}
