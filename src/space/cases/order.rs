//! In which order dimensions are asked.

use crate::space::{
    Space, cases::MOST_DIMENSIONS, diagram::Level, formula::Shape, linear::Var, normal::Normal,
};

/// The level of each dimension that has one, and the terms by level.
pub(super) type Order = (Vec<Option<Level>>, Vec<Vec<(Var, i128)>>);

/// In which order dimensions are asked: those of few values first, and among them those that most rules name;
/// then numbers, terms of several before what they are made of.
pub(super) fn ordered(space: &Space, policies: &[Normal<'_>]) -> Order {
    let mut named: Vec<u64> = vec![0; space.dimensions.len()];
    let mut seen: Vec<u32> = vec![0; space.formulas.len()];
    let mut walk = 0;
    let conditions = policies.iter().flat_map(|it| it.roots());
    for condition in conditions {
        walk += 1;
        let mut open = vec![condition];
        while let Some(at) = open.pop() {
            match seen.get_mut(at as usize) {
                Some(seen) if *seen != walk => *seen = walk,
                _ => continue,
            }
            if let Shape::Within(dimension, _) = space.formulas.shape(at)
                && let Some(count) = named.get_mut(*dimension as usize)
            {
                *count += 1;
            }
            space.formulas.each_operand(at, |it| open.push(it));
        }
    }
    for side in &space.sides {
        let mut open = vec![side.1];
        while let Some(at) = open.pop() {
            if let Shape::Within(dimension, _) = space.formulas.shape(at)
                && let Some(count) = named.get_mut(*dimension as usize)
            {
                *count = (*count).max(1);
            }
            space.formulas.each_operand(at, |it| open.push(it));
        }
    }
    let most = named.iter().copied().max().unwrap_or(0).max(1);
    let mut order: Vec<usize> =
        (0..named.len()).filter(|it| named.get(*it).is_some_and(|it| *it > 0)).collect();
    let key = |dimension: &usize| {
        let count = named.get(*dimension).copied().unwrap_or(0);
        let (term, range) = space
            .dimensions
            .get_index(*dimension)
            .map_or((&[][..], (0, 0)), |(term, it)| (term.as_slice(), (it.low, it.high)));
        let width = range.1.saturating_sub(range.0);
        let few = term.len() == 1 && width <= 1 << 20 && space.is_finite(term);
        // Named about as often is the same: then the one of fewer values comes first.
        let often = 8 - (count.saturating_mul(8) / most);
        (!few, often, std::cmp::Reverse(term.len()), if few { width } else { 0 }, *dimension)
    };
    order.sort_by_key(key);
    order.truncate(MOST_DIMENSIONS);
    let mut levels = vec![None; space.dimensions.len()];
    let mut terms = Vec::with_capacity(order.len());
    for (level, dimension) in order.into_iter().enumerate() {
        if let (Some(place), Some((term, _))) =
            (levels.get_mut(dimension), space.dimensions.get_index(dimension))
        {
            *place = Some(level as Level);
            terms.push(term.clone());
        }
    }
    (levels, terms)
}
