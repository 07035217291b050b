"""Every sentence goes through gettext, so that it can be said in another language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from billing import refusals
from tests.house.markup import MARK, constants, markup, parsed, templates
from tests.house.source import ROOT, imported, named, short, trees

# Words that are the same in every language, and examples of what to type.
UNTRANSLATED = re.compile(r"Milepost|https?://\S*|\S+@\S+|[A-Z]{2,}\b|[a-z]+\.(pdf|html)")
SPOKEN = ("title", "aria-label", "aria-description", "placeholder", "alt", "data-confirm")
SENTENCE = re.compile(r"^[A-Z][\w’']*,? [\w’']+.*|^[A-Z]\w+( \w+)*[.?!…]$", re.S)
GETTEXT = {"_", "_l", "N_", "gettext", "ngettext", "pgettext", "lazy_gettext"}


def _letters(text: str) -> str:
    """What a reader would have to understand of a literal text."""
    bare = UNTRANSLATED.sub("", text.replace(MARK, " "))
    return bare.strip() if re.search(r"[^\W\d_]{2,}", bare) else ""


def test_every_visible_text_in_templates_is_translated():
    found = [
        f"{short(path)}: {' '.join(text.split())[:60]!r}"
        for path in templates()
        for _line, text in markup(path).texts
        if _letters(text)
    ]
    assert found == []


def test_every_spoken_attribute_in_templates_is_translated():
    found = [
        f"{short(path)}: {name}={value!r}"
        for path in templates()
        for tag in markup(path).tags
        for name, value in tag.attributes.items()
        if name in SPOKEN and _letters(value)
    ]
    assert found == []


def test_no_sentence_hides_in_an_expression():
    found = [
        f"{short(path)}:{line}: {text!r}"
        for path in templates()
        for line, text in constants(path)
        if SENTENCE.match(text)
    ]
    assert found == []


def _sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Texts that look like sentences and that no gettext call, log or error of ours holds."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in GETTEXT | NOT_SHOWN:
            skipped |= {id(inner) for inner in ast.walk(node)}
        elif isinstance(node, ast.Expr):
            skipped.add(id(node.value))
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in skipped and SENTENCE.match(node.value):
            yield node.lineno, node.value


# What operators and programmers read is in English.
NOT_SHOWN = {"info", "warning", "exception", "error", "debug", "RuntimeError", "ValueError"}
NOT_SHOWN |= {"TypeError", "Misconfigured", "compile", "LookupError", "OSError", "super"}


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def test_every_sentence_of_the_web_is_translated():
    found = [
        f"{short(path)}:{line}: {text!r}"
        for path, tree in trees("blueprints/")
        for line, text in _sentences(tree)
        if path.name != "user_agents.py"  # names of browsers and systems
    ]
    assert found == []


@pytest.fixture(scope="module")
def messages() -> dict[str, set[str]]:
    """What the extraction of babel.cfg finds: message id to the files it is in."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {
        "_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None,
        "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
    }  # fmt: skip
    found: dict[str, set[str]] = {}
    for room in ("billing", "blueprints", "templates"):
        for name, _line, message, _comments, _context in extract_from_dir(
            str(ROOT / room), _within(room, methods), _within_options(room, options), keywords
        ):
            for each in message if isinstance(message, tuple) else (message,):
                found.setdefault(each, set()).add(f"{room}/{name}")
    return found


def _within(room: str, methods: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(pattern.removeprefix(f"{room}/"), method) for pattern, method in methods]


def _within_options(room: str, options: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {pattern.removeprefix(f"{room}/"): values for pattern, values in options.items()}


def test_every_sentence_is_extracted(messages):
    assert len(messages) > 300
    assert "" not in messages
    for path in [*templates(), *named(".txt", under="templates/mail/")]:
        asked = set(re.findall(r'\b_\("((?:[^"\\]|\\.)+)"', path.read_text()))
        missing = {text for text in asked if text.replace('\\"', '"') not in messages}
        assert not missing, f"{short(path)}: {missing}"


def _refusals() -> dict[str, type[refusals.Refusal]]:
    """Every refusal there is, each module that declares some imported."""
    from importlib import import_module

    for path, tree in trees("billing/"):
        declares = any(name.startswith("billing.refusals") for name in imported(tree))
        if declares and "scenarios" not in path.parts:
            module = short(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            import_module(module)
    waiting, found = [refusals.Refusal], {}
    while waiting:
        for each in waiting.pop().__subclasses__():
            found[each.__name__] = each
            waiting.append(each)
    return found


def test_every_refusal_says_something_that_is_extracted(messages):
    for name, refusal in _refusals().items():
        if name != "Conflict":
            assert refusal.sentence, f"{name} says nothing"
            assert refusal.sentence in messages, f"{name} is not extracted"


def test_every_refusal_gets_the_facts_its_sentence_names():
    known = _refusals()
    for path, tree in trees("billing/"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in known:
                refusal = known[_name(node.func)]
                named_facts = set(re.findall(r"%\((\w+)\)", refusal.sentence))
                given = {keyword.arg for keyword in node.keywords}
                assert None in given or named_facts <= given, f"{short(path)}:{node.lineno}"
            elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
                refusal = known.get(node.exc.id, refusals.Refusal)
                assert "%(" not in refusal.sentence, f"{short(path)}:{node.lineno}"


def test_no_sentence_is_put_together_before_it_is_translated():
    """An f-string or a sum inside `_()` can never be found in a catalogue."""
    for path, tree in trees("blueprints/"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in GETTEXT and node.args:
                built = isinstance(node.args[0], (ast.JoinedStr, ast.BinOp))
                assert not built, f"{short(path)}:{node.lineno}"


def test_templates_parse():
    for path in templates():
        assert parsed(Path(path)).body is not None
