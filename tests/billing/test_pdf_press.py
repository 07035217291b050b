"""The press: whatever befalls one document costs its child, and the next one is printed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from billing.delivery import pdf
from billing.delivery.pdf_press import Press, press
from tests.billing import documents

ROOT = Path(pdf.__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def no_child_left() -> Iterator[None]:
    yield
    press.close()


def invoice() -> bytes:
    return pdf.render("invoice.html", documents.invoice(), "en")


def test_the_engine_is_loaded_by_the_child_alone() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, billing.delivery.pdf; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout.split()
    assert "billing.delivery.pdf" in loaded
    assert not {"xhtml2pdf", "reportlab", "pypdf"} & set(loaded)


def test_the_same_content_gives_the_same_bytes_in_any_child() -> None:
    content = documents.agreement(2, 2, 2)
    first = pdf.render("agreement.html", content, "en")
    pdf.render("invoice.html", documents.taxed(), "en")
    assert pdf.render("agreement.html", content, "en") == first
    press.close()
    assert pdf.render("agreement.html", content, "en") == first


def test_too_many_rows_are_refused_before_any_work() -> None:
    press.close()
    with pytest.raises(pdf.RenderFailed, match="too_long"):
        pdf.render("invoice.html", documents.invoice(pdf.ROWS), "en")
    assert press.pid is None


def test_a_document_out_of_time_costs_the_child_and_no_other_document() -> None:
    invoice()
    slow = press.pid
    began = time.monotonic()
    with pytest.raises(pdf.RenderFailed) as failure:
        pdf.render("invoice.html", documents.invoice(300), "en", seconds=0.3)
    assert failure.value.reason == "timed_out"
    assert time.monotonic() - began < 10
    assert slow is not None and gone(slow)
    assert invoice().startswith(b"%PDF")
    assert press.pid not in (None, slow)


def test_a_child_that_was_killed_is_replaced_unseen() -> None:
    invoice()
    assert press.pid is not None
    os.kill(press.pid, signal.SIGKILL)
    assert invoice().startswith(b"%PDF")


def test_a_child_that_cannot_start_is_a_failure_with_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = Press()
    monkeypatch.setattr("billing.delivery.pdf_press.CHILD", ROOT / "nothing.py")
    with pytest.raises(pdf.RenderFailed) as failure:
        broken.set("<p>x</p>", 20, 0)
    assert failure.value.reason == "crashed"
    broken.close()


def test_documents_of_several_threads_wait_for_each_other() -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(invoice())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4 and len(set(made)) == 1


def test_an_idle_child_ends_and_the_next_document_starts_another() -> None:
    short = Press(idle=0.2)
    short.set("<p>x</p>", 20, 0)
    first = short._child
    # It may have ended by now, whatever came between.
    until(lambda: short.pid is None)
    short.set("<p>x</p>", 20, 0)
    assert first is not None and short._child not in (None, first)
    short.close()


ORPHANING = """
import os, time
from billing.delivery.pdf_press import press
press.set("<p>x</p>", 10, 0)
holder = os.fork()
if holder == 0:
    time.sleep(120)
    os._exit(0)
print(press.pid, holder, flush=True)
time.sleep(120)
"""


@pytest.mark.faults
def test_the_child_follows_a_killed_parent_even_if_the_pipe_stays_open() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHANING], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    child, holder = map(int, parent.stdout.readline().split())
    assert not gone(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: gone(child))
    os.kill(holder, signal.SIGKILL)


def gone(process: int) -> bool:
    """Ended; an orphan may stay in the table of processes until somebody asks for it."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in "ZX"


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
