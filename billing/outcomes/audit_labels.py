"""What an entry of past hours says of its work, made comparable: a label, its core, rework."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from models.folding import fold

REWORK_WORDS = (
    "fix", "fixes", "fixing", "bug", "bugs", "bugfix", "hotfix", "revise", "revised", "revision",
    "revisions", "rework", "redo", "redone", "correct", "correction", "corrections", "amend",
    "amends", "amendments", "changes", "change request", "feedback", "second pass",
    "second round", "third pass", "third round", "round 2", "round 3", "again", "fehler",
    "korrektur", "korrekturen", "änderung", "änderungen", "nachbesserung", "nacharbeit",
    "überarbeitung", "überarbeiten", "zweite runde", "retouche", "retouches", "correctif",
    "révision", "révisions", "corrección", "correcciones", "revisión", "revisiones", "retoques",
    "cambios", "segunda ronda",
)  # fmt: skip
"""What hints at work that was done before; the owner edits the list."""

LONGEST_CORE = 160

# Dates, numbers of three digits and more, tickets and addresses tell one piece of work from the
# next, not one kind from another.
_PARTICULAR = re.compile(
    r"https?://\S+|#\d+|\b[a-z]{1,10}-\d+\b|\b\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?\b|\d{3,}"
)
_WORD = re.compile(r"[^\W_]+")

_SMALL_WORDS = """
a an the of for to and or in on at with by from my our der die das den dem des ein eine und oder
fur mit von zu zum zur im am auf le la les un une du de des et ou pour avec sur el los las una y
o para con por en del al
"""
_MONTHS_AND_DAYS = """
jan january januar janvier enero feb february februar fevrier febrero mar march marz mars marzo
apr april avril abril may mai mayo jun june juni juin junio jul july juli juillet julio
aug august aout agosto sep sept september septembre septiembre oct october okt oktober octobre
octubre nov november novembre noviembre dec december dez dezember decembre diciembre
monday tuesday wednesday thursday friday saturday sunday
"""
_IDLE = frozenset(f"{_SMALL_WORDS} {_MONTHS_AND_DAYS}".split())

_PHASE_WORDS = """
draft drafts first second third final version versions v1 v2 v3 wip part continued after before
entwurf fassung erste erster erstes zweite dritte finale endgultige nach vor teil
brouillon premier premiere deuxieme finale apres avant partie
borrador primer primera segunda tercera final despues antes parte
"""
_PHASES = frozenset(_PHASE_WORDS.split())
"""Words that say how far work was: they go through all kinds of it."""


@dataclass(frozen=True)
class Said:
    """A label: `key` tells it from others, `text` is what is looked for in it."""

    key: str
    sample: str
    text: str
    core: str


@lru_cache(maxsize=50_000)
def said(kind: str, description: str, project: str) -> Said:
    """The label of an entry, by its own kind of work and description, or else by its project.

    `core` is what labels are compared by. A kind that the file names goes before the description.
    """
    sample = description or kind or project
    text = _general(fold(f"{kind} | {description}" if kind and description else sample))
    digest = sha256(text.encode("utf-8", "replace")).hexdigest()[:40]
    return Said(digest, sample[:200], text, core(fold(kind or sample)))


def core(folded: str) -> str:
    """The words that tell a kind of work: without months, small words and, where that leaves any,
    signs of rework and of how far it was. “Bug fixing” is a kind, though it is rework."""
    words = [word for word in _WORD.findall(_general(folded)) if not word.isdecimal()]
    told = [word for word in words if word not in _IDLE] or words
    for left_out in (_PHASES | _FOLDED_REWORK, _PHASES, _FOLDED_REWORK):
        if fewer := [word for word in told if word not in left_out]:
            return " ".join(fewer)[:LONGEST_CORE]
    return " ".join(told)[:LONGEST_CORE]


def _general(folded: str) -> str:
    return " ".join(_PARTICULAR.sub(" ", folded).split())


_FOLDED_REWORK = frozenset(fold(word) for word in REWORK_WORDS if " " not in word)


class ReworkWords:
    """Tells rework by an owner's words: whole words or phrases, without case and accents."""

    def __init__(self, words: Iterable[str]) -> None:
        folded = sorted({fold(word) for word in words} - {""}, key=lambda word: (-len(word), word))
        told = "|".join(re.escape(word) for word in folded)
        self._pattern = re.compile(rf"(?<!\w)(?:{told})(?!\w)") if told else None

    def tell(self, text: str) -> bool:
        """Whether a label's text has one of them."""
        return bool(self._pattern and self._pattern.search(text))


def lines(typed: str) -> tuple[str, ...]:
    """Words as they are typed, one a line or between commas, each once."""
    words = (" ".join(word.split()) for word in re.split(r"[\n,]", typed))
    return tuple(dict.fromkeys(word for word in words if word))
