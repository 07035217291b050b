"""A process that is told to stop more than once writes nothing to files of its own."""

import subprocess
import sys

import pytest

from tests.faults.server import PATIENCE

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
