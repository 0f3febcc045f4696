//! From what a calendar says to the lists that it is asked by.

use crate::{
    calendar::{DAY, Day, Plan, Span, hours::Hours, zone::Zone},
    value::date,
};

/// The plan in the form that it asks for: sorted, disjoint, nothing empty.
pub(super) fn orderly(plan: Plan) -> Plan {
    let special = plan.special.into_iter().map(|(day, it)| (day, tidy(it)));
    Plan {
        covers: covers(&plan.covers),
        zone: plan.zone,
        week: plan.week.map(tidy),
        special: special.collect(),
    }
}

/// The covered ranges, sorted, those that touch being one, within the years that there are.
pub(super) fn covers(covers: &[(i128, i128)]) -> Vec<(i128, i128)> {
    let half_open = |it: &(i128, i128)| (it.0.max(date::FIRST), it.1.min(date::LAST).saturating_add(1));
    let merged = merged(covers.iter().map(half_open).collect());
    merged.into_iter().map(|(start, end)| (start, end - 1)).collect()
}

/// A day whose hours are sorted and disjoint, those that touch being one.
fn tidy(day: Day) -> Day {
    let Day::Hours(hours) = day else {
        return day;
    };
    let end = u32::try_from(DAY).unwrap_or(u32::MAX);
    let hours = merged(hours.into_iter().map(|it| (it.0, it.1.min(end))).collect());
    if hours.is_empty() { Day::Closed } else { Day::Hours(hours) }
}

/// Half-open stretches in order, without the empty, and as one where they overlap or touch.
pub(super) fn merged<T: Copy + Ord>(mut stretches: Vec<(T, T)>) -> Vec<(T, T)> {
    stretches.sort_unstable();
    let mut merged: Vec<(T, T)> = Vec::with_capacity(stretches.len());
    for (start, end) in stretches {
        match merged.last_mut() {
            _ if start >= end => {}
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// The business days of each covered range.
pub(super) fn days(plan: &Plan) -> Vec<Span<Vec<i128>>> {
    let is_open = |day: &i128| *plan.on(*day) != Day::Closed;
    let span = |it: &(i128, i128)| {
        let (start, end) = (it.0, it.1 + 1);
        Span { start, end, open: (start..end).filter(is_open).collect() }
    };
    plan.covers.iter().map(span).collect()
}

/// The opening hours of each covered range on the local clock.
pub(super) fn locals(plan: &Plan, days: &[Span<Vec<i128>>]) -> Vec<Span<Hours>> {
    let span = |range: &Span<Vec<i128>>| {
        let (start, end) = (range.start * DAY, range.end * DAY);
        Span { start, end, open: Hours::new(local_hours(plan, &range.open)) }
    };
    days.iter().map(span).collect()
}

/// The opening hours of each covered range as instants. The range ends where the local clock first shows a day
/// after it, and begins where the local clock has left the days before it for good; so every instant of it has a
/// covered local day, also where the clock goes back over midnight.
pub(super) fn instants(plan: &Plan, zone: &Zone, days: &[Span<Vec<i128>>]) -> Vec<Span<Hours>> {
    let span = |range: &Span<Vec<i128>>| {
        let start = zone.never_before(range.start * DAY);
        let end = zone.first_reaching(range.end * DAY);
        // Skipped hours move forward, past the end of the range even.
        let instant = |local| zone.instant_of(local).map(|it| it.clamp(start, end));
        let hours = local_hours(plan, &range.open).into_iter();
        let hours = hours.filter_map(|it| Some((instant(it.0)?, instant(it.1)?)));
        (start < end).then(|| Span { start, end, open: Hours::new(hours.collect()) })
    };
    days.iter().filter_map(span).collect()
}

/// The hours of some business days, as moments of the local clock.
fn local_hours(plan: &Plan, days: &[i128]) -> Vec<(i128, i128)> {
    let of_day = |day: &i128| {
        let hours = match plan.on(*day) {
            Day::Hours(hours) => hours.as_slice(),
            Day::Closed | Day::Open => &[],
        };
        let midnight = *day * DAY;
        hours.iter().map(move |it| (midnight + i128::from(it.0), midnight + i128::from(it.1)))
    };
    days.iter().flat_map(of_day).collect()
}
