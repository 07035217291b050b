"""Joined style sheets: whole, in order, kept for good under their content's mark."""

import re
from pathlib import Path

BASE = ("tokens", "base", "layout", "icon", "actions", "status", "notice", "print")


def test_a_layouts_sheets_come_in_one(nobody, app):
    sheets = Path(app.static_folder) / "css"
    html = nobody.get("/sign-in").text
    address = re.search(r'href="(/sheets/base\.css\?v=[0-9a-f]{12})"', html)[1]
    joined = nobody.client.get(address, base_url="http://127.0.0.1:8000")
    places = [joined.text.index((sheets / f"{name}.css").read_text()) for name in BASE]
    assert places == sorted(places)
    assert joined.text.lstrip().startswith("/* The order of the layers")
    assert "immutable" in joined.headers["Cache-Control"]
    assert joined.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in joined.headers


def test_there_are_no_others(nobody):
    nobody.get("/sheets/tokens.css", status=404)
    nobody.get("/sheets/..%2f..%2fapp.css", status=404)
