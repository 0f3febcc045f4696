//! Tables: codes T620 to T639.

crate::diag::codes! {
    /// The table of a definition has no row for some values.
    ///
    /// A definition always has a value. The check lays the cells of all rows beside each other and shows one
    /// combination that no row covers.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { zone: one of (EU, UK), bulky: boolean }
    /// define fee by zone, bulky {
    ///   | EU | any | EUR 5 |
    ///   | UK | no  | EUR 8 |
    /// }
    /// assume "cheap": fee < EUR 10
    /// ```
    ///
    /// Add the row, or a last row of `any` in a table that says `first`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { zone: one of (EU, UK), bulky: boolean }
    /// define fee by zone, bulky {
    ///   | EU | any | EUR 5 |
    ///   | UK | no  | EUR 8 |
    ///   | UK | yes | EUR 9 |
    /// }
    /// assume "cheap": fee < EUR 10
    /// ```
    NO_ROW = "T620" "no-row" Error;

    /// Two rows of one table say different things of the same case.
    ///
    /// In a table that does not say `first` no row comes before another. For a definition this would be two
    /// values, for a decision a conflict. The message shows a case that both rows cover.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { points: integer between 0 and 100 }
    /// define discount by points {
    ///   | 0 through 50   | 5%  |
    ///   | 50 through 100 | 10% |
    /// }
    /// assume "small": discount < 20%
    /// ```
    ///
    /// Make the rows exclude each other, or let the order decide with `first`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { points: integer between 0 and 100 }
    /// define discount by points {
    ///   | 0 to under 50  | 5%  |
    ///   | 50 through 100 | 10% |
    /// }
    /// assume "small": discount < 20%
    /// ```
    ROWS_DISAGREE = "T621" "rows-disagree" Error;

    /// Nothing shows that the table of a definition has exactly one value in every case.
    ///
    /// Rows can be compared where every cell is a constant: a value, a list, a range or a comparison with
    /// settings and literals. Where a cell is computed from facts, or a column is an unrounded number, it
    /// cannot be shown that the rows cover every case once.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { price: money EUR, limit: money EUR }
    /// define fee by price {
    ///   | < limit  | EUR 5 |
    ///   | >= limit | EUR 8 |
    /// }
    /// assume "cheap": fee < EUR 10
    /// ```
    ///
    /// Let the order decide, and end with a row of `any`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { price: money EUR, limit: money EUR }
    /// define fee first by price {
    ///   | < limit | EUR 5 |
    ///   | any     | EUR 8 |
    /// }
    /// assume "cheap": fee < EUR 10
    /// ```
    TABLE_NOT_SHOWN = "T622" "table-not-shown" Error;

    /// Nothing lies in a range of a cell.
    ///
    /// Its lower end is above its upper end, or no step of the column lies between the two.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// decision priority {
    ///   outcome high
    ///   outcome low
    ///   table by total {
    ///     | USD 50 through USD 10 | high |
    ///   }
    ///   otherwise low
    /// }
    /// ```
    ///
    /// Write the lower end first:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { total: money USD }
    /// decision priority {
    ///   outcome high
    ///   outcome low
    ///   table by total {
    ///     | USD 10 through USD 50 | high |
    ///   }
    ///   otherwise low
    /// }
    /// ```
    EMPTY_RANGE = "T623" "empty-range" Error;

    /// A cell says the same value twice.
    ///
    /// It changes nothing, and is often a slip in one of the ends.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { points: integer between 0 and 100 }
    /// decision priority {
    ///   outcome high
    ///   outcome low
    ///   table by points {
    ///     | 1 through 5, 5 through 9 | high |
    ///   }
    ///   otherwise low
    /// }
    /// ```
    ///
    /// Correct the ends:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { points: integer between 0 and 100 }
    /// decision priority {
    ///   outcome high
    ///   outcome low
    ///   table by points {
    ///     | 1 through 5, 7 through 9 | high |
    ///   }
    ///   otherwise low
    /// }
    /// ```
    OVERLAP_IN_CELL = "T624" "overlap-in-cell" Warning;

    /// No case reaches a row of a table.
    ///
    /// In a table that says `first`, the rows above it take every case; or a cell lies outside the bounds of
    /// its column.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { vip: boolean, total: money USD }
    /// decision priority {
    ///   outcome high
    ///   outcome low
    ///   table first by vip, total {
    ///     | yes | any       | high |
    ///     | yes | > USD 100 | low  |
    ///     | any | any       | low  |
    ///   }
    /// }
    /// ```
    ///
    /// Put the narrower row first:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { vip: boolean, total: money USD }
    /// decision priority {
    ///   outcome high
    ///   outcome low
    ///   table first by vip, total {
    ///     | yes | > USD 100 | low  |
    ///     | yes | any       | high |
    ///     | any | any       | low  |
    ///   }
    /// }
    /// ```
    ROW_NEVER_REACHED = "T625" "row-never-reached" Warning;

    /// A row of a table repeats another: the same cells with the same result.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { zone: one of (EU, UK, US) }
    /// decision shipping {
    ///   outcome free
    ///   outcome paid
    ///   table by zone {
    ///     | EU, UK | free |
    ///     | UK, EU | free |
    ///   }
    ///   otherwise paid
    /// }
    /// ```
    ///
    /// Remove one of the two:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { zone: one of (EU, UK, US) }
    /// decision shipping {
    ///   outcome free
    ///   outcome paid
    ///   table by zone {
    ///     | EU, UK | free |
    ///   }
    ///   otherwise paid
    /// }
    /// ```
    REPEATED_ROW = "T626" "repeated-row" Warning;

    /// A table says a word that its decision or definition does not allow, or does not say one that it needs.
    ///
    /// A table of a decision that collects says `collect`, because all its rows count; no other table does.
    /// Where a decision says `first`, its order covers the rows too, and its tables say nothing.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { late: boolean }
    /// decision goodwill collect one of (voucher, call_back) {
    ///   table by late {
    ///     | yes | voucher, call_back |
    ///   }
    /// }
    /// ```
    ///
    /// Say `collect`:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { late: boolean }
    /// decision goodwill collect one of (voucher, call_back) {
    ///   table collect by late {
    ///     | yes | voucher, call_back |
    ///   }
    /// }
    /// ```
    TABLE_WORD = "T627" "table-word" Error;

    /// A cell says what no cell can say.
    ///
    /// `any` stands alone in its cell, and `not present` is written `absent`. In a table from a file, a cell
    /// that is none of the forms of a cell can only be a text.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { zone: one of (EU, UK, US) }
    /// decision shipping {
    ///   outcome free
    ///   outcome paid
    ///   table by zone {
    ///     | EU, any | free |
    ///   }
    ///   otherwise paid
    /// }
    /// ```
    ///
    /// Leave the rest out:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { zone: one of (EU, UK, US) }
    /// decision shipping {
    ///   outcome free
    ///   outcome paid
    ///   table by zone {
    ///     | EU | free |
    ///   }
    ///   otherwise paid
    /// }
    /// ```
    NOT_IN_CELL = "T628" "not-in-cell" Error;

    /// The rows of a table by date are not in the order of their dates, or two have the same.
    ///
    /// A row is valid from its date until the day before the next row's.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { posted_on: date between 2025-01-01 and 2030-12-31 }
    /// define tariff by date {
    ///   | starting   | first_kilo |
    ///   | 2025-06-01 | EUR 5      |
    ///   | 2025-01-01 | EUR 4      |
    /// }
    /// assume "cheap": posted_on is earlier than 2025-06-01 or tariff on posted_on < EUR 10
    /// ```
    ///
    /// List them by date:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { posted_on: date between 2025-01-01 and 2030-12-31 }
    /// define tariff by date {
    ///   | starting   | first_kilo |
    ///   | 2025-01-01 | EUR 4      |
    ///   | 2025-06-01 | EUR 5      |
    /// }
    /// assume "cheap": tariff on posted_on < EUR 10
    /// ```
    DATED_ORDER = "T630" "dated-order" Error;

    /// A table by date is read on a day that may be before its first row.
    ///
    /// There is no value then, and none is made up.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { posted_on: date }
    /// define tariff by date {
    ///   | starting   | first_kilo |
    ///   | 2025-01-01 | EUR 4      |
    /// }
    /// assume "cheap": tariff on posted_on < EUR 10
    /// ```
    ///
    /// Give the date bounds, or ask first:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { posted_on: date }
    /// define tariff by date {
    ///   | starting   | first_kilo |
    ///   | 2025-01-01 | EUR 4      |
    /// }
    /// assume "cheap": tariff has a row on posted_on implies tariff on posted_on < EUR 10
    /// ```
    NO_ROW_THEN = "T631" "no-row-then" Error;

    /// `on` and `has a row on` read tables by date, and a table by date is read with `on`.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { posted_on: date between 2025-01-01 and 2030-12-31 }
    /// define tariff by date {
    ///   | starting   | first_kilo |
    ///   | 2025-01-01 | EUR 4      |
    /// }
    /// assume "cheap": tariff.first_kilo < EUR 10
    /// ```
    ///
    /// Say the day:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { posted_on: date between 2025-01-01 and 2030-12-31 }
    /// define tariff by date {
    ///   | starting   | first_kilo |
    ///   | 2025-01-01 | EUR 4      |
    /// }
    /// assume "cheap": tariff.first_kilo on posted_on < EUR 10
    /// ```
    NOT_DATED = "T632" "not-dated" Error;
}
