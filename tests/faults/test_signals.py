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

PROGRAM = """
import os, signal, sys, threading
from flask import Flask
from blueprints.web import streams

class Hub:
    def close(self):
        pass

app = Flask("told twice")
app.extensions["live"] = Hub()
signal.signal(signal.SIGTERM, lambda *_: None)
streams.end_with_server(app)
[listening] = [each for each in threading.enumerate() if each.name == "stopping"]
os.kill(os.getpid(), signal.SIGTERM)
listening.join()
opened = [open(f"{sys.argv[1]}/{number}", "wb") for number in range(16)]
os.kill(os.getpid(), signal.SIGTERM)
print([os.fstat(each.fileno()).st_size for each in opened if os.fstat(each.fileno()).st_size])
"""


def test_a_second_signal_is_not_written_to_a_file_that_was_opened_after_the_first(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (told.returncode, told.stdout, told.stderr) == (0, "[]\n", "")


ASIDE = """
import signal, threading
from flask import Flask
from blueprints.web import streams

stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
streams.end_with_server(Flask("told aside"))
threading.Timer(0.5, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM)).start()
stop.wait()
"""


def test_a_web_process_hears_what_another_of_its_threads_is_told():
    told = subprocess.run([sys.executable, "-c", ASIDE], timeout=PATIENCE, check=False)
    assert told.returncode == 0


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
