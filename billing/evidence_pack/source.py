"""The checker as one file for people without our code: its parts, one behind the other."""

import ast
from functools import lru_cache
from pathlib import Path

PARTS = ("reading", "chain", "seals", "records")
LAST = "report"
FOLDER = Path(__file__).with_name("checker")


@lru_cache(maxsize=1)
def check_py() -> bytes:
    """check.py: the usage from the last part, imports once, then every part without them."""
    imports: set[str] = set()
    bodies = [_body(name, imports) for name in (*PARTS, LAST)]
    usage = ast.get_docstring(ast.parse(_text(LAST)), clean=False)
    head = [f'"""{usage}"""', "", "from __future__ import annotations", "", *sorted(imports)]
    return ("\n".join(["#!/usr/bin/env python3", *head]) + "\n" + "".join(bodies)).encode()


def _text(name: str) -> str:
    return (FOLDER / f"{name}.py").read_text()


def _body(name: str, imports: set[str]) -> str:
    """A part without its docstring and imports; those of the library are noted in `imports`."""
    text = _text(name)
    tree = ast.parse(text)
    lines = text.splitlines()
    first = 0
    for node in tree.body:
        is_docstring = isinstance(node, ast.Expr) and node is tree.body[0]
        if isinstance(node, ast.Import):
            imports.add(ast.unparse(node))
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.module.startswith(("billing", "__future__")):
                imports.add(ast.unparse(node))
        elif not is_docstring:
            break
        first = node.end_lineno or first
    return "\n\n\n" + "\n".join(lines[first:]).strip() + "\n"
