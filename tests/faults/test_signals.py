"""A process hears each signal that it is told, and what it is told twice harms nothing."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.server import PATIENCE, running

pytestmark = pytest.mark.faults

TWICE = """
import os, signal, sys, threading
from billing import forking

heard = threading.Semaphore(0)
forking.heed({signal.SIGTERM: heard.release})
os.kill(os.getpid(), signal.SIGTERM)
heard.acquire()
opened = [open(f"{sys.argv[1]}/{number}", "wb") for number in range(16)]
os.kill(os.getpid(), signal.SIGTERM)
heard.acquire()
print([os.fstat(each.fileno()).st_size for each in opened if os.fstat(each.fileno()).st_size])
"""


def test_a_second_signal_is_not_written_to_a_file_that_was_opened_after_the_first(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", TWICE, str(tmp_path)],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (told.returncode, told.stdout, told.stderr) == (0, "[]\n", "")


ONCE = """
import os, signal, threading
from flask import Flask
from blueprints.web import streams

stop, times = threading.Event(), []

def handle(*_):
    times.append(1)
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGTERM)
    sum(range(1000))
    stop.set()

signal.signal(signal.SIGTERM, handle)
streams.end_with_server(Flask("told often"))
for _ in range(3):
    os.kill(os.getpid(), signal.SIGTERM)
stop.wait()
sum(range(1000))
print(len(times))
"""


def test_the_servers_handler_in_a_web_process_is_called_once_however_often_it_is_told():
    told = subprocess.run(
        [sys.executable, "-c", ONCE],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (told.returncode, told.stdout, told.stderr) == (0, "1\n", "")


def test_a_server_ends_whichever_of_its_threads_takes_the_signal(shared_url, tmp_path):
    with running(shared_url, tmp_path) as served:
        pid = served.process.pid
        [other, *_] = {int(thread) for thread in os.listdir(f"/proc/{pid}/task")} - {pid}
        assert ctypes.CDLL(None).tgkill(pid, other, signal.SIGTERM) == 0
        assert served.process.wait(PATIENCE) == 0


def test_a_server_that_is_told_to_begin_anew_replaces_its_processes(shared_url, tmp_path):
    with running(shared_url, tmp_path) as served:
        before = _web_processes(served)
        served.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + PATIENCE
        while _web_processes(served) & before and time.monotonic() < until:
            time.sleep(0.1)
        after = _web_processes(served)
        assert len(after) == len(before) == 2 and not after & before


def _web_processes(served):
    """Those that the main thread has forked."""
    main = served.process.pid
    return set(Path(f"/proc/{main}/task/{main}/children").read_text().split())
