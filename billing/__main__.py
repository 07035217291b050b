"""The command line: ``python -m billing serve | worker | migrate | check | keys | verify | …``.

It lives here and not in app.py so that the supervising process, which also runs the
outbox worker, never loads the web framework.
"""

# isort: off
from billing import drivers  # noqa: F401 - before anything loads peewee
# isort: on

import logging
import sys
from argparse import ArgumentParser
from collections.abc import Callable

from billing import serving
from billing.installation import Misconfigured, from_environment
from billing.sealing import commands as sealing_commands
from models.schema import NewerSchema

COMMANDS: dict[str, tuple[str, Callable[..., int]]] = {
    "serve": ("prepare the database, serve the pages and run the outbox", serving.serve),
    "worker": ("run the outbox alone, as a process of its own", serving.work),
    "migrate": ("bring the database to the present schema", serving.prepare),
    "check": ("recompute every state, sum and chain, and name what does not fit", serving.check),
    "keys": ("show, rotate or bring in what seals agreements", sealing_commands.keys),
    "verify": ("give the verdict on a sealed FILE", sealing_commands.verify),
    "reset": ("print a link to a new password for the owner EMAIL", serving.reset),
    "demo": ("fill an empty data directory with scenarios and print the logins", serving.demo),
}


def _of_check(command: ArgumentParser) -> None:
    command.add_argument("--deep", action="store_true", help="verify each seal's signature too")


def _of_keys(command: ArgumentParser) -> None:
    command.add_argument("deed", choices=("show", "rotate", "import"))
    command.add_argument("file", nargs="?", help="a PKCS#12 file, for import")


def _of_verify(command: ArgumentParser) -> None:
    command.add_argument("file")


def _of_reset(command: ArgumentParser) -> None:
    command.add_argument("email")


ARGUMENTS: dict[str, Callable[[ArgumentParser], None]] = {
    "check": _of_check,
    "keys": _of_keys,
    "verify": _of_verify,
    "reset": _of_reset,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    parser = ArgumentParser(prog="milepost", description="Sell outcomes instead of hours.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, (help_text, _run) in COMMANDS.items():
        command = commands.add_parser(name, help=help_text)
        if name in ARGUMENTS:
            ARGUMENTS[name](command)
    given = vars(parser.parse_args(arguments))
    _help, run = COMMANDS[given.pop("command")]
    try:
        return run(from_environment(), **given)
    except (Misconfigured, NewerSchema) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
