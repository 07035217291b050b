"""A press that prints nothing, for tests that only ask what becomes of documents."""

from typing import Any

import pytest

from billing.delivery import pdf
from tests import cast as the


def idle(monkeypatch: pytest.MonkeyPatch, named: bool = False) -> None:
    """Every document is the same bytes (and its template, if `named`), and none has an XML."""

    def render(template: str, *_: Any) -> bytes:
        return the.PDF + template.encode() * named

    monkeypatch.setattr(pdf, "render", render)
    monkeypatch.setattr(pdf, "archive", lambda *order: ({}, render(*order)))


def broken(monkeypatch: pytest.MonkeyPatch, reason: str, detail: str = "") -> None:
    """No document can be made."""

    def crash(*_: Any) -> bytes:
        raise pdf.RenderFailed(reason, detail)

    monkeypatch.setattr(pdf, "render", crash)
    monkeypatch.setattr(pdf, "archive", crash)
