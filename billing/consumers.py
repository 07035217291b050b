"""Consumers: what they are told before they sign, and what is off for them.

The rules are those of the Consumer Rights Directive 2011/83/EU (articles 6, 8 to 11, 14, 16) with
the withdrawal function of article 11a, in force since June 2026. Not legal advice.
"""

from billing.tax_modes import EUROPEAN_UNION
from models import Client, ClientKind


def is_consumer(client: Client) -> bool:
    """Prices are gross, and no kill fee and no silence as acceptance is agreed."""
    return bool(client.kind == ClientKind.CONSUMER)


def is_eu(client: Client) -> bool:
    """A consumer who may withdraw within 14 days and is told so beforehand."""
    return is_consumer(client) and client.country in EUROPEAN_UNION
