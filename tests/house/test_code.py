"""Laws of the code: which room may know what, and how a file looks."""

import ast
import re

import pytest

import models
from tests.house.source import ROOT, imports, named, short, trees

LONGEST = 350
ROUTE = 20
# Read and written only through scopes and verbs.
QUERIES = {
    "select", "get_by_id", "get_or_none", "get_or_create", "create", "insert", "insert_many",
    "update", "delete", "delete_instance", "save", "execute", "execute_sql", "atomic",
}  # fmt: skip
ON_ANYTHING = {"select", "get_by_id", "delete_instance", "execute", "execute_sql", "atomic"}


def _queries(tree: ast.Module) -> list[str]:
    return [
        f"line {node.lineno}: .{node.func.attr}("
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr in ON_ANYTHING
            or (node.func.attr in QUERIES and _is_model(node.func.value))
        )
    ]


def _is_model(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and hasattr(models, node.id) and node.id[0].isupper()


def test_blueprints_read_by_scopes_and_write_by_verbs():
    found = {short(path): _queries(tree) for path, tree in trees("blueprints/")}
    assert {name: calls for name, calls in found.items() if calls} == {}


@pytest.mark.parametrize("room", ["billing/", "models/", "migrations/"])
def test_the_trade_knows_nothing_of_the_web(room):
    web = ("flask", "werkzeug", "wtforms", "htmx", "blueprints", "app")
    for path, modules in imports(room):
        roots = {name.split(".")[0] for name in modules}
        assert not {root for root in roots if root.startswith(web)}, short(path)


def test_models_know_no_verbs():
    for path, modules in imports("models/"):
        roots = {name.split(".")[0] for name in modules}
        assert not roots & {"billing", "tests"}, short(path)


def test_nobody_imports_a_blueprint_but_the_application():
    resources = {f"blueprints.{path.stem}" for path in (ROOT / "blueprints").glob("*.py")}
    for path, modules in imports(""):
        if short(path) != "app.py":
            assert not resources & modules, short(path)


def test_only_delivery_knows_the_pdf_engine():
    for path, modules in imports(""):
        knows = {name.split(".")[0] for name in modules} & {"xhtml2pdf", "reportlab"}
        allowed = short(path).startswith(("billing/delivery/", "tests/"))
        assert allowed or not knows, short(path)


def test_every_blueprint_is_called_routes():
    for path, tree in trees("blueprints/"):
        if path.parent.name == "blueprints" and path.stem != "__init__":
            assigned = {
                target.id
                for node in tree.body
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            assert "routes" in assigned, short(path)


@pytest.mark.parametrize("room", ["blueprints/", "app.py"])
def test_routes_are_short(room):
    for path, tree in trees(room):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any(map(_is_route, node.decorator_list)):
                length = (node.end_lineno or 0) - node.body[0].lineno + 1
                assert length <= ROUTE, f"{short(path)}: {node.name} has {length} lines"


def _is_route(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and isinstance(decorator.func.value, ast.Name)
        and decorator.func.value.id == "routes"
    )


def test_files_are_short():
    long = {
        short(path): lines
        for path in named(".py", ".html", ".txt", ".css", ".js")
        if "common_passwords" not in path.name
        and (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_every_python_file_says_what_it_is():
    for path, tree in trees(""):
        if tree.body:
            assert ast.get_docstring(tree), short(path)


def test_nothing_is_left_for_later():
    # Spelled apart, so that this file does not find itself.
    marks = re.compile(
        r"\b(TO" r"DO|FIX" r"ME|HA" r"CK|[Nn]ot imp" r"lemented|[Cc]oming s" r"oon)\b"
    )
    for path in named(".py", ".html", ".css", ".js", ".md", ".toml", ".txt"):
        assert not marks.search(path.read_text()), short(path)


def test_no_file_knows_the_machine_it_was_written_on():
    homes = re.compile(r"(/home/|/work/|/root/|/Users/)\w")
    for path in named(".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".lock", ".sql"):
        assert not homes.search(path.read_text()), short(path)
