//! Every limit, by name. A limit is met at compile time or at intake, never during a decision, and
//! raising one changes no answer.

/// What a host allows a policy and its facts to cost. [`Limits::default`] suits a server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one policy text. Default 4 MiB.
    pub source_bytes: usize,
    /// Depth of brackets in a policy text. Default 24, and never more than 24: the parser's stack is
    /// sized for it.
    pub nesting: usize,
    /// Rules in one policy, over all decisions. Default 200,000.
    pub rules: usize,
    /// Nodes of the compiled program, which is also the number of steps of one decision. Default 4,000,000.
    pub steps: usize,
    /// Facts of one policy, the items of its lists counted at their most. Default 20,000.
    pub facts: usize,
    /// Bytes of one facts document. Default 1 MiB.
    pub facts_bytes: usize,
    /// Depth of brackets in a facts document. Default 64.
    pub facts_nesting: usize,
    /// Elements of one list in a facts document. Default 10,000.
    pub list_length: usize,
    /// Characters of one text value, whatever the policy allows. Default 100,000.
    pub text_length: usize,
    /// Findings reported for one policy; the rest are counted. Default 200.
    pub findings: usize,
}

/// The deepest nesting that [`Limits::nesting`] can allow.
pub const DEEPEST_NESTING: usize = 24;

impl Default for Limits {
    fn default() -> Self {
        Limits {
            source_bytes: 4 << 20,
            nesting: DEEPEST_NESTING,
            rules: 200_000,
            steps: 4_000_000,
            facts: 20_000,
            facts_bytes: 1 << 20,
            facts_nesting: 64,
            list_length: 10_000,
            text_length: 100_000,
            findings: 200,
        }
    }
}
