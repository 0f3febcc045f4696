//! Presence, ranges, cost and rounding: codes T301 to T599.

crate::diag::codes! {
    /// An optional value is used where it may be absent.
    ///
    /// No value is put in the place of one that is not there, because a missing date read as zero is the
    /// most common silent mistake in policies. A condition before it has to make sure that the value is
    /// there; the check follows definitions too and then shows both places.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { today: date, delivered_on: optional date }
    /// assume "delivered": delivered_on is no later than today
    /// ```
    ///
    /// Ask first. What follows `and`, and what follows `or` after the opposite question, is then safe:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { today: date, delivered_on: optional date }
    /// assume "delivered": delivered_on is absent or delivered_on is no later than today
    /// ```
    MAY_BE_ABSENT = "T301" "may-be-absent" Error;

    /// A parameter of an outcome is read where the decision may have another outcome.
    ///
    /// `refund.amount` exists only when the refund is approved. Anywhere else it would be an amount that
    /// nobody decided on.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD, vip: boolean }
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   outcome deny
    ///   rule quick { when vip then approve(amount: total) }
    ///   otherwise deny
    /// }
    /// property "never more than was paid": refund.amount <= total
    /// ```
    ///
    /// Ask first which outcome it is:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD, vip: boolean }
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   outcome deny
    ///   rule quick { when vip then approve(amount: total) }
    ///   otherwise deny
    /// }
    /// property "never more than was paid": refund is approve implies refund.amount <= total
    /// ```
    OUTCOME_NOT_KNOWN = "T302" "outcome-not-known" Error;

    /// A number can become too large to be computed exactly.
    ///
    /// The bounds of the facts say how large every result can be. Where that is more than 126 bits hold,
    /// the policy is refused now, so that no decision can ever fail or wrap around. Without bounds of its
    /// own a number lies within 10^12.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { width: integer, height: integer, depth: integer, count: integer }
    /// assume "it fits": width * height * depth * count <= 1_000_000
    /// ```
    ///
    /// Give the facts that are named bounds, or round a part of it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts {
    ///   width:  integer between 0 and 10_000
    ///   height: integer between 0 and 10_000
    ///   depth:  integer between 0 and 10_000
    ///   count:  integer between 0 and 10_000
    /// }
    /// assume "it fits": width * height * depth * count <= 1_000_000
    /// ```
    MAY_OVERFLOW = "T401" "may-overflow" Error;

    /// A divisor can be zero.
    ///
    /// Nothing divided by zero has a value, and a decision must always have one. The bounds of a fact or a
    /// condition before the division have to exclude zero.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD, items: integer between 0 and 100 }
    /// assume "cheap": total / items <= USD 10
    /// ```
    ///
    /// Ask first, or give the divisor bounds that exclude zero:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD, items: integer between 0 and 100 }
    /// assume "cheap": items > 0 implies total / items <= USD 10
    /// ```
    MAY_DIVIDE_BY_ZERO = "T402" "may-divide-by-zero" Error;

    /// A computed date can leave the years 1 to 9999.
    ///
    /// Dates that come in lie between 1900 and 2199 unless bounds say otherwise. A date to which very many
    /// days, months or years can be added has no day in the calendar.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { today: date, due_on: date, grace: months }
    /// assume "in time": today is no later than due_on + 100 * grace
    /// ```
    ///
    /// Give the number that is added bounds:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { today: date, due_on: date, grace: months between 0 months and 24 months }
    /// assume "in time": today is no later than due_on + 100 * grace
    /// ```
    MAY_LEAVE_CALENDAR = "T403" "may-leave-calendar" Error;

    /// A value can lie outside the bounds of the parameter that it is given to.
    ///
    /// The bounds of a parameter are a promise to whoever reads the answer. The check knows from the bounds
    /// of the facts between which numbers the value lies, and not all of them are within.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD between USD 0 and USD 500 }
    /// decision refund {
    ///   outcome approve(amount: money USD between USD 0 and USD 100)
    ///   always approve(amount: total)
    /// }
    /// ```
    ///
    /// Cap the value, or widen the bounds:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD between USD 0 and USD 500 }
    /// decision refund {
    ///   outcome approve(amount: money USD between USD 0 and USD 100)
    ///   always approve(amount: total but no more than USD 100)
    /// }
    /// ```
    MAY_LEAVE_BOUNDS = "T404" "may-leave-bounds" Error;

    /// A policy is larger or deeper than the host allows.
    ///
    /// Every policy has a worst-case cost that is known before the first decision. The limits `rules` and
    /// `steps` say how large it may be, and no expression may be nested so deep that a small machine cannot
    /// walk it. A policy that meets them is generated, or repeats itself: put what is repeated into a
    /// definition without parameters, or raise the limit in the host.
    TOO_COSTLY = "T405" "too-costly" Error;

    /// An unrounded value is used where a value has a fixed number of decimals.
    ///
    /// A percentage of an amount and every division have an exact value, which may have more decimals than
    /// money has. It can be compared and computed with as it is. It can become a parameter or stand in a
    /// text only once a rounding is named, because whoever pays decides where the half cent goes.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   always approve(amount: 85% of total)
    /// }
    /// ```
    ///
    /// Name the rounding:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   always approve(amount: (85% of total) rounded half up to USD 0.01)
    /// }
    /// ```
    UNROUNDED = "T501" "unrounded" Error;
}
