"""How far an owner is on the way from hours to outcomes: what each step has brought so far.

Each step can be left, taken up again and done in any order; nothing here is stored.
"""

from dataclasses import dataclass
from datetime import date

from billing.outcomes import audit_grouping
from billing.planning import switching
from models import (
    Client,
    ClientLetter,
    HoursEntry,
    LetterDraft,
    PackageDraft,
    Replay,
    ReplayKind,
    ReplayMoney,
    User,
    ValuedResult,
    WorkKind,
)


@dataclass(frozen=True)
class Transition:
    """What there is of each step: imported entries and those in no kind of work yet, packages in
    the making and saved, whether assumptions of the replay were kept, clients written to and
    being written to, and hourly work that still runs and is no project here.
    """

    entries: int
    waiting: int
    kinds: int
    valued: int
    making: int
    saved: int
    is_replayed: bool
    written: int
    writing: int
    running: int

    @property
    def done(self) -> dict[str, bool]:
        """Whether each step has brought what the next one rests on, in their order."""
        return {
            "audit": bool(self.kinds),
            "packages": bool(self.saved),
            "replay": self.is_replayed,
            "letters": bool(self.written),
            "switch": bool(self.entries) and not self.running,
        }

    @property
    def next(self) -> str:
        """The first step that is not done, "" after the last."""
        return next((step for step, is_done in self.done.items() if not is_done), "")


def of(owner: User, today: date) -> Transition:
    """`today` is the owner's own day."""
    drafts, letters = PackageDraft.of(owner), ClientLetter.of(owner)
    saved = drafts.where(PackageDraft.package.is_null(False)).count()
    written = letters.select(ClientLetter.client).distinct()
    writing = LetterDraft.select().join(Client).where(Client.owner == owner.id)
    return Transition(
        entries=HoursEntry.of(owner).count(),
        waiting=audit_grouping.waiting(owner),
        kinds=WorkKind.of(owner).count(),
        valued=ValuedResult.of(owner).count(),
        making=drafts.count() - saved,
        saved=saved,
        is_replayed=any(each.of(owner).exists() for each in (Replay, ReplayMoney, ReplayKind)),
        written=written.count(),
        writing=writing.where(LetterDraft.client.not_in(written)).count(),
        running=sum(each.project_id is None for each in switching.running(owner, today)),
    )
