"""What an owner assumes in the replay of their past, kept so that it can be gone on with later.

What is not changed follows the imported hours: rate, price and floor are NULL until then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from billing.outcomes import replay
from billing.outcomes.replay import Job, KindTerms, Terms
from models import Replay, ReplayKind, ReplayMoney, User, WorkKind, write

SAVED = 50
"""Percent of the hours that AI is first assumed to save."""


@dataclass(frozen=True)
class General:
    """What is assumed of everything; `seed` repeats the draws, the rest is as in Terms."""

    seed: int = 1
    longer: int = 50
    accepted: int = 90
    changes: int = 50
    base: int = 50
    value_share: int = 10
    reached: int = 50


@dataclass(frozen=True)
class InCurrency:
    """In one currency, minor units: None is what the past says, or no seats."""

    floor: int | None = None
    seat_price: int | None = None


@dataclass(frozen=True)
class OfKind:
    """Of one kind of work in one currency: None is what the past says, or nothing."""

    rate: int | None = None
    price: int | None = None
    saved: int = SAVED
    worth: int | None = None
    seats: int | None = None
    floor: int | None = None


Place = tuple[int, str]
"""A kind of work (its id) in a currency."""


@dataclass(frozen=True)
class Assumptions:
    """All that an owner assumes."""

    general: General = field(default_factory=General)
    money: Mapping[str, InCurrency] = field(default_factory=dict)
    kinds: Mapping[Place, OfKind] = field(default_factory=dict)


def of(owner: User) -> Assumptions:
    """What is kept, or what everyone begins with."""
    row = Replay.of(owner).first()
    general = General(**{name: getattr(row, name) for name in asdict(General())}) if row else None
    return Assumptions(
        general or General(),
        {each.currency: InCurrency(each.floor, each.seat_price) for each in ReplayMoney.of(owner)},
        {
            (each.kind_id, each.currency): OfKind(
                each.rate, each.price, each.saved, each.worth, each.seats, each.floor
            )
            for each in ReplayKind.of(owner)
        },
    )


def keep(owner: User, wanted: Assumptions) -> None:
    """Keep all that is named; what is not named stays. Another owner's kinds are left out."""
    with write(owner):
        mine = {row.id for row in WorkKind.of(owner).select(WorkKind.id)}
        general = asdict(wanted.general)
        Replay.insert(owner=owner, **general).on_conflict(
            conflict_target=[Replay.owner], update=general
        ).execute()
        for currency, money in wanted.money.items():
            said = asdict(money)
            ReplayMoney.insert(owner=owner, currency=currency, **said).on_conflict(
                conflict_target=[ReplayMoney.owner, ReplayMoney.currency], update=said
            ).execute()
        for (kind, currency), each in wanted.kinds.items():
            if kind in mine:
                _keep_kind(owner, kind, currency, asdict(each))


def _keep_kind(owner: User, kind: int, currency: str, said: dict[str, int | None]) -> None:
    target = [ReplayKind.owner, ReplayKind.kind, ReplayKind.currency]
    ReplayKind.insert(owner=owner, kind=kind, currency=currency, **said).on_conflict(
        conflict_target=target, update=said
    ).execute()


def start_over(owner: User) -> None:
    """Assume again what everyone begins with."""
    with write(owner):
        for table in (Replay, ReplayMoney, ReplayKind):
            table.delete().where(table.owner == owner.id).execute()


def suggested(jobs: Iterable[Job]) -> dict[int, KindTerms]:
    """Of each kind what its past says, see replay.started."""
    by_kind: dict[int, list[Job]] = {}
    for job in jobs:
        by_kind.setdefault(job.kind, []).append(job)
    return {kind: replay.started(of_kind, SAVED) for kind, of_kind in by_kind.items()}


def terms(
    jobs: list[Job],
    currency: str,
    assumed: Assumptions,
    floor: int,
    of_packages: Mapping[int, int],
) -> Terms:
    """What the replay of one currency reckons with: what is assumed, else what the past says.

    `floor` is what is suggested for an hour, `of_packages` what packages say of kinds of work.
    """
    money = assumed.money.get(currency, InCurrency())
    kinds = {}
    for kind, past in suggested(jobs).items():
        said = assumed.kinds.get((kind, currency), OfKind())
        kinds[kind] = KindTerms(
            past.rate if said.rate is None else said.rate,
            past.price if said.price is None else said.price,
            said.saved,
            said.worth,
            said.seats,
            of_packages.get(kind) if said.floor is None else said.floor,
        )
    rest = {name: value for name, value in asdict(assumed.general).items() if name != "seed"}
    return Terms(kinds, floor if money.floor is None else money.floor, money.seat_price, **rest)
