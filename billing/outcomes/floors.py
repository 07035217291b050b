"""What an hour has to bring, so that one can live and work: one figure for packages and replay.

A package's floor is that figure times the hours that most past pieces stayed below, so what is
sold at its floor brings just that much an hour, and less only if it takes longer. In the replay a
piece that brings less an hour is below the floor. Amounts in minor units an hour.
"""

from collections.abc import Iterable

from billing.outcomes import audit_figures, audit_jobs
from billing.outcomes.audit_jobs import PastJob
from models import PackageDraft, ReplayMoney, User


def suggested(jobs: Iterable[PastJob], currency: str) -> int | None:
    """What an hour of all past work in a currency brought: a place to begin, not a cost."""
    told = [job for job in jobs if job.currency == currency]
    rows = audit_jobs.added_up(told, lambda _job: 0, lambda _job: "")
    return rows[0].rate if rows else None


def to_begin_with(owner: User, currency: str) -> int | None:
    """What a new package begins with: what its owner said in the replay, or what is suggested."""
    row = ReplayMoney.of(owner).where(ReplayMoney.currency == currency).first()
    if row is not None and row.floor is not None:
        return int(row.floor)
    return suggested(audit_figures.jobs(owner), currency)


def of_packages(owner: User) -> dict[tuple[int, str], PackageDraft]:
    """Packages from the audit that say what an hour costs, by kind of work (id) and currency.

    Of several the latest.
    """
    said = PackageDraft.of(owner).where(
        PackageDraft.hourly_cost.is_null(False), PackageDraft.kind.is_null(False)
    )
    return {(int(row.kind_id), str(row.currency)): row for row in said.order_by(PackageDraft.id)}
