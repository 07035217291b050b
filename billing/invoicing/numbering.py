"""Numbers without gaps: a series for each kind of document, taken in the issuing transaction.

A pattern says how a number looks: ``{year}-{n:04}``, ``R{yy}-{n}``. A series either runs on or
begins anew each year, and then each year has a row of its own. The year is the seller's.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from billing.refusals import N_, Refusal
from models import Invoice, InvoiceKind, Series, SeriesGap, User, alone, write
from models.once import Once

PATTERNS = {InvoiceKind.INVOICE: "INV-{n:04}", InvoiceKind.CREDIT_NOTE: "CN-{n:04}"}
"""Of series that no one has named yet."""

RUNNING = 0
"""The year of a series that runs on."""

LOCK = 7_305_004
"""Under which numbers are taken and numbered otherwise; any number, the same in every process."""

LONGEST_PATTERN = 40
LARGEST = 10**9

TOKEN = re.compile(r"\{(year|yy|n(?::0([1-9]))?)\}")
DIGITS = {"year": r"(?P<year>\d{4})", "yy": r"(?P<yy>\d{2})"}
LITERAL = re.compile(r"[\w ./#-]*")


class PatternUnreadable(Refusal):
    sentence = N_(
        "Write letters, digits and - . / # around {n}, {n:04}, {year} or {yy}, such as"
        " {year}-{n:04}."
    )
    field = "pattern"


class PatternWithoutNumber(Refusal):
    sentence = N_("The pattern needs {n} or {n:04} once: that is where the number goes.")
    field = "pattern"


class PatternWithoutYear(Refusal):
    sentence = N_(
        "Numbers that begin anew each year need {year} or {yy} in the pattern, or two invoices"
        " would have the same number."
    )
    field = "pattern"


class PatternsAlike(Refusal):
    sentence = N_("Invoices and credit notes need patterns whose letters or signs differ.")
    field = "pattern"


class NumberTaken(Refusal):
    """Facts: `number`."""

    sentence = N_("%(number)s exists already, and this pattern would give it out again.")
    field = "pattern"


class NumberGone(Refusal):
    """Facts: `next`."""

    sentence = N_("Numbers only go up. The next one is %(next)s or higher.")
    field = "next_number"


class GapUnexplained(Refusal):
    """Facts: `first`, `last`."""

    sentence = N_(
        "This leaves a gap: %(first)s to %(last)s would never be used. Say why, so that you can"
        " explain it later."
    )
    field = "reason"


@dataclass(frozen=True)
class Numbering:
    """How documents of a kind are numbered now, and what the next one is called."""

    pattern: str
    yearly: bool
    next_number: int
    is_used: bool
    following: str


@dataclass(frozen=True)
class Wanted:
    """How they shall be; `reason` explains numbers that are left out."""

    pattern: str
    yearly: bool
    next_number: int
    reason: str = ""


_TAKE = Once(
    lambda owner, kind, year: (
        Series.update(next_number=Series.next_number + 1)
        .where(
            Series.owner == owner,
            Series.kind == kind,
            (Series.year == RUNNING) | (Series.year == year),
        )
        .returning(Series.id, Series.pattern, Series.year, Series.next_number)
    )
)


def take(owner: int, kind: str, day: date) -> tuple[int, str, int]:
    """The owner's series of a kind, the next number of it and its place, locked until commit."""
    # So that none is taken while the numbering is changed, and no two who take numbers of both
    # kinds wait for each other.
    alone(LOCK, owner)
    taken = _TAKE.rows(owner, kind, day.year)
    if not taken:
        taken = _TAKE.rows(owner, kind, _begin(owner, kind, day.year))
    [(series, pattern, year, after)] = taken
    return series, written(pattern, year or day.year, after - 1), after - 1


def _begin(owner: int, kind: str, year: int) -> int:
    """The series that a day falls in, made where it is the first of its year; answers its year."""
    latest = _latest(owner, kind)
    if latest is None:
        Series.create(owner=owner, kind=kind, year=RUNNING, pattern=PATTERNS[InvoiceKind(kind)])
        return year
    if RUNNING < latest.year < year:
        Series.create(owner=owner, kind=kind, year=year, pattern=latest.pattern)
    # A day before the series began, as after a change of zone: its numbers go on.
    return max(year, int(latest.year))


def _latest(owner: int, kind: str) -> Series | None:
    found: Series | None = (
        Series.select()
        .where(Series.owner == owner, Series.kind == kind)
        .order_by((Series.year == RUNNING).desc(), Series.year.desc())
        .first()
    )
    return found


def written(pattern: str, year: int, number: int) -> str:
    """A number as its pattern writes it."""

    def put(token: re.Match[str]) -> str:
        name, width = token[1], token[2]
        if name == "year":
            return f"{year:04d}"
        return f"{year % 100:02d}" if name == "yy" else f"{number:0{width or 1}d}"

    return TOKEN.sub(put, pattern)


def of(owner: User, kind: InvoiceKind, day: date) -> Numbering:
    """How a kind is numbered on the seller's calendar day `day`."""
    latest = _latest(owner.id, kind)
    if latest is None:
        return Numbering(PATTERNS[kind], False, 1, False, written(PATTERNS[kind], day.year, 1))
    is_new_year = latest.year not in (RUNNING, day.year) and latest.year < day.year
    number = 1 if is_new_year else int(latest.next_number)
    year = day.year if is_new_year or latest.year == RUNNING else int(latest.year)
    is_used = not is_new_year and _is_used(latest)
    text = written(latest.pattern, year, number)
    return Numbering(str(latest.pattern), latest.year != RUNNING, number, is_used, text)


def _is_used(series: Series) -> bool:
    return bool(Invoice.select().where(Invoice.series == series.id).exists())


def following(owner: User, day: date, kind: InvoiceKind = InvoiceKind.INVOICE) -> str:
    """What the next of a kind will be called, unless another is issued before it."""
    return of(owner, kind, day).following


def check(owner: User, kind: InvoiceKind, wanted: Wanted, day: date) -> str:
    """What the next number would be called. Refuses what revise() refuses."""
    now = of(owner, kind, day)
    _readable(wanted)
    for other in PATTERNS.keys() - {kind}:
        if _skeleton(of(owner, other, day).pattern) == _skeleton(wanted.pattern):
            raise PatternsAlike
    if wanted.next_number < now.next_number:
        raise NumberGone(next=now.next_number)
    if wanted.next_number > now.next_number and now.is_used and not wanted.reason:
        raise GapUnexplained(
            first=written(wanted.pattern, day.year, now.next_number),
            last=written(wanted.pattern, day.year, wanted.next_number - 1),
        )
    _unused(owner, wanted, day)
    return written(wanted.pattern, day.year, wanted.next_number)


def _readable(wanted: Wanted) -> None:
    pattern = wanted.pattern
    rest = TOKEN.sub("", pattern)
    if len(pattern) > LONGEST_PATTERN or not LITERAL.fullmatch(rest) or pattern != pattern.strip():
        raise PatternUnreadable
    names = [token[1] for token in TOKEN.finditer(pattern)]
    if max(names.count("year"), names.count("yy")) > 1:
        raise PatternUnreadable
    if sum(name.startswith("n") for name in names) != 1 or not 0 < wanted.next_number < LARGEST:
        raise PatternWithoutNumber
    if wanted.yearly and not {"year", "yy"} & set(names):
        raise PatternWithoutYear


def _skeleton(pattern: str) -> str:
    """What is neither a digit nor a place for one: numbers of other skeletons never meet."""
    return re.sub(r"\d", "", TOKEN.sub("", pattern))


def _unused(owner: User, wanted: Wanted, day: date) -> None:
    """No number given out so far may be one that the pattern has yet to give."""
    parts, at = [], 0
    for token in TOKEN.finditer(wanted.pattern):
        parts.append(re.escape(wanted.pattern[at : token.start()]))
        parts.append(DIGITS.get(token[1], r"(?P<n>\d+)"))
        at = token.end()
    reader = re.compile("".join([*parts, re.escape(wanted.pattern[at:])]))
    numbers = Invoice.select(Invoice.number).where(
        Invoice.owner == owner.id, Invoice.number.is_null(False)
    )
    for (number,) in numbers.tuples():
        read = reader.fullmatch(number)
        if read and int(read["n"]) >= wanted.next_number and not _is_past(read, day):
            raise NumberTaken(number=number)


def _is_past(read: re.Match[str], day: date) -> bool:
    """Whether a number names a year that is over, and so cannot come again."""
    said = read.groupdict()
    year = int(said.get("year") or day.year)
    return year < day.year or int(said.get("yy") or day.year % 100) < day.year % 100


def revise(owner: User, kind: InvoiceKind, wanted: Wanted, day: date, now: datetime) -> None:
    """Number a kind otherwise from now on; what is issued keeps its number.

    Refuses PatternUnreadable, PatternWithoutNumber, PatternWithoutYear, PatternsAlike,
    NumberTaken, NumberGone, and GapUnexplained for numbers left out after the first.
    """
    with write(owner):
        alone(LOCK, owner.id)
        check(owner, kind, wanted, day)
        before = of(owner, kind, day)
        series = _series_on(owner, kind, day)
        if wanted.next_number > before.next_number and before.is_used:
            SeriesGap.create(
                series=series,
                first=before.next_number,
                last=wanted.next_number - 1,
                reason=wanted.reason,
                made_at=now,
            )
        Series.update(
            pattern=wanted.pattern,
            year=day.year if wanted.yearly else RUNNING,
            next_number=wanted.next_number,
        ).where(Series.id == series.id).execute()


def _series_on(owner: User, kind: InvoiceKind, day: date) -> Series:
    """The series that the day's next number comes from, made where it is the first."""
    latest = _latest(owner.id, kind)
    if latest is not None and (latest.year == RUNNING or latest.year >= day.year):
        return latest
    _begin(owner.id, kind, day.year)
    made: Series = Series.get(
        Series.owner == owner.id,
        Series.kind == kind,
        Series.year == (RUNNING if latest is None else day.year),
    )
    return made


def gaps(owner: User) -> list[SeriesGap]:
    """The numbers that were left out on purpose, with why; the latest first."""
    found = SeriesGap.select(SeriesGap, Series).join(Series).where(Series.owner == owner.id)
    return list(found.order_by(SeriesGap.id.desc()))
