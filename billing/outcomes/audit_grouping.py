"""Grouping past hours into kinds of work, as the worker does it: a suggestion, always editable.

Labels are taken by the hours behind them, the most first. Each goes to the kind whose leading
label is most like it (rapidfuzz, deterministic), or leads a new one. What an owner named, merged,
moved or split stays as it is, and draws what is like it when more hours come.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from billing import jobs
from billing.outcomes import audit_figures, audit_labels
from billing.outcomes.audit_labels import REWORK_WORDS, ReworkWords, Said
from billing.refusals import N_, Conflict, Refusal
from models import Audit, HoursEntry, Job, User, WorkKind, WorkLabel, write
from models.folding import fold
from models.once import Once

CHUNK = 1000
"""Entries labelled in one transaction."""

LABELS = 2000
"""Labels that find their kind in one transaction."""

LEFT = 10_000
"""Labels that go to the rest in one transaction."""

COMPARED = 10_000
"""Labels that one grouping compares with the kinds, those with the most hours first."""

ALIKE = 72
"""How alike (0 to 100) the cores of two labels of one kind are at least."""

MOST = 40
"""Kinds that are suggested; what is like none of them then goes to the rest."""

REST = "Everything else"
"""The name of the rest, until its owner gives it another."""


class NothingToAudit(Refusal):
    sentence = N_("No past hours were imported yet. Import a file of them first.")


class AuditRunning(Conflict):
    sentence = N_("Your hours are being grouped already.")


def of(owner: User) -> Audit | None:
    """An owner's audit, if it was begun."""
    found: Audit | None = Audit.of(owner).first()
    return found


def rework_words(owner: User) -> tuple[str, ...]:
    """The words that tell rework: the owner's, or ours until they are changed."""
    audit = of(owner)
    return audit_labels.lines(str(audit.rework_words)) if audit else REWORK_WORDS


def waiting(owner: User) -> int:
    """How many entries are in no kind of work yet."""
    loose = HoursEntry.label.is_null() | HoursEntry.label.in_(
        WorkLabel.of(owner).select(WorkLabel.id).where(WorkLabel.kind.is_null())
    )
    return int(HoursEntry.of(owner).where(loose).count())


def uncompared(job: Job | None) -> int:
    """How many labels a grouping put to the rest without comparing them."""
    if job is None or "compared" not in job.facts:
        return 0
    return max(0, int(job.facts["labels"] or 0) - int(job.facts["compared"]))


def start(owner: User, anew: bool, now: datetime) -> Job:
    """Group what is in no kind yet; `anew` takes back what was only suggested first.

    Refuses NothingToAudit, AuditRunning.
    """
    with write(owner):
        if not HoursEntry.of(owner).exists():
            raise NothingToAudit
        audit = of(owner) or Audit.create(owner=owner, rework_words="\n".join(REWORK_WORDS))
        if audit.job is not None and not audit.job.is_over:
            raise AuditRunning
        audit_figures.changed(owner)
        if anew:
            _take_back(owner)
        entries = HoursEntry.of(owner).where(HoursEntry.label.is_null()).count()
        job = jobs.begin("audit", owner, now, {"labels": None}, int(entries))
        Audit.update(job=job).where(Audit.id == audit.id).execute()
    return job


def _take_back(owner: User) -> None:
    """What no owner touched is without a kind again."""
    suggested = WorkKind.of(owner).select(WorkKind.id).where(~WorkKind.kept)
    WorkLabel.update(kind=None, leads=False).where(
        WorkLabel.owner == owner.id, ~WorkLabel.placed, WorkLabel.kind.in_(suggested)
    ).execute()


def advance(job: Job, now: datetime) -> bool:
    """Label the next entries, or find the kinds of the next labels; whether more is to do."""
    owner: User = job.owner
    if job.facts["labels"] is None:
        _label_entries(job, owner)
        return True
    if _place_labels(job, owner, now):
        return True
    audit_figures.keep(owner)
    return False


def _label_entries(job: Job, owner: User) -> None:
    entry = HoursEntry
    rows = list(
        entry.of(owner)
        .select(entry.id, entry.kind, entry.description, entry.project)
        .where(entry.label.is_null())
        .order_by(entry.id)
        .limit(CHUNK)
        .tuples()
    )
    told = {row[0]: audit_labels.said(*row[1:]) for row in rows}
    with write(owner):
        # As they are now: who changes them judges all labels that are there by then.
        words = ReworkWords(rework_words(owner))
        labels = _labels(owner, {each.key: each for each in told.values()}, words)
        by_label: dict[int, list[int]] = defaultdict(list)
        for number, each in told.items():
            by_label[labels[each.key]].append(number)
        for label, numbers in by_label.items():
            _set_label(label, numbers)
        audit_figures.changed(owner)
        jobs.advance(job, len(rows))
        if len(rows) < CHUNK:
            loose = int(_loose(owner).count())
            Job.update(facts={"labels": loose}, total=Job.done + loose).where(
                Job.id == job.id
            ).execute()


def _set_label(label: int, numbers: Sequence[int]) -> None:
    if len(numbers) > 1:
        HoursEntry.update(label=label).where(HoursEntry.id.in_(numbers)).execute()
    else:
        _SET_LABEL.run(label, numbers[0])


_SET_LABEL = Once(
    lambda label, number: HoursEntry.update(label=label).where(HoursEntry.id == number)
)


def _labels(owner: User, told: dict[str, Said], words: ReworkWords) -> dict[str, int]:
    """The ids of labels by key; those that are not there yet are made."""
    known = _ids(owner, list(told))
    fresh = [each for key, each in sorted(told.items()) if key not in known]
    if fresh:
        rows = [
            {
                "owner": owner.id,
                "key": each.key,
                "sample": each.sample,
                "text": each.text,
                "core": each.core,
                "leads": False,
                "placed": False,
                "rework": words.tell(each.text),
                "judged": False,
            }
            for each in fresh
        ]
        WorkLabel.insert_many(rows).on_conflict_ignore().execute()
        known |= _ids(owner, [each.key for each in fresh])
    return known


def _ids(owner: User, keys: Sequence[str]) -> dict[str, int]:
    found = WorkLabel.of(owner).select(WorkLabel.key, WorkLabel.id)
    return dict(found.where(WorkLabel.key.in_(list(keys))).tuples())


def _loose(owner: User) -> Any:
    """Labels in no kind, by the hours behind them, the most first."""
    hours = fn.SUM(HoursEntry.seconds)
    return (
        WorkLabel.of(owner)
        .join(HoursEntry)
        .where(WorkLabel.kind.is_null())
        .group_by(WorkLabel.id)
        .order_by(hours.desc(), WorkLabel.text, WorkLabel.id)
    )


def _place_labels(job: Job, owner: User, now: datetime) -> bool:
    compared = int(job.facts.get("compared", 0))
    if compared >= COMPARED:
        return _leave_to_the_rest(job, owner, now)
    labels = list(_loose(owner).limit(min(LABELS, COMPARED - compared)))
    with write(owner):
        _Placing(owner, now).place(labels)
        audit_figures.changed(owner)
        jobs.advance(job, len(labels))
        facts = {**job.facts, "compared": compared + len(labels)}
        Job.update(facts=facts).where(Job.id == job.id).execute()
        if len(labels) == LABELS or compared + len(labels) == COMPARED:
            return True
        name_kinds(owner)
    return False


def _leave_to_the_rest(job: Job, owner: User, now: datetime) -> bool:
    """What was not compared goes to the rest; whether there is more of it."""
    loose = WorkLabel.of(owner).select(WorkLabel.id).where(WorkLabel.kind.is_null())
    numbers = [number for (number,) in loose.order_by(WorkLabel.id).limit(LEFT).tuples()]
    with write(owner):
        _Placing(owner, now).leave(numbers)
        audit_figures.changed(owner)
        jobs.advance(job, len(numbers))
        if len(numbers) == LEFT:
            return True
        name_kinds(owner)
    return False


class _Placing:
    """Finds the kinds of labels one after the other."""

    def __init__(self, owner: User, now: datetime) -> None:
        self.owner, self.now = owner, now
        leads = WorkLabel.leads & WorkLabel.kind.is_null(False)
        leading = WorkLabel.of(owner).where(leads).order_by(WorkLabel.kind, WorkLabel.id)
        self.leaders = [
            (str(row.core), int(row.kind_id))
            for row in leading.order_by(WorkLabel.kind, WorkLabel.id)
        ]
        self.kinds = int(WorkKind.of(owner).where(~WorkKind.rest).count())
        self.rest: int | None = None

    def place(self, labels: Sequence[WorkLabel]) -> None:
        """In the caller's write()."""
        cores = [core for core, _kind in self.leaders]
        placed: dict[int, list[int]] = defaultdict(list)
        for label in labels:
            core = str(label.core)
            found = most_alike(core, cores)
            if found is not None:
                placed[self.leaders[found][1]].append(label.id)
            elif core and self.kinds < MOST:
                kind = self._make(str(label.sample)[:80])
                self.kinds += 1
                self.leaders.append((core, kind))
                cores.append(core)
                WorkLabel.update(kind=kind, leads=True).where(WorkLabel.id == label.id).execute()
            else:
                placed[self._rest()].append(label.id)
        for kind, numbers in placed.items():
            WorkLabel.update(kind=kind, leads=False).where(WorkLabel.id.in_(numbers)).execute()

    def leave(self, numbers: Sequence[int]) -> None:
        """Put labels (ids) to the rest. In the caller's write()."""
        if numbers:
            WorkLabel.update(kind=self._rest()).where(WorkLabel.id.in_(numbers)).execute()

    def _make(self, name: str, rest: bool = False) -> int:
        made = WorkKind.create(
            owner=self.owner, name=name or REST, kept=False, rest=rest, created_at=self.now
        )
        return int(made.id)

    def _rest(self) -> int:
        if self.rest is None:
            known = WorkKind.of(self.owner).where(WorkKind.rest).first()
            self.rest = int(known.id) if known else self._make(REST, rest=True)
        return self.rest


def most_alike(core: str, others: Sequence[str]) -> int | None:
    """Which of some cores is most like one, if any is like it enough.

    A core that has all words of another is wholly like it; among several such the closest wins.
    """
    # Only a process that compares words pays for the library.
    from rapidfuzz import fuzz, process

    if not core:
        return None
    found = process.extract(
        core, others, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=None
    )
    best = max(
        found, key=lambda hit: (hit[1], fuzz.token_sort_ratio(core, hit[0]), -hit[2]), default=None
    )
    return None if best is None else int(best[2])


def name_kinds(owner: User) -> None:
    """Name what was suggested by the words its labels share, and let go of what is empty.

    In the caller's write().
    """
    taken = {fold(row.name) for row in WorkKind.of(owner).where(WorkKind.kept)}
    for kind in WorkKind.of(owner).where(~WorkKind.kept).order_by(WorkKind.id):
        if not kind.labels.exists():
            kind.delete_instance()
            continue
        name = REST
        if not kind.rest:
            labels = list(kind.labels.order_by(WorkLabel.leads.desc(), WorkLabel.id))
            name = _shared(labels)
            if fold(name) in taken:
                name = str(labels[0].sample)[:80]
        taken.add(fold(name))
        WorkKind.update(name=name).where(WorkKind.id == kind.id).execute()


def _shared(labels: Sequence[WorkLabel]) -> str:
    """The leading label's words that at least half of the labels have, as it writes them."""
    leader = labels[0]
    counts = Counter(word for label in labels for word in set(str(label.core).split()))
    shared = [word for word in str(leader.core).split() if counts[word] * 2 >= len(labels)]
    written = {
        fold(word.strip(".,;:!?()")): word.strip(".,;:!?()") for word in leader.sample.split()
    }
    name = " ".join(dict.fromkeys(written.get(word, word) for word in shared))
    return (name[:1].upper() + name[1:])[:80] or str(leader.sample)[:80] or REST
