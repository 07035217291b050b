"""Ports for servers that tests start in a moment."""

import os
import socket
from itertools import count

FIRST, MANY = 20_000, 12_000
"""Below those that connections going out are given, which may come before a server listens."""

APART = 97
"""How far apart two processes begin that were started one after the other."""

_next = count()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, and another each time."""
    while True:
        port = FIRST + (os.getpid() * APART + next(_next)) % MANY
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
