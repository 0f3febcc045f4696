//! The grammar of `grammar/evenhand.pest`, as pest derives it. Nothing else stands here, because the derived
//! items carry no documentation of their own.
#![allow(missing_docs, clippy::all)]

/// The generated parser.
#[derive(pest_derive::Parser)]
#[grammar = "grammar/evenhand.pest"]
pub(super) struct Grammar;
