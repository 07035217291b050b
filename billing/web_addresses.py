"""Web addresses as people type them, which both sides will follow."""

import unicodedata
from urllib.parse import urlsplit

from billing.refusals import NotALink


def web_address(text: str) -> str:
    """The address without blanks around it, "" for none. Refuses NotALink: http and https alone.

    Signs that hide or turn text around go, so that it leads where it seems to.
    """
    address = "".join(each for each in text if unicodedata.category(each)[0] != "C").strip()
    try:
        parts = urlsplit(address)
    except ValueError as broken:
        # Brackets that do not close, or signs that turn into others in a host's name.
        raise NotALink(text=address) from broken
    if address and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise NotALink(text=address)
    return address
