"""The house's own files, for the laws that read them."""

import ast
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


ROOMS = (
    "app.py", "billing", "blueprints", "models", "migrations", "templates", "static", "tests",
    "docs", "bench", "translations", "README.md", "CHANGELOG.md", "Makefile", "pyproject.toml",
    ".ci",
)  # fmt: skip


@lru_cache(maxsize=1)
def files() -> tuple[Path, ...]:
    """Every file that belongs to the project."""
    found: list[Path] = []
    for room in (ROOT / name for name in ROOMS):
        found += [path for path in room.rglob("*") if path.is_file()] if room.is_dir() else [room]
    return tuple(sorted(path for path in found if path.exists() and not _is_made(path)))


def _is_made(path: Path) -> bool:
    return "__pycache__" in path.parts or path.suffix == ".pyc"


def named(*suffixes: str, under: str = "") -> list[Path]:
    """Our files with these endings in one room, what is vendored left out."""
    return [
        path
        for path in files()
        if path.suffix in suffixes
        and path.relative_to(ROOT).as_posix().startswith(under)
        and "vendor" not in path.parts
    ]


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def trees(under: str) -> Iterator[tuple[Path, ast.Module]]:
    """The parsed Python files of one room."""
    for path in named(".py", under=under):
        yield path, ast.parse(path.read_text())


def imports(under: str) -> Iterator[tuple[Path, frozenset[str]]]:
    """The Python files of one room and the modules each imports."""
    for path in named(".py", under=under):
        yield path, _imports(path)


@cache
def _imports(path: Path) -> frozenset[str]:
    return frozenset(imported(ast.parse(path.read_text())))


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules a file imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
