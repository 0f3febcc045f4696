//! Times and calendars: codes T720 to T749.

crate::diag::codes! {
    /// A count can leave what its calendar covers.
    ///
    /// A calendar knows the holidays of the days that it covers and of no others, and a count beyond them would
    /// be a guess. The compiler looks at the earliest and the latest that the facts can be, and at the shortest
    /// and the longest count. The message proposes bounds with which every count has an answer.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday
    /// }
    /// facts { asked_on: date }
    /// decision reply {
    ///   outcome answer(by: date)
    ///   always answer(by: 3 business days after asked_on in desk)
    /// }
    /// ```
    ///
    /// Give the facts bounds that the calendar covers, with room for the count:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday
    /// }
    /// facts { asked_on: date between 2026-01-01 and 2026-12-28 }
    /// decision reply {
    ///   outcome answer(by: date)
    ///   always answer(by: 3 business days after asked_on in desk)
    /// }
    /// ```
    MAY_LEAVE_COVER = "T720" "may-leave-cover" Error;

    /// A calendar is not declared, or it is not said which is meant.
    ///
    /// `in CALENDAR` may be left out where the policy has exactly one.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { asked_on: date between 2026-01-01 and 2026-06-30 }
    /// assume "on a business day": asked_on is a business day
    /// ```
    ///
    /// Declare it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday
    /// }
    /// facts { asked_on: date between 2026-01-01 and 2026-06-30 }
    /// assume "on a business day": asked_on is a business day
    /// ```
    UNKNOWN_CALENDAR = "T721" "unknown-calendar" Error;

    /// A calendar does not say what is asked of it.
    ///
    /// Business hours need the hours of every business day; an `instant` needs the zone, because a moment has a
    /// date and a time of day only in a place.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday
    /// }
    /// facts { asked_at: datetime between 2026-01-01T00:00 and 2026-06-30T00:00 }
    /// assume "asked while open": asked_at is in business hours
    /// ```
    ///
    /// Add it to the calendar:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday 09:00 to 17:00
    /// }
    /// facts { asked_at: datetime between 2026-01-01T00:00 and 2026-06-30T00:00 }
    /// assume "asked while open": asked_at is in business hours
    /// ```
    CALENDAR_SAYS_TOO_LITTLE = "T722" "calendar-says-too-little" Error;

    /// A calendar lacks what every calendar has.
    ///
    /// It says which days it covers, and at least one of them is open.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// calendar desk {
    ///   open monday through friday
    /// }
    /// ```
    ///
    /// Say it:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday
    /// }
    /// ```
    CALENDAR_INCOMPLETE = "T723" "calendar-incomplete" Error;

    /// The days of a calendar's line make no sense.
    ///
    /// A range ends before it begins, a day is covered twice, or a day of the week has its hours in two lines:
    /// nobody could say which of them holds.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-12-31 through 2026-01-01
    ///   open   monday through friday
    /// }
    /// ```
    ///
    /// Write the earlier day first, and each day once:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday
    /// }
    /// ```
    CALENDAR_DAYS = "T724" "calendar-days" Error;

    /// Opening hours are empty, overlap, or pass midnight.
    ///
    /// An opening belongs to one day: it decides whether that day is a business day. Hours that go on after
    /// midnight belong to the next day, and are written there.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// calendar night {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   friday 22:00 to 02:00
    /// }
    /// ```
    ///
    /// Write two lines:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// calendar night {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   friday   22:00 to 24:00
    ///   open   saturday 00:00 to 02:00
    /// }
    /// ```
    CALENDAR_HOURS = "T725" "calendar-hours" Error;

    /// A day stands twice among the holidays and special days of a calendar.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday
    ///   closed "Christmas Day" 2026-12-25
    ///   closed 2026-12-24 through 2026-12-26
    /// }
    /// ```
    ///
    /// Let each day stand once:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday
    ///   closed 2026-12-24 through 2026-12-26
    /// }
    /// ```
    DUPLICATE_HOLIDAY = "T726" "duplicate-holiday" Error;

    /// A calendar says something of a day that it does not cover.
    ///
    /// The line has no effect. Mostly the year is mistyped, or `covers` was not widened with the new holidays.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday
    ///   closed "New Year's Day" 2027-01-01
    /// }
    /// ```
    ///
    /// Widen what is covered, or remove the day:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2027-01-31
    ///   open   monday through friday
    ///   closed "New Year's Day" 2027-01-01
    /// }
    /// ```
    HOLIDAY_NOT_COVERED = "T727" "holiday-not-covered" Warning;

    /// A time zone does not exist.
    ///
    /// Zones have the names of the IANA time zone database, which names places: abbreviations such as `EST` say
    /// nothing of daylight saving. The database comes with Evenhand; the machine's own is never read.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   zone   "America/Boston"
    ///   open   monday through friday
    /// }
    /// ```
    ///
    /// Name the city of the database that has the same clock:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   zone   "America/New_York"
    ///   open   monday through friday
    /// }
    /// ```
    UNKNOWN_ZONE = "T728" "unknown-zone" Error;

    /// A value that may have seconds stands where whole minutes are needed.
    ///
    /// A type `to the minute` promises whole minutes, and nothing is rounded on the quiet. A `datetime` is to
    /// the second unless it says otherwise.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { opened_at: datetime }
    /// decision target {
    ///   outcome answer(by: datetime to the minute)
    ///   always answer(by: 4 hours after opened_at)
    /// }
    /// ```
    ///
    /// Let both have the same step:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { opened_at: datetime to the minute }
    /// decision target {
    ///   outcome answer(by: datetime to the minute between 1900-01-01T00:00 and 2200-01-01T04:00)
    ///   always answer(by: 4 hours after opened_at)
    /// }
    /// ```
    NOT_WHOLE_MINUTES = "T729" "not-whole-minutes" Error;

    /// The clock has no such time.
    ///
    /// Times run from `00:00` to `23:59:59`. Midnight at the end of a day is `00:00` of the next; leap seconds
    /// are not counted. Only a calendar's closing time may be `24:00`.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { called_at: time }
    /// assume "by day": called_at is no later than 24:00
    /// ```
    ///
    /// Write a time of the clock:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { called_at: time }
    /// assume "by day": called_at is no later than 23:59
    /// ```
    NO_SUCH_TIME = "T730" "no-such-time" Error;

    /// A sum or a count of times has no meaning.
    ///
    /// A time of day plus eight hours would pass midnight; a day is not always 24 hours, so days are counted on
    /// dates; business days are counted in a calendar. The message says how to write what was probably meant.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// facts { opened_at: datetime }
    /// assume "recent": opened_at + 30 days is later than 2026-01-01T00:00
    /// ```
    ///
    /// Count on the date, and keep the time of day:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { opened_at: datetime }
    /// assume "recent": (date of opened_at + 30 days) at time of opened_at is later than 2026-01-01T00:00
    /// ```
    CLOCK_ARITHMETIC = "T731" "clock-arithmetic" Error;

    /// A calendar is named where none is read.
    ///
    /// `in CALENDAR` stands directly behind what is counted in it: business days and hours, and the date or the
    /// time of an `instant`.
    ///
    /// ```policy,reports
    /// policy demo language 1
    /// calendar desk {
    ///   covers 2026-01-01 through 2026-12-31
    ///   open   monday through friday
    /// }
    /// facts { asked_on: date }
    /// assume "recent": 30 days after asked_on in desk is later than 2026-01-01
    /// ```
    ///
    /// Leave it out:
    ///
    /// ```policy,accepts
    /// policy demo language 1
    /// facts { asked_on: date }
    /// assume "recent": 30 days after asked_on is later than 2026-01-01
    /// ```
    CALENDAR_NOT_READ = "T732" "calendar-not-read" Error;
}
