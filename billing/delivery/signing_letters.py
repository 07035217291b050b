"""Letters around a signature: the code, reminders, what a signer asks for, paper."""

from collections.abc import Callable

from billing.agreeing import agreements, codes, paper
from billing.delivery.failures import Undeliverable
from billing.delivery.occasion import Occasion, Said, quote
from models import AgreementState

HIDDEN = "••••••"
"""In place of a code's digits, where a letter is only looked at."""


def signing_code(at: Occasion) -> Said:
    """The six digits, made of the secret at this moment and written down nowhere else."""
    digits = HIDDEN if at.masked else codes.digits(at.code, at.installation.secret)
    lasts = int(codes.LASTS.total_seconds() // 60)
    return Said(at.portal(), {**at.terms(), "code": digits, "minutes": lasts})


def agreement_reminder(at: Occasion) -> Said:
    return Said(at.portal(), at.terms())


def agreement_countersign_reminder(at: Occasion) -> Said:
    return _to_owner(at, signer=at.agreement.signer.name)


def agreement_paper_asked(at: Occasion) -> Said:
    return _wished(at)


def agreement_objected(at: Occasion) -> Said:
    return _wished(at)


def agreement_forward_asked(at: Occasion) -> Said:
    return _wished(at)


def agreement_forward_refused(at: Occasion) -> Said:
    return Said(at.portal(), {**at.terms(), "named": at.signers_wish.name})


def agreement_recorded(at: Occasion) -> Said:
    """What the owner recorded as signed on paper, so that the client can say if it is not so."""
    recorded = paper.of(at.agreement)
    if recorded is None:
        raise Undeliverable("document_missing")
    facts = {
        **at.terms(),
        "signed_on": recorded.signed_on.isoformat(),
        "signer": recorded.client_name,
        "owner": recorded.owner_name,
        "sha256": recorded.scan.file.sha256,
    }
    return Said(at.portal(), facts, (recorded.scan,))


def _wished(at: Occasion) -> Said:
    wish = at.signers_wish
    return _to_owner(
        at,
        signer=wish.contact.name,
        named=wish.name,
        email=wish.email,
        words=quote(wish.note),
    )


def _to_owner(at: Occasion, **facts: str) -> Said:
    return Said(at.page(f"projects/{at.project.id}/agreement"), {**at.terms(), **facts})


def _is_off_the_table(at: Occasion) -> bool:
    return at.agreement.state not in agreements.OUT


def _is_spent(at: Occasion) -> bool:
    code = at.code
    is_closed = code.used_at is not None or code.ended_at is not None
    return is_closed or code.expires_at <= at.now or _is_off_the_table(at)


def _is_countersigned(at: Occasion) -> bool:
    return bool(at.agreement.state != AgreementState.CLIENT_SIGNED)


def _is_answered(at: Occasion) -> bool:
    return at.signers_wish.answered_at is not None or _is_off_the_table(at)


LETTERS: dict[str, Callable[[Occasion], Said]] = {
    letter.__name__: letter
    for letter in (
        signing_code,
        agreement_reminder,
        agreement_countersign_reminder,
        agreement_paper_asked,
        agreement_objected,
        agreement_forward_asked,
        agreement_forward_refused,
        agreement_recorded,
    )
}

OVERTAKEN: dict[str, Callable[[Occasion], bool]] = {
    "signing_code": _is_spent,
    "agreement_reminder": _is_off_the_table,
    "agreement_countersign_reminder": _is_countersigned,
    "agreement_paper_asked": _is_answered,
    "agreement_forward_asked": _is_answered,
}
"""Letters that ask for something, and when it is too late to ask."""
