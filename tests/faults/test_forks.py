"""What works beside forks: it rests while one is made, and no fork outlives its parent."""

import subprocess
import sys

import pytest

from tests.faults.server import PATIENCE

pytestmark = pytest.mark.faults

PROGRAM = """
import os, signal, sys, threading
import models
from billing import forking

def say(line):
    # In one piece: several write to the same pipe.
    os.write(1, (line + "\\n").encode())

def run(stop):
    with models.connection():
        say("working")
        stop.wait()
        models.db.execute_sql("SELECT 1")
    say("resting")

def fork():
    if (pid := os.fork()) == 0:
        others = threading.active_count() - 1, len(models.db._in_use), len(models.db._connections)
        say(" ".join(["forked beside", *map(str, others)]))
        signal.pause()
    return pid

models.connect(f"sqlite:///{sys.argv[1]}/milepost.db")
forking.A_MOMENT = 0.05
forking.share()
beside = forking.Beside(run)
forks = []
for told in sys.stdin:
    if told == "fork\\n":
        forks.append(fork())
    else:
        beside.end()
        say("ended")
"""


class Supervisor:
    def __init__(self, process):
        self.process = process

    def ask(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()

    def says(self):
        return self.process.stdout.readline().strip()

    def has_begun(self):
        """Which of them speaks first is the machine's choice."""
        return {self.says(), self.says()} == {"forked beside 0 0 0", "working"}


@pytest.fixture
def supervisor(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Supervisor(process)
    finally:
        process.kill()
        # Its output ends when nobody is left who could write to it.
        process.communicate(timeout=PATIENCE)


def test_work_rests_while_a_fork_is_made_and_goes_on_after_it(supervisor):
    supervisor.ask("fork")
    assert supervisor.has_begun()
    for _ in range(2):
        supervisor.ask("fork")
        heard = {supervisor.says() for _ in range(3)}
        assert heard == {"resting", "forked beside 0 0 0", "working"}


def test_it_is_told_to_end_and_ends(supervisor):
    supervisor.ask("fork")
    assert supervisor.has_begun()
    supervisor.ask("end")
    assert [supervisor.says() for _ in range(2)] == ["resting", "ended"]


def test_a_fork_ends_when_its_parent_is_killed(supervisor):
    supervisor.ask("fork")
    assert supervisor.has_begun()
    supervisor.process.kill()
    assert "forked" not in supervisor.process.communicate(timeout=PATIENCE)[0]
