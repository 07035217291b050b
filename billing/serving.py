"""Running an installation: preparing its database, serving pages, working off the outbox.

What only one command needs is imported by that command.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, NoReturn

import models
from billing.installation import Installation
from models.schema import migrate

log = logging.getLogger("milepost")

THREADS = 360
"""Most blocking threads per web process, started as they are needed.

live.MOST of them may wait for news on behalf of an open page; the rest answer requests.
"""


def prepare(installation: Installation) -> int:
    """Bring the database to the present schema. Raises Misconfigured for a wrong SMTP_URL."""
    if installation.sends_mail:
        from billing.delivery import mail

        # A mistake in it shows now, and not with the first mail.
        mail.server_of(installation)
    models.connect(installation.database_url, 8)
    if applied := migrate():
        log.info("migrated to %s (%s steps)", applied[-1], len(applied))
    return 0


def serve(installation: Installation) -> int:
    """Serve until SIGTERM or SIGINT.

    All is loaded once, here; the web processes are forks that share its memory.
    """
    from billing import forking, workdays
    from billing.delivery import worker

    prepare(installation)
    workdays.load()
    # By its name, as billing knows nothing of the web.
    web = import_module("app")
    app = web.create_app(installation)
    forking.share()
    outbox = forking.Beside(partial(worker.run, installation))
    _say(f"Milepost is at {installation.base_url}")
    if not installation.sends_mail:
        _say("No mail server is configured: messages wait in the outbox to be copied.")
    server = _server(installation)
    stop, reload = server.signal_handler_interrupt, server.signal_handler_reload
    acts: dict[int, Callable[[], None]] = {
        signal.SIGTERM: stop,
        signal.SIGINT: stop,
        signal.SIGHUP: reload,
    }
    # After the server has set handlers of its own, which would not hear all.
    server.on_startup(partial(forking.heed, acts))
    try:
        server.serve(target_loader=partial(web.begin, app), wrap_loader=False)
    finally:
        outbox.end()
    return 0


def _server(installation: Installation) -> Any:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    return Granian(
        "app",
        address=installation.host,
        port=installation.port,
        interface=Interfaces.WSGI,
        workers=installation.workers,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
    )


def work(installation: Installation) -> int:
    """Work off the outbox until SIGTERM or SIGINT."""
    from billing import forking
    from billing.delivery import worker

    prepare(installation)
    forking.until_told(partial(worker.run, installation))
    return 0


def check(installation: Installation, deep: bool = False) -> int:
    """Print what does not fit; the exit status is 1 if anything does not.

    A deep check verifies the signature of each seal too, some 20 ms each.
    """
    from billing import checking
    from billing.sealing import verifying

    prepare(installation)
    with models.connection():
        problems = checking.problems(verifying.faults if deep else None)
    for problem in problems:
        _say(problem)
    _say(f"{len(problems)} problems found." if problems else "Everything fits.")
    return 1 if problems else 0


def reset(installation: Installation, email: str) -> int:
    """Print a link to a new password, good for an hour: for where no mail can be sent."""
    from billing.people import accounts

    prepare(installation)
    with models.connection():
        user = models.User.get_or_none(models.User.email == accounts.normal(email))
    if user is None:
        _say(f"There is no owner with the address {email}.")
        return 1
    token = accounts.reset_token(user, installation.secret)
    _say(f"{installation.base_url}/password/reset/{token}")
    return 0


def demo(installation: Installation) -> NoReturn:
    """Fill an empty installation with the scenarios, then serve it."""
    from billing import scenarios
    from billing.delivery.pdf_press import press

    prepare(installation)
    with models.connection():
        report = scenarios.fill(installation)
    _say(report)
    models.db.close_all()
    press.close()
    # Begun afresh, without the memory that filling has taken.
    os.execv(sys.executable, [sys.executable, "-m", "billing", "serve"])  # noqa: S606


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
