"""Units of a line, by their code in UN/ECE Recommendation 20, and how a price says them."""

from billing.refusals import N_

PIECE = "C62"
"""One of something; a price says nothing of it."""

NAMES = {
    PIECE: "piece",
    "HUR": "hour",
    "DAY": "day",
    "WEE": "week",
    "MON": "month",
    "E48": "service",
    "D63": "book",
    "KMT": "kilometre",
}
"""Units to choose from, as owners read them."""

_PER = {
    "HUR": N_("per hour"),
    "DAY": N_("per day"),
    "WEE": N_("per week"),
    "MON": N_("per month"),
    "E48": N_("per service"),
    "D63": N_("per book"),
    "KMT": N_("per kilometre"),
}


def per(unit: str) -> str:
    """What stands behind a price for one of a unit (a message id); "" of a piece."""
    return _PER.get(unit, "")
