"""Durations as people and programs write them."""

import re
from decimal import Decimal
from functools import lru_cache

from billing.importing import cells
from billing.money import round_half_up
from billing.refusals import N_, Refusal

HOUR = 3600
DAY = 24 * HOUR
LONGEST = 10_000 * HOUR
"""No total of one row is longer: more than a year of days and nights."""


class NotADuration(Refusal):
    sentence = N_("“%(text)s” is not a time. Write hours like 1.5, 1,5 or 1:30.")


class NotATime(Refusal):
    sentence = N_("“%(text)s” is not a time of day. Write it like 9:30, 14:05 or 2:05 PM.")


class NoTime(Refusal):
    sentence = N_("No time is given here.")


class BelowZero(Refusal):
    sentence = N_("A time cannot be below zero.")


class LongerThanADay(Refusal):
    sentence = N_("A day has 24 hours. Split the time, or correct it.")


# Nine digits are more than any time; of thousands nothing can be reckoned.
CLOCK = re.compile(r"(-?)(\d{1,5})(?::| ?[hH] ?)([0-5]\d)(?::([0-5]\d)(?:[.,]\d+)?)?")
UNITS = re.compile(
    r"(-?)(?:(\d{1,9}(?:[.,]\d+)?) ?h(?:ours?|rs?)?)?"
    r",? ?(?:(\d{1,9}(?:[.,]\d+)?) ?m(?:in(?:ute)?s?)?)?,? ?(?:(\d{1,9}) ?s(?:ec(?:ond)?s?)?)?",
    re.I,
)
DECIMAL = re.compile(r"(-?)(\d{0,9})(?:[.,](\d+))?")


@lru_cache(maxsize=4096)
def duration(text: str, totals: bool = False) -> int:
    """Whole seconds of hours written as decimals, h:mm, h:mm:ss or with units.

    Refuses NotADuration, BelowZero, NoTime, and LongerThanADay unless rows may be `totals` over
    a longer time.
    """
    bare = text.strip().replace("\u2212", "-").replace("\u00a0", " ")
    seconds = _clocked(bare)
    if seconds is None:
        seconds = _with_units(bare)
    if seconds is None:
        seconds = _in_decimals(bare)
    if seconds is None:
        raise NotADuration(text=bare[:40]) if bare else NoTime
    if seconds < 0:
        raise BelowZero
    if seconds == 0:
        raise NoTime
    if seconds > (LONGEST if totals else DAY):
        raise LongerThanADay
    return seconds


TIME = re.compile(
    r"(?:^|[T ,])(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r" ?(?:([ap])\.?m\.?)?(?:Z|[+-]\d\d:?\d\d)?",
    re.I,
)


def between(began: str, ended: str, order: str) -> int:
    """Whole seconds from one time of day to another, over midnight where it is earlier or where
    both name their day (`order` as in cells.day). Refuses NotATime, NoTime, LongerThanADay,
    BelowZero.
    """
    seconds = _time_of_day(ended) - _time_of_day(began)
    days = _days_between(began, ended, order)
    seconds += DAY * (seconds < 0 if days is None else days)
    if seconds < 0:
        raise BelowZero
    if seconds == 0:
        raise NoTime
    if seconds > DAY:
        raise LongerThanADay
    return seconds


def _time_of_day(text: str) -> int:
    bare = " ".join(text.split())
    found = next((each for each in TIME.finditer(bare) if each.end() == len(bare)), None)
    hour, minute, second = (int(found[part] or 0) for part in (1, 2, 3)) if found else (99, 0, 0)
    half = found[4] if found else None
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0) if 1 <= hour <= 12 else 99
    if hour > 24 or minute > 59 or second > 59:
        raise NotATime(text=text[:40])
    return hour * HOUR + minute * 60 + second


def _days_between(began: str, ended: str, order: str) -> int | None:
    try:
        return (cells.day(ended, order) - cells.day(began, order)).days
    except cells.NotADay:
        return None


def _clocked(text: str) -> int | None:
    found = CLOCK.fullmatch(text)
    if found is None:
        return None
    seconds = int(found[2]) * HOUR + int(found[3]) * 60 + int(found[4] or 0)
    return -seconds if found[1] else seconds


def _with_units(text: str) -> int | None:
    found = UNITS.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        return None
    hours, minutes, rest = (Decimal((each or "0").replace(",", ".")) for each in found.groups()[1:])
    seconds = round_half_up(hours * HOUR + minutes * 60 + rest)
    return -seconds if found[1] else seconds


def _in_decimals(text: str) -> int | None:
    found = DECIMAL.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    seconds = round_half_up(Decimal(f"{found[2] or 0}.{found[3] or 0}") * HOUR)
    return -seconds if found[1] else seconds
