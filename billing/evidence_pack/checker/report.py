"""Checks an evidence pack: what is in it, and that its parts agree with one another.

    python3 check.py [directory or ZIP]

Needs Python 3.9 or later and nothing else; the openssl program for the signatures of sealed
files. Asks no server. Ends with 0 if all that could be checked holds, with 1 if not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

from billing.evidence_pack.checker.chain import check_chain, check_manifest, check_texts
from billing.evidence_pack.checker.reading import FAILED, OK, SKIPPED, Finding, Pack
from billing.evidence_pack.checker.records import (
    check_agreements,
    check_invoices,
    check_strays,
    check_work,
)

CHECKS: tuple[Callable[[Pack], Iterator[Finding]], ...] = (
    check_manifest,
    check_chain,
    check_texts,
    check_agreements,
    check_work,
    check_invoices,
    check_strays,
)


def findings(pack: Pack) -> Iterator[Finding]:
    """All checks; one that cannot even be made has failed."""
    for check in CHECKS:
        try:
            yield from check(pack)
        except Exception as problem:  # whatever is wrong with a file must not end the others' turn
            words = (check.__doc__ or "").strip().splitlines()[0]
            why = f"{type(problem).__name__}: {problem}"
            yield FAILED, pack.reading, f"cannot be checked ({why}). Wanted: {words}"


def main(arguments: list[str]) -> int:
    place = arguments[0] if arguments else os.path.dirname(os.path.abspath(__file__))
    ended = {OK: 0, FAILED: 0, SKIPPED: 0}
    for state, name, words in findings(Pack(place)):
        ended[state] += 1
        print(f"{state}  {name}: {words}")
    print()
    if ended[SKIPPED]:
        print(f"{ended[SKIPPED]} could not be checked here.")
    if ended[FAILED]:
        print(f"{ended[FAILED]} of the checks failed. This pack is not what was handed out.")
        return 1
    print("All that was checked holds. Compare the head of the chain and the fingerprints of the")
    print("certificates with those in your mails: README.txt says how.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
