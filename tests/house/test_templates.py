"""Laws of the templates: nothing inline, htmx 4 as it is meant, partials named for their root."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.markup import MARK, Markup, Tag, literal, markup, templates
from tests.house.source import ROOT, named, short, trees

PAGES = templates(documents=False)
ALL = templates()

# Only an element that asks uses these; on any other they are for what is inside.
REQUESTS = {"hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-action", "hx-boost"}
SHARED = {"hx-target", "hx-swap", "hx-select", "hx-headers", "hx-vals", "hx-include", "hx-confirm"}
ASKING = {"hx-partial", "button", "form", "input", "select", "textarea", "fieldset"}
# What happens without anybody's doing may need a script to happen at all.
BY_ITSELF = re.compile(r"\b(load|every|revealed|intersect|from:window)\b")
GONE = {"hx-vars", "hx-params", "hx-prompt", "hx-ext", "hx-disinherit", "hx-inherit", "hx-request"}


def tags() -> Iterator[tuple[Path, Tag]]:
    """Every tag of every page. Read when it is asked for: each process collects this file."""
    for path in PAGES:
        for tag in markup(path).tags:
            yield path, tag


def test_nothing_is_inline():
    for path, tag in tags():
        at = f"{short(path)}: <{tag.name}> {tag.attributes}"
        assert tag.name != "style", at
        assert tag.name != "script" or "src" in tag.attributes, at
        for name, value in tag.attributes.items():
            assert name != "style", at
            assert not name.startswith("on"), at
            assert not name.startswith("hx-on"), at
            assert not value.strip().lower().startswith(("js:", "javascript:")), at


def test_triggers_have_no_filters():
    for path, tag in tags():
        for name, value in tag.attributes.items():
            if name.startswith("hx-trigger"):
                assert "[" not in value, f"{short(path)}: {value}"


def test_htmx_attributes_are_those_of_version_4():
    for path, tag in tags():
        names = {name.split(":")[0] for name in tag.attributes}
        assert not names & GONE, f"{short(path)}: {names & GONE}"
        inert = {name for name in tag.attributes if name in SHARED}
        asks = names & REQUESTS or tag.name in ASKING
        assert asks or not inert, f"{short(path)}: <{tag.name}> {inert} reach nothing: :inherited"


def test_what_a_person_does_by_htmx_works_without_it():
    for path, tag in tags():
        asked = {"hx-get", "hx-post"} & set(tag.attributes)
        if asked and not BY_ITSELF.search(tag.attributes.get("hx-trigger", "")):
            plain = {"action", "href", "formaction"} & set(tag.attributes)
            assert plain or tag.name in ASKING, f"{short(path)}: <{tag.name}> {asked}"


def _swapped() -> list[str]:
    """The partials that routes answer with."""
    found: set[str] = set()
    for path, _tree in trees("blueprints/"):
        found |= set(re.findall(r'"([a-z_]+/_[a-z_]+\.html)"', path.read_text()))
    return sorted(found)


@pytest.mark.parametrize("name", _swapped())
def test_a_partial_has_one_root_named_for_it(name):
    path = ROOT / "templates" / name
    stem = Path(name).stem.removeprefix("_")
    found = Markup()
    found.feed(_without_macros(path.read_text()))
    roots = [tag for tag in found.tags if tag.depth == 0]
    assert roots, f"{name} has no element"
    ids = {root.attributes.get("id", "") for root in roots}
    assert ids <= {stem, f"{stem}_{MARK}"}, f"{name}: {ids}"


def _without_macros(text: str) -> str:
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
    text = re.sub(r"\{%-?\s*macro\b.*?\{%-?\s*endmacro.*?%\}", "", text, flags=re.S)
    text = re.sub(r"\{%.*?%\}", "", text, flags=re.S)
    return re.sub(r"\{\{.*?\}\}", MARK, text, flags=re.S)


def test_every_template_is_used():
    code = "".join(path.read_text() for path in named(".py", ".html", ".txt"))
    for path in ALL:
        name = path.relative_to(ROOT / "templates").as_posix()
        dynamic = name.startswith(("mail/", "pdf/"))
        assert dynamic or f'"{name}"' in code or f"'{name}'" in code, f"{name} is used nowhere"


def test_no_page_names_another_host():
    for path, tag in tags():
        for name in ("src", "href", "action", "srcset"):
            value = tag.attributes.get(name, "")
            foreign = re.match(r"(https?:)?//", value)
            assert not foreign or tag.name == "a", f"{short(path)}: {value}"


def test_static_files_come_with_their_digest():
    for path in PAGES:
        assert "url_for('static'" not in literal(path)
        assert "url_for('static'" not in path.read_text(), short(path)
        assert 'url_for("static"' not in path.read_text(), short(path)
