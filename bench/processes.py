"""What the served processes cost: CPU seconds, memory and the time until they answer. Linux."""

import os
from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    others = Path(f"/proc/{pid}/task").glob("*/children")
    found = {int(each) for file in (listed, *others) for each in file.read_text().split()}
    return sorted(found)


def web(supervisor: int) -> list[int]:
    """The processes that answer requests: those that are forks, unlike the press."""
    return [pid for pid in children(supervisor) if _program(pid) == _program(supervisor)]


def _program(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _fields(pid: int) -> list[str]:
    """What the kernel says of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def cpu_seconds(pid: int) -> float:
    """User and system time of one process so far."""
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> tuple[float, float]:
    """Megabytes resident, and the process's share of them (PSS: shared pages divided)."""
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, kilobytes = line.split()[:2]
        sizes[name] = int(kilobytes) / 1024
    return sizes["Rss:"], sizes["Pss:"]
