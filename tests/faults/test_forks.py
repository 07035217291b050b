"""The process beside the web processes: begun again when it is killed, and never left alone."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.faults.server import PATIENCE

pytestmark = pytest.mark.faults

PROGRAM = """
import os, signal, sys, time
import models
from billing import forking

def run(stop):
    print(os.getpid(), flush=True)
    stop.wait()

models.connect(f"sqlite:///{sys.argv[1]}/milepost.db")
forking.RECOVERY = 0.05
told = []
signal.signal(signal.SIGTERM, lambda *_: told.append(True))
forking.share()
beside = forking.Beside(run)
while not told:
    time.sleep(0.02)
beside.end()
"""


@contextmanager
def supervised(directory):
    """A supervisor; its output says the id of each process that it has begun beside itself."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def test_what_is_killed_is_begun_again_and_ends_with_the_supervisor(tmp_path):
    with supervised(tmp_path) as supervisor:
        first = int(supervisor.stdout.readline())
        os.kill(first, signal.SIGKILL)
        assert int(supervisor.stdout.readline()) != first
        supervisor.terminate()
        # Its output ends when nobody is left who could write to it.
        assert supervisor.communicate(timeout=PATIENCE)[0] == ""
        assert supervisor.returncode == 0


def test_a_fork_ends_when_its_supervisor_is_killed(tmp_path):
    with supervised(tmp_path) as supervisor:
        supervisor.stdout.readline()
        supervisor.kill()
        assert supervisor.communicate(timeout=PATIENCE)[0] == ""
