//! Lists, days and amounts in several currencies: codes T640 to T659.

crate::diag::codes! {
    /// An item of a list has a name that something else has.
    ///
    /// Inside the brackets, the name stands for the item. If it were the name of a fact too, nobody could tell
    /// which of the two is meant, so nothing is hidden by it.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts {
    ///   price: money USD
    ///   items: list of record { price: money USD } up to 50
    /// }
    /// assume "no item is free": every price in items has (price.price > USD 0)
    /// ```
    ///
    /// Give the item a name of its own:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts {
    ///   price: money USD
    ///   items: list of record { price: money USD } up to 50
    /// }
    /// assume "no item is free": every i in items has (i.price > USD 0)
    /// ```
    ITEM_NAME_TAKEN = "T640" "item-name-taken" Error;

    /// A list stands where only one value can.
    ///
    /// Lists are facts. Their items are gone over where they are read, each with a name; a parameter, an
    /// outcome or a setting is one value, and the items of a list hold no lists.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { orders: list of record { prices: list of money USD up to 5 } up to 10 }
    /// ```
    ///
    /// Make the inner list one of its own, whose items say to what they belong:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts {
    ///   orders: list of record { number: integer } up to 10
    ///   prices: list of record { order_number: integer, price: money USD } up to 50
    /// }
    /// ```
    LIST_NOT_HERE = "T641" "list-not-here" Error;

    /// A test gives a list more items than it can have.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { ratings: list of integer up to 3 }
    /// decision review {
    ///   outcome needed
    ///   outcome not_needed
    ///   rule low { when any r in ratings has (r < 2) then needed }
    ///   otherwise not_needed
    /// }
    /// test "four ratings" {
    ///   given  ratings (5, 4, 5, 1)
    ///   expect review is needed
    /// }
    /// ```
    ///
    /// Raise what follows `up to`, or give fewer items:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { ratings: list of integer up to 10 }
    /// decision review {
    ///   outcome needed
    ///   outcome not_needed
    ///   rule low { when any r in ratings has (r < 2) then needed }
    ///   otherwise not_needed
    /// }
    /// test "four ratings" {
    ///   given  ratings (5, 4, 5, 1)
    ///   expect review is needed
    /// }
    /// ```
    LIST_TOO_LONG = "T642" "list-too-long" Error;

    /// What stands after `in` is no list.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { total: money USD }
    /// assume "no item is free": every i in total has (i > USD 0)
    /// ```
    ///
    /// Name a list of facts:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { prices: list of money USD up to 50 }
    /// assume "no item is free": every i in prices has (i > USD 0)
    /// ```
    NO_LIST = "T643" "no-list" Error;

    /// The highest or lowest of perhaps no items is used.
    ///
    /// Of no items there is no highest price, and none is made up. A condition before it has to make sure
    /// that there is an item, or `or else` says what it is then.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { prices: list of money USD up to 50 }
    /// assume "nothing costs too much": highest of p for each p in prices <= USD 500
    /// ```
    ///
    /// Ask first, or say what it is where there is none:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { prices: list of money USD up to 50 }
    /// assume "nothing costs too much": prices is empty or highest of p for each p in prices <= USD 500
    /// assume "nor too little": lowest of p for each p in prices or else USD 1 >= USD 1
    /// ```
    MAY_BE_EMPTY = "T644" "may-be-empty" Error;

    /// There can be more days than `up to` says, and nothing may be taken as given about them.
    ///
    /// How many days there are at most is taken as given, like an assumption, and facts that break it are
    /// refused. An assumption speaks of facts; so where a day comes from a parameter, from an item or from a
    /// decision, the bounds of the dates have to show it.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { today: date, closed: list of date up to 20 }
    /// define open_days(since: date) =
    ///   count of d in days from since through today up to 100 where not (closed includes d)
    /// assume "open": open_days(2026-01-01) > 0
    /// ```
    ///
    /// Give the dates bounds, or use facts:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts {
    ///   today: date between 2026-01-01 and 2026-03-31
    ///   closed: list of date up to 20
    /// }
    /// define open_days(since: date between 2026-01-01 and 2026-03-31) =
    ///   count of d in days from since through today up to 100 where not (closed includes d)
    /// assume "open": open_days(2026-01-01) > 0
    /// ```
    TOO_MANY_DAYS = "T645" "too-many-days" Error;

    /// An amount in one of several currencies is used before its currency is known.
    ///
    /// Amounts in different currencies never mix. Such an amount can be passed on and compared with `is`; to
    /// compare or compute with its number, a condition has to say first in which currency it is.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { price: money EUR or GBP }
    /// assume "small": price <= EUR 100
    /// ```
    ///
    /// Ask first. What follows is then an amount in that currency:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { price: money EUR or GBP }
    /// assume "small": price is in EUR and price <= EUR 100 or price is in GBP and price <= GBP 90
    /// ```
    CURRENCY_NOT_KNOWN = "T646" "currency-not-known" Error;
}
