//! What proofs find: codes P101 to P299.
//!
//! P1 what can go wrong in some case, P2 what does nothing.

use crate::diag::Code;

crate::diag::codes! {
    /// Some cases get no answer from a decision.
    ///
    /// The rules of the decision do not cover every case, and there is no `otherwise`. The message shows a case
    /// that the policy accepts and that no rule covers; deciding it is an error.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days then approve }
    ///   rule too_late { when owned > 31 days then deny }
    /// }
    /// ```
    ///
    /// Cover the cases, or say what happens otherwise:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days then approve }
    ///   rule too_late { when owned > 30 days then deny }
    /// }
    /// ```
    GAP = "P101" "gap" Error;

    /// Nothing shows that a decision without `otherwise` has an answer in every case.
    ///
    /// The rules turn on something that the proofs do not look into (a product of two facts, months, a
    /// calendar, a long list), or there are too many combinations. A decision without `otherwise` has to be
    /// shown complete.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { length: integer between 0 and 100, width: integer between 0 and 100 }
    /// decision parcel {
    ///   outcome small
    ///   outcome large
    ///   rule small { when length * width <= 100 then small }
    ///   rule large { when width * length >= 101 and length + width >= 20 then large }
    /// }
    /// ```
    ///
    /// Say what happens otherwise:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { length: integer between 0 and 100, width: integer between 0 and 100 }
    /// decision parcel {
    ///   outcome small
    ///   outcome large
    ///   rule small { when length * width <= 100 then small }
    ///   otherwise large
    /// }
    /// ```
    GAP_NOT_SHOWN = "P102" "gap-not-shown" Error;

    /// Two rules hold in one case and say different things.
    ///
    /// Neither overrides the other, so the decision is an error in such a case. The message shows one, and what
    /// each rule says of it.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days, opened: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days then approve }
    ///   rule opened  { when opened then deny }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Say which one counts, or let the conditions exclude each other:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days, opened: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days then approve }
    ///   rule opened overrides in_time { when opened then deny }
    ///   otherwise deny
    /// }
    /// ```
    CONFLICT = "P103" "conflict" Error;

    /// Nothing shows that the rules of a decision never disagree.
    ///
    /// Where two rules hold, one turns on something that the proofs do not look into (a product of two facts,
    /// months, a calendar, a long list), or there are too many combinations.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { length: integer between 0 and 100, width: integer between 0 and 100 }
    /// decision parcel {
    ///   outcome small
    ///   outcome large
    ///   rule small { when width > 0 then small }
    ///   rule large { when width > 0 and length * length is 2 * (width * width) then large }
    ///   otherwise small
    /// }
    /// ```
    ///
    /// Let one of the rules that may meet override the other, or acknowledge it with `allow`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { length: integer between 0 and 100, width: integer between 0 and 100 }
    /// decision parcel {
    ///   outcome small
    ///   outcome large
    ///   rule large { when length * width > 400 then large }
    ///   otherwise small
    /// }
    /// ```
    CONFLICT_NOT_SHOWN = "P104" "conflict-not-shown" Warning;

    /// A property does not hold.
    ///
    /// The message shows a case in which it is false, and what the decisions come to there.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { paid: money USD between USD 0 and USD 100, shipping: money USD between USD 0 and USD 10 }
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   always approve(amount: paid + shipping)
    /// }
    /// property "never more than was paid": refund is approve implies refund.amount <= paid
    /// ```
    ///
    /// Mend the rules, or the property:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { paid: money USD between USD 0 and USD 100 }
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   always approve(amount: paid)
    /// }
    /// property "never more than was paid": refund is approve implies refund.amount <= paid
    /// ```
    PROPERTY_FAILS = "P105" "property-fails" Error;

    /// Nothing shows that a property holds, and no case was found against it.
    ///
    /// It turns on something that the proofs do not look into (a product of two facts, months, a calendar, a
    /// long list), or there are too many combinations.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { length: integer between 1 and 100, width: integer between 1 and 100 }
    /// property "an area is at least its length": length * width >= length
    /// ```
    ///
    /// State it of terms that are linear, or acknowledge it with `allow`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { length: integer between 1 and 100, width: integer between 1 and 100 }
    /// property "a rim is at least its length": length + width >= length
    /// ```
    PROPERTY_NOT_SHOWN = "P106" "property-not-shown" Warning;

    /// No facts meet all assumptions.
    ///
    /// Facts that break an assumption are refused. These refuse every case, so nothing is ever decided.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { bought_on: date, returned_on: date }
    /// assume "returned later": returned_on is later than bought_on
    /// assume "bought later": bought_on is later than returned_on
    /// ```
    ///
    /// Loosen one of them:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { bought_on: date, returned_on: date }
    /// assume "returned later": returned_on is no earlier than bought_on
    /// assume "bought before": bought_on is no later than returned_on
    /// ```
    NO_CASE = "P107" "no-case" Error;

    /// A rule never decides.
    ///
    /// Either no case meets its condition, or wherever it holds another rule overrides it. It is there by
    /// mistake, or what stands above it is wider than was meant.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days, opened: boolean }
    /// decision refund first {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days then approve }
    ///   rule opened  { when opened and owned <= 15 days then deny }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Put it where it counts, or remove it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days, opened: boolean }
    /// decision refund first {
    ///   outcome approve
    ///   outcome deny
    ///   rule opened  { when opened and owned <= 15 days then deny }
    ///   rule in_time { when owned <= 30 days then approve }
    ///   otherwise deny
    /// }
    /// ```
    DEAD_RULE = "P201" "dead-rule" Warning;

    /// A rule changes nothing: wherever it decides, another rule says the same.
    ///
    /// Rules with a reason of their own (`because`, `cites`) are not reported.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days, opened: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days then approve }
    ///   rule at_once { when owned <= 14 days and not opened then approve }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Remove it, or give it its reason:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days, opened: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days then approve }
    ///   rule at_once { when owned <= 14 days and not opened then approve because "You may withdraw at once." }
    ///   otherwise deny
    /// }
    /// ```
    REDUNDANT_RULE = "P202" "redundant-rule" Warning;

    /// A part of a condition could as well always be true: it changes nothing.
    ///
    /// The rest of the condition says it already, or the bounds and assumptions do. Often a number or a
    /// comparison is not the one that was meant.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days and owned < 60 days then approve }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Remove it, or say what was meant:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days then approve }
    ///   otherwise deny
    /// }
    /// ```
    ALWAYS_TRUE = "P203" "always-true" Warning;

    /// A part of a condition could as well never be true: it changes nothing.
    ///
    /// Where it is true, the rest of the condition is not, or another part is as well.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days, opened: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days and (not opened or owned > 45 days) then approve }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Remove it, or say what was meant:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days, opened: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days and not opened then approve }
    ///   otherwise deny
    /// }
    /// ```
    NEVER_TRUE = "P204" "never-true" Warning;

    /// A rule overrides one with which it never holds together.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days then approve }
    ///   rule too_late overrides in_time { when owned > 30 days then deny }
    /// }
    /// ```
    ///
    /// Remove the override:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time { when owned <= 30 days then approve }
    ///   rule too_late { when owned > 30 days then deny }
    /// }
    /// ```
    IDLE_OVERRIDE = "P205" "idle-override" Warning;

    /// `otherwise` never decides, because the rules cover every case.
    ///
    /// It hides the gap that a later change opens: without it the gap would be found.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time  { when owned <= 30 days then approve }
    ///   rule too_late { when owned > 30 days then deny }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { owned: days between 0 days and 1000 days }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule in_time  { when owned <= 30 days then approve }
    ///   rule too_late { when owned > 30 days then deny }
    /// }
    /// ```
    IDLE_OTHERWISE = "P206" "idle-otherwise" Warning;

    /// A disclosure or a step is never required.
    ///
    /// No case that the policy accepts meets its condition, so it is never said or done.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// stages closing
    /// facts { paid: money USD between USD 0 and USD 100 }
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   always approve(amount: paid)
    ///   disclosure fee {
    ///     when refund is approve and refund.amount < paid
    ///     before closing
    ///     say in en "A fee has been taken off."
    ///   }
    /// }
    /// ```
    ///
    /// Mend its condition, or what the decision says:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// stages closing
    /// facts { paid: money USD between USD 0 and USD 100 }
    /// decision refund {
    ///   outcome approve(amount: money USD)
    ///   always approve(amount: (95% of paid) rounded down to USD 0.01)
    ///   disclosure fee {
    ///     when refund is approve and refund.amount < paid
    ///     before closing
    ///     say in en "A fee has been taken off."
    ///   }
    /// }
    /// ```
    IDLE_DUTY = "P207" "idle-duty" Warning;
}

/// Every code of this storey, in order of its id.
pub fn all() -> impl Iterator<Item = &'static Code> {
    ALL.iter().copied()
}
