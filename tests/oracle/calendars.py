#!/usr/bin/env python3
"""A hundred thousand questions about calendars, answered with other means than the engine's.

    pip install numpy python-dateutil tzdata
    python3 tests/oracle/calendars.py  # writes tests/cases/calendar/{sample.txt,blocks.txt}

Nothing here is shared with the engine but tests/cases/calendar/calendars.json and the questions, which both
sides draw from the same splitmix64 stream (`Draw`).

Business days are numpy's. Opening time is an array with one entry for each minute of the covered years, which
is filled from the hours and summed. Zones are Python's zoneinfo on the data of the `tzdata` package, where
`fold=0` reads skipped and repeated times; months are dateutil's relativedelta.
"""

import datetime as dt
import hashlib
import json
import pathlib
import zoneinfo

import dateutil
import numpy as np
import tzdata
from dateutil.relativedelta import relativedelta

QUESTIONS = 100_000
BLOCK = 1_000
SAMPLE = 50  # one line in so many is written out
HERE = pathlib.Path(__file__).resolve().parent.parent / "cases" / "calendar"
EPOCH = dt.date(1970, 1, 1)
UTC = dt.timezone.utc
WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

zoneinfo.reset_tzpath(to=[])  # the package's data, never the machine's


class Draw:
    """splitmix64."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        return mixed ^ (mixed >> 31)

    def below(self, count):
        return self.next() % count

    def between(self, low, high):
        return low + self.next() % (high - low + 1)

    def chance(self, percent):
        return self.below(100) < percent

    def pick(self, options):
        return options[self.below(len(options))]


def number(text):
    return (dt.date.fromisoformat(text) - EPOCH).days


def date(day):
    return (EPOCH + dt.timedelta(days=day)).isoformat()


def minute(text):
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def seconds(text):
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def wall(seconds):
    return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)


def moment(seconds, instant):
    return wall(seconds).isoformat() + ("Z" if instant else "")


class Minutes:
    """The open minutes of a covered range on one clock, from `start` until before `end` (seconds)."""

    def __init__(self, start, end, stretches):
        self.start, self.end = start, end
        self.open = np.zeros((end - start) // 60, dtype=bool)
        for opening, closing in stretches:
            low, high = max(opening, start), min(closing, end)
            if low < high:
                self.open[(low - start) // 60 : (high - start) // 60] = True
        self.until = np.cumsum(self.open, dtype=np.int64) * 60  # open seconds before the end of each minute

    def has(self, at):
        return self.start <= at < self.end

    def is_open(self, at):
        return bool(self.open[(at - self.start) // 60])

    def before(self, at):
        index, rest = divmod(at - self.start, 60)
        whole = int(self.until[index - 1]) if index else 0
        return whole + (rest if self.open[index] else 0)

    def add(self, at, by):
        if by == 0:
            return at
        goal = self.before(at) + by
        if goal < 0:
            return None
        index = int(np.searchsorted(self.until, goal, side="left" if by > 0 else "right"))
        if index == len(self.until):
            return None
        whole = int(self.until[index - 1]) if index else 0
        return self.start + index * 60 + goal - whole


class Calendar:
    def __init__(self, name, data):
        self.name = name
        self.written = [(number(a), number(b)) for a, b in data["covers"]]
        self.near = [number(it) for it in data["near"]]
        self.moments = [seconds(it) for it in data["moments"]]
        self.zone = zoneinfo.ZoneInfo(data["zone"]) if data["zone"] else None
        self.week = [data["week"].get(it, "closed") for it in WEEK]
        self.special = {number(day): it for day, it in data["special"].items()}
        self.ranges = []
        for first, last in self.written:
            if self.ranges and self.ranges[-1][1] + 1 == first:
                first = self.ranges.pop()[0]
            self.ranges.append((first, last))
        self.has_hours = all(self.on(day) != "open" for first, last in self.ranges for day in range(first, last + 1))
        self.days = self.numpy_days()
        self.local = [Minutes(a * 86400, (b + 1) * 86400, self.stretches(a, b, False)) for a, b in self.ranges]
        self.instant = [self.instants(a, b) for a, b in self.ranges] if self.zone else []

    def on(self, day):
        return self.special.get(day, self.week[(day + 3) % 7])

    def numpy_days(self):
        """Weekdays and holidays as numpy knows them. It has no way to say that a Saturday is open; a calendar
        with such a day is seven days a week with every closed day a holiday."""
        unusual = [day for day, it in self.special.items() if it != "closed" and self.week[(day + 3) % 7] == "closed"]
        if unusual:
            all_days = range(self.ranges[0][0] - 900, self.ranges[-1][1] + 900)
            mask, holidays = [True] * 7, [date(day) for day in all_days if self.on(day) == "closed"]
        else:
            mask = [it != "closed" for it in self.week]
            holidays = [date(day) for day, it in self.special.items() if it == "closed"]
        return np.busdaycalendar(weekmask=mask, holidays=holidays)

    def stretches(self, first, last, instants):
        for day in range(first, last + 1):
            hours = self.on(day)
            if hours in ("closed", "open"):
                continue
            for opening, closing in hours:
                ends = [day * 86400 + minute(it) * 60 for it in (opening, closing)]
                yield [self.read(it) for it in ends] if instants else ends

    def read(self, local):
        return int((wall(local).replace(tzinfo=self.zone, fold=0).astimezone(UTC)).timestamp())

    def shown(self, instant):
        local = dt.datetime.fromtimestamp(instant, UTC).astimezone(self.zone)
        return (local.replace(tzinfo=None) - dt.datetime(1970, 1, 1)) // dt.timedelta(seconds=1)

    def instants(self, first, last):
        """From when the clock shows no day before the range any more, until it shows a day after it."""
        low, high = first * 86400, (last + 1) * 86400
        start, end = low - 3 * 86400, high + 3 * 86400
        ends = [(start, low + 3 * 86400), (high - 3 * 86400, end)]
        begin = max(at for at in range(*ends[0], 60) if self.shown(at) < low) + 60
        finish = min(at for at in range(*ends[1], 60) if self.shown(at) >= high)
        return Minutes(begin, finish, self.stretches(first, last, True))

    def range(self, day):
        return next((it for it in self.ranges if it[0] <= day <= it[1]), None)

    def minutes(self, instant, at):
        return next((it for it in (self.instant if instant else self.local) if it.has(at)), None)

    # ── the questions ──

    def is_business_day(self, day):
        return bool(np.is_busday(date(day), busdaycal=self.days)) if self.range(day) else None

    def add_business_days(self, day, count):
        found = self.range(day)
        if not found or count == 0:
            return day if found else None
        roll = "backward" if count > 0 else "forward"
        result = number(str(np.busday_offset(date(day), count, roll=roll, busdaycal=self.days)))
        return result if self.range(result) == found else None

    def business_days_between(self, a, b):
        if not self.range(a) or self.range(a) != self.range(b):
            return None
        low, high = min(a, b), max(a, b)
        count = int(np.busday_count(date(low + 1), date(high + 1), busdaycal=self.days))
        return count if a <= b else -count

    def is_open(self, instant, at):
        minutes = self.has_hours and self.minutes(instant, at)
        return minutes.is_open(at) if minutes else None

    def add_business_time(self, instant, at, by):
        minutes = self.has_hours and self.minutes(instant, at)
        return minutes.add(at, by) if minutes else None

    def business_time_between(self, instant, a, b):
        minutes = self.has_hours and self.minutes(instant, a)
        return minutes.before(b) - minutes.before(a) if minutes and minutes.has(b) else None

    def local_of(self, at):
        return self.shown(at) if self.minutes(True, at) else None

    def instant_of(self, at):
        if not self.zone or not self.minutes(False, at):
            return None
        found = self.read(at)
        return found if self.minutes(True, found) else None


def add_months(day, months):
    try:
        return (EPOCH + dt.timedelta(days=day) + relativedelta(months=months)).toordinal() - EPOCH.toordinal()
    except (ValueError, OverflowError):
        return None


class Question:
    """Draws what a question is about. The order of the draws is the order of the stream."""

    def __init__(self, draw, calendars):
        self.draw = draw
        self.calendar = draw.pick(calendars)

    def day(self):
        draw, calendar = self.draw, self.calendar
        first, last = draw.pick(calendar.written)
        if draw.chance(40):
            return draw.pick(calendar.near) + draw.between(-3, 3)
        return draw.between(first - 2, last + 2)

    def moment(self):
        """Often when a clock changes: as an instant, and by the two readings of the clock."""
        if self.calendar.moments and self.draw.chance(10):
            return self.draw.pick(self.calendar.moments) + self.draw.pick([0, 0, -1, 1])
        return self.day() * 86400 + self.draw.between(0, 95) * 900 + self.draw.pick([0, 0, 0, 1, -1])

    def count(self):
        return self.draw.between(-12, 12) if self.draw.chance(60) else self.draw.between(-300, 300)

    def seconds(self):
        quarters = self.draw.between(-60, 60) if self.draw.chance(60) else self.draw.between(-4000, 4000)
        return quarters * 900 + self.draw.pick([0, 0, 0, 1, -1])

    def other(self, at, step, fresh):
        return at + self.draw.between(-20, 20) * step if self.draw.chance(50) else fresh()


def show(value, form):
    return "none" if value is None else form(value)


def yes(value):
    return "yes" if value else "no"


def line(draw, calendars):
    ask = Question(draw, calendars)
    calendar, kind = ask.calendar, draw.below(12)
    instant = kind >= 6
    at_clock = lambda it: moment(it, instant)
    if kind == 0:
        day = ask.day()
        asked, answer = f"{date(day)} is a business day", show(calendar.is_business_day(day), yes)
    elif kind == 1:
        day, count = ask.day(), ask.count()
        asked = f"{count} business days after {date(day)}"
        answer = show(calendar.add_business_days(day, count), date)
    elif kind == 2:
        day = ask.day()
        other = ask.other(day, 1, ask.day)
        asked = f"business days from {date(day)} to {date(other)}"
        answer = show(calendar.business_days_between(day, other), str)
    elif kind in (3, 6):
        at = ask.moment()
        asked, answer = f"{at_clock(at)} is in business hours", show(calendar.is_open(instant, at), yes)
    elif kind in (4, 7):
        at, by = ask.moment(), ask.seconds()
        asked = f"{by} business seconds after {at_clock(at)}"
        answer = show(calendar.add_business_time(instant, at, by), at_clock)
    elif kind in (5, 8):
        at = ask.moment()
        other = ask.other(at, 3600, ask.moment)
        asked = f"business seconds from {at_clock(at)} to {at_clock(other)}"
        answer = show(calendar.business_time_between(instant, at, other), str)
    elif kind == 9:
        at = ask.moment()
        asked, answer = f"datetime of {moment(at, True)}", show(calendar.local_of(at), lambda it: moment(it, False))
    elif kind == 10:
        at = ask.moment()
        asked, answer = f"instant of {moment(at, False)}", show(calendar.instant_of(at), lambda it: moment(it, True))
    else:
        day = draw.between(-25_000, 84_000) if draw.chance(80) else draw.between(-719_162, 2_932_896)
        months = ask.count()
        return f"{date(day)} + {months} months -> {show(add_months(day, months), date)}"
    return f"{calendar.name}: {asked} -> {answer}"


def main():
    data = json.loads((HERE / "calendars.json").read_text())
    calendars = [Calendar(name, it) for name, it in sorted(data.items())]
    draw = Draw(2026)
    lines = [line(draw, calendars) for _ in range(QUESTIONS)]
    (HERE / "sample.txt").write_text("".join(it + "\n" for it in lines[::SAMPLE]))
    blocks = [lines[it : it + BLOCK] for it in range(0, QUESTIONS, BLOCK)]
    hashes = [hashlib.sha256("".join(it + "\n" for it in block).encode()).hexdigest() for block in blocks]
    (HERE / "blocks.txt").write_text("".join(it + "\n" for it in hashes))
    answered = sum(not it.endswith("none") for it in lines)
    print(f"{len(lines)} questions, {answered} with an answer")
    print(f"tzdata {tzdata.IANA_VERSION}, numpy {np.__version__}, dateutil {dateutil.__version__}")
    return lines


if __name__ == "__main__":
    main()
