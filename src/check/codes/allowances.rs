//! What an author says may be: codes T780 to T789.

crate::diag::codes! {
    /// An `allow` names no finding.
    ///
    /// What may be is named as the finding is: by its name in words, which stands in the list of
    /// `evenhand explain --list` and beside its code in a report. A name that is no finding's would silence
    /// nothing, and nobody would see it.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// define large = total > USD 500  allow unused-defintion "the clients of this policy read it"
    /// decision refund {
    ///   outcome approve
    ///   always approve
    /// }
    /// ```
    ///
    /// Name the finding:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// define large = total > USD 500  allow unused-definition "the clients of this policy read it"
    /// decision refund {
    ///   outcome approve
    ///   always approve
    /// }
    /// ```
    UNKNOWN_FINDING = "T780" "unknown-finding" Error;

    /// An `allow` names a finding that cannot be allowed.
    ///
    /// Only warnings can: they leave the policy as it is, and the author may know better. An error refuses the
    /// policy, because it has no meaning or because an answer of it could be wrong; saying why does not change
    /// that. Nor can the warning about an `allow` that silences nothing: such an `allow` is removed.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   allow unknown-name "the host declares its facts later"
    ///   outcome approve
    ///   outcome deny
    ///   rule vip { when vip then approve }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Mend what is found, and leave the `allow` out:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule vip { when vip then approve }
    ///   otherwise deny
    /// }
    /// ```
    NOT_ALLOWABLE = "T781" "not-allowable" Error;

    /// An `allow` gives no reason.
    ///
    /// Whoever reads the policy next asks why the finding was set aside, and whether that still holds. An empty
    /// text answers neither.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// define large = total > USD 500  allow unused-definition ""
    /// decision refund {
    ///   outcome approve
    ///   always approve
    /// }
    /// ```
    ///
    /// Say why it may be:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// define large = total > USD 500  allow unused-definition "the clients of this policy read it"
    /// decision refund {
    ///   outcome approve
    ///   always approve
    /// }
    /// ```
    ALLOWED_WITHOUT_REASON = "T782" "allowed-without-reason" Error;

    /// An `allow` silences nothing.
    ///
    /// What it speaks of is not found in the item that holds it, or another `allow` nearer to it has silenced it
    /// already. Left standing, it would hide the finding when it comes back. It is reported only where
    /// everything that could find it has looked: not in a policy that is refused.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// define large = total > USD 500  allow unused-definition "the clients of this policy read it"
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule small { when not large then approve }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Remove it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// define large = total > USD 500
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule small { when not large then approve }
    ///   otherwise deny
    /// }
    /// ```
    UNUSED_ALLOWANCE = "T783" "unused-allowance" Warning;
}
