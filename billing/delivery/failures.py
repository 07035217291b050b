"""Why a delivery did not work: a reason in one word, put into a sentence at the edge."""

REASONS = (
    "unreachable",
    "insecure",
    "sign_in_refused",
    "sender_refused",
    "recipient_refused",
    "message_refused",
    "address_unsupported",
    "contact_gone",
    "document_missing",
    "pdf",
    "seal",
    "seal_key",
    "timestamp",
    "gave_up",
    "unexpected",
)

LONGEST = 300


class Undeliverable(Exception):
    """It did not go out. `detail` is what the other side said; `permanent` asks for no repeat."""

    def __init__(self, reason: str, detail: str = "", permanent: bool = False) -> None:
        if reason not in REASONS:
            raise ValueError(f"unknown reason {reason!r}")
        super().__init__(reason)
        self.reason, self.permanent = reason, permanent
        self.detail = " ".join(detail.split())[:LONGEST]

    @property
    def kept(self) -> str:
        """What a row keeps of it: ``reason: detail``."""
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


def split(kept: str) -> tuple[str, str]:
    """Reason and detail of a kept failure."""
    reason, _, detail = kept.partition(": ")
    return reason, detail
