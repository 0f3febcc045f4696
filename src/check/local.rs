//! Parameters of definitions: records are taken apart into their leaves.

use crate::{
    check::{
        Checker,
        declare::{LocalInfo, joined},
        types::Shape,
    },
    schema::Type,
    source::Span,
    syntax::ast::{self, Field, FieldKind},
};

impl<'a> Checker<'a> {
    /// Takes a parameter apart into its leaves.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn local(
        &mut self,
        ty: &'a ast::TypeExpression,
        bounds: Option<&ast::Bounds>,
        name: &str,
        parameter: usize,
        within: Option<usize>,
        locals: &mut Vec<LocalInfo>,
        open: &mut Vec<Span>,
    ) {
        let mut push = |leaf, low, high| {
            locals.push(LocalInfo {
                name: name.to_owned(),
                parameter,
                ty: leaf,
                low,
                high,
                optional: ty.optional,
                within,
            });
        };
        match self.shape(ty) {
            None => push(Type::Boolean, 0, 0),
            Some(Shape::Leaf(leaf)) => {
                let (low, high) = self.bounds(leaf, bounds);
                push(leaf, low, high);
            }
            Some(Shape::List(_)) => {
                // What goes over it stays silent: it was reported here.
                push(Type::List(usize::MAX), 0, 0);
                self.list_not_here(ty.span, "a parameter of a definition");
            }
            Some(Shape::Record(_, fields)) => {
                if ty.optional {
                    push(Type::Record, 0, 0);
                }
                let within = if ty.optional { Some(locals.len() - 1) } else { within };
                if open.contains(&ty.span) {
                    return;
                }
                open.push(ty.span);
                self.local_fields(fields, name, parameter, within, locals, open);
                open.pop();
            }
        }
    }

    fn local_fields(
        &mut self,
        fields: &'a [Field],
        name: &str,
        parameter: usize,
        within: Option<usize>,
        locals: &mut Vec<LocalInfo>,
        open: &mut Vec<Span>,
    ) {
        for field in fields {
            let path = joined(name, &field.name.text);
            match &field.kind {
                FieldKind::Group(fields) => self.local_fields(fields, &path, parameter, within, locals, open),
                FieldKind::Leaf { ty, bounds, .. } => {
                    self.local(ty, bounds.as_ref(), &path, parameter, within, locals, open);
                }
            }
        }
    }
}
