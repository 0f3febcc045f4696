//! What can be wrong with the writing of a policy: codes S001 to S099.

crate::diag::codes! {
    /// A text does not fit the grammar.
    ///
    /// The item in which it stands is left out; every other item is still checked. The place is where
    /// reading stopped: the mistake is there or just before it.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule vip { when vip == yes then approve }
    ///   otherwise deny
    /// }
    /// ```
    ///
    /// Write what the message expects:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision refund {
    ///   outcome approve
    ///   outcome deny
    ///   rule vip { when vip is yes then approve }
    ///   otherwise deny
    /// }
    /// ```
    UNEXPECTED_TEXT = "S001" "unexpected-text" Error;

    /// A quoted text is not closed on its line.
    ///
    /// A text ends where its line ends at the latest, so that one forgotten quote does not swallow the rest
    /// of the file.
    ///
    /// ```policy,reports
    /// policy demo language 1 title "Refunds
    /// ```
    ///
    /// Close it on the same line:
    ///
    /// ```policy,accepts
    /// policy demo language 1 title "Refunds"
    /// ```
    UNCLOSED_TEXT = "S002" "unclosed-text" Error;

    /// A bracket is not closed, or is closed by one of another kind.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts {
    ///   vip: boolean
    /// setting limit: integer = 3
    /// ```
    ///
    /// Close it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts {
    ///   vip: boolean
    /// }
    /// setting limit: integer = 3
    /// ```
    UNCLOSED_BRACKET = "S003" "unclosed-bracket" Error;

    /// Brackets are nested too deep.
    ///
    /// The depth of brackets is limited to 32, so that every policy is read on every machine alike. Nobody
    /// can read a condition that deep: name its parts.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { n: integer }
    /// define deep = ((((((((((((((((((((((((((((((((( n )))))))))))))))))))))))))))))))))
    /// ```
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { n: integer }
    /// define shallow = (n + 1) * 2
    /// ```
    TOO_DEEP = "S004" "too-deep" Error;

    /// The policy text is longer than the host allows.
    ///
    /// The default is 4 MiB, the limit `source_bytes`. A policy of that size is generated, or is no policy.
    TEXT_TOO_LONG = "S005" "text-too-long" Error;

    /// A control character stands in the text.
    ///
    /// It is invisible in an editor and would make two policies look alike that are not.
    CONTROL_CHARACTER = "S006" "control-character" Error;

    /// An operator follows one of its own kind, and it is not clear what belongs together.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { n: integer }
    /// define middling = 1 < n < 5
    /// ```
    ///
    /// Write two comparisons, or parentheses:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { n: integer }
    /// define middling = 1 < n and n < 5
    /// ```
    CHAINED_OPERATOR = "S007" "chained-operator" Error;

    /// `rounded` follows `+` or `-`, and it is not clear what is rounded.
    ///
    /// A cent depends on whether a whole sum is rounded or only its last part, so the parentheses are
    /// required.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// define left = total - 15% of total rounded half up to USD 0.01
    /// ```
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// define left = total - (15% of total rounded half up to USD 0.01)
    /// ```
    ROUNDING_WITHOUT_PARENTHESES = "S008" "rounding-without-parentheses" Error;

    /// A construct of the language that this version does not read yet.
    ///
    /// Lists, tables, calendars, times of day, overlays, versions and `use` are described in the manual and
    /// are reserved. They are refused by name rather than misread.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// calendar support { }
    /// ```
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// ```
    NOT_YET = "S009" "not-yet" Error;
}
