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
    /// The message names what could have stood there, and for habits of other languages what is written here
    /// instead:
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
    /// An item ends at the latest where the next line begins with an item's keyword, and a rule where the next
    /// part of the decision begins, so that one forgotten bracket does not swallow what follows. A closing
    /// bracket that nothing opened is reported too.
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
    /// assume "deep": ((((((((((((((((((((((((((((((((( n ))))))))))))))))))))))))))))))))) > 0
    /// ```
    ///
    /// Name a part of it with `define`, or take brackets away that change nothing:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { n: integer }
    /// assume "shallow": (n + 1) * 2 > 0
    /// ```
    TOO_DEEP = "S004" "too-deep" Error;

    /// The policy text is longer than the host allows.
    ///
    /// The default is 4 MiB, the limit `source_bytes`. A policy of that size is generated, or is no policy.
    /// Split it, or raise the limit in the host.
    TEXT_TOO_LONG = "S005" "text-too-long" Error;

    /// A control character stands in the text.
    ///
    /// It is invisible in an editor and would make two policies look alike that are not. Tabs and line ends are
    /// no such characters. Remove it; to find it, go to the line and column that the message names.
    CONTROL_CHARACTER = "S006" "control-character" Error;

    /// An operator follows one of its own kind, and it is not clear what belongs together.
    ///
    /// `1 < n < 5`, `a implies b implies c` and `3 days after 5 days after X` are read in two ways by two readers.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { n: integer }
    /// assume "middling": 1 < n < 5
    /// ```
    ///
    /// Write two comparisons, or parentheses:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { n: integer }
    /// assume "middling": 1 < n and n < 5
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
    /// assume "some is left": total - 15% of total rounded half up to USD 0.01 > USD 1
    /// ```
    ///
    /// Put what is rounded in parentheses:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// assume "some is left": total - (15% of total rounded half up to USD 0.01) > USD 1
    /// ```
    ROUNDING_WITHOUT_PARENTHESES = "S008" "rounding-without-parentheses" Error;

    /// A row of a table has more or fewer cells than the table has columns.
    ///
    /// A row has one cell for each column and then what follows: the outcome, or the value. A bar that is
    /// missing or doubled would move every later cell under another column.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean, total: money USD }
    /// decision priority {
    ///   outcome high
    ///   outcome low
    ///   table first by vip, total {
    ///     | yes | high |
    ///     | any | any | low |
    ///   }
    /// }
    /// ```
    ///
    /// Write `any` where a column does not matter:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean, total: money USD }
    /// decision priority {
    ///   outcome high
    ///   outcome low
    ///   table first by vip, total {
    ///     | yes | > USD 100 | high |
    ///     | any | any       | low  |
    ///   }
    /// }
    /// ```
    WRONG_NUMBER_OF_CELLS = "S010" "wrong-number-of-cells" Error;

    /// A table has no rows.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision priority {
    ///   outcome high
    ///   outcome low
    ///   table by vip { }
    ///   otherwise low
    /// }
    /// ```
    ///
    /// A row is a line of cells between bars:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean }
    /// decision priority {
    ///   outcome high
    ///   outcome low
    ///   table by vip {
    ///     | yes | high |
    ///   }
    ///   otherwise low
    /// }
    /// ```
    EMPTY_TABLE = "S011" "empty-table" Error;

    /// A file of rows is not well-formed.
    ///
    /// Fields are separated by commas. A field that holds a comma, a line end or a quote stands in double quotes,
    /// and a quote inside it is written twice.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { zone: one of (EU, UK) }
    /// define fee by zone from "fees.csv"
    /// assume "cheap": fee < EUR 10
    /// # file fees.csv
    /// zone,value,cites
    /// EU,EUR 5,"Tariff 3
    /// UK,EUR 6,
    /// ```
    ///
    /// Close the quote:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { zone: one of (EU, UK) }
    /// define fee by zone from "fees.csv"
    /// assume "cheap": fee < EUR 10
    /// # file fees.csv
    /// zone,value,cites
    /// EU,EUR 5,"Tariff 3"
    /// UK,EUR 6,
    /// ```
    UNREADABLE_FILE = "S012" "unreadable-file" Error;

    /// The first line of a file of rows does not name the columns of its table.
    ///
    /// It names each column after `by`, as it is written there or by its last part, and what follows: `then` in
    /// a decision, `value` in a definition. `row`, `because` and `cites` may be added; anything else would be
    /// read by nobody.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { zone: one of (EU, UK) }
    /// define fee by zone from "fees.csv"
    /// assume "cheap": fee < EUR 10
    /// # file fees.csv
    /// zones,value
    /// EU,EUR 5
    /// UK,EUR 6
    /// ```
    ///
    /// Name them as the table does:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { zone: one of (EU, UK) }
    /// define fee by zone from "fees.csv"
    /// assume "cheap": fee < EUR 10
    /// # file fees.csv
    /// zone,value
    /// EU,EUR 5
    /// UK,EUR 6
    /// ```
    FILE_COLUMNS = "S013" "file-columns" Error;

    /// A table names a file that was not read.
    ///
    /// The compiler opens no files: the host, or the command, passes the file beside the policy. Its name is
    /// relative to the policy's own file.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { zone: one of (EU, UK) }
    /// define fee by zone from "fee.csv"
    /// assume "cheap": fee < EUR 10
    /// # file fees.csv
    /// zone,value
    /// EU,EUR 5
    /// UK,EUR 6
    /// ```
    ///
    /// Name it as it is called:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { zone: one of (EU, UK) }
    /// define fee by zone from "fees.csv"
    /// assume "cheap": fee < EUR 10
    /// # file fees.csv
    /// zone,value
    /// EU,EUR 5
    /// UK,EUR 6
    /// ```
    NO_FILE = "S014" "no-file" Error;
}
