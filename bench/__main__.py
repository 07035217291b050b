"""``make bench``: the demo's pages beside a bare Flask hello, under the same server, in one run.

Absolute numbers are this machine's; the ratios are what to quote. Writes results.json:
name -> value, unit, ratio (to hello, where one is meant).
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import documents, load, past, processes, stage
from bench.load import Ask, Outcome, repeated
from bench.stage import Stage, Visitor

ROUNDS = 3
SECONDS = 1.5
CROWD = 10_000
RESULTS = Path(__file__).with_name("results.json")

Results = dict[str, dict[str, float | str | None]]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="milepost-bench-") as directory:
        results: Results = {}
        with stage.served(Path(directory)) as served:
            results["start to first answer"] = _entry(min(served.start() for _ in range(3)), "s")
            _pages(served, results)
            _memory(served, results)
            _deeds(served, results, "acceptance with its invoice", served.submitted(400))
            _deeds(served, results, "signature by the client", served.offered(160))
            served.crowd(CROWD)
            _crowded(served, results)
        results["invoice PDF, warm"] = _entry(documents.milliseconds(), "ms CPU")
        for name, seconds in past.measured().items():
            results[name] = _entry(seconds, "s CPU")
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    _print(results)
    return 0


def _pages(served: Stage, results: Results) -> None:
    """Each page in turn with hello, several rounds, the median of the ratios."""
    client, owner = served.client(), served.owner()
    unchanged = {"If-None-Match": client.etag}
    runs = {
        "client's page": repeated(client.ask(client.home)),
        "client's page, unchanged (304)": repeated(client.ask(client.home, unchanged)),
        "home": repeated(owner.ask("/")),
        "project page": repeated(owner.ask(served.active_project)),
    }
    hellos = []
    for name, asks in runs.items():
        rates, ratios = [], []
        for _ in range(ROUNDS):
            hello = _measured(served.hello_port, repeated(Ask("GET", "/")), {200})
            page = _measured(served.port, asks, {200, 304})
            hellos.append(hello.per_second)
            rates.append(page.per_second)
            ratios.append(page.per_second / hello.per_second)
        results[name] = _entry(median(rates), "requests/s", median(ratios))
    results["hello"] = _entry(median(hellos), "requests/s", 1.0)
    rows = served.draft_rows(owner)
    before = served.web_seconds()
    saves = load.run(served.port, lambda thread: _saves(owner, rows[thread]), SECONDS, len(rows))
    spent = 1000 * (served.web_seconds() - before) / saves.requests
    ratio = saves.per_second / median(hellos)
    results["autosave of a milestone"] = _entry(saves.per_second, "saves/s", ratio)
    results["autosave, web CPU"] = _entry(spent, "ms CPU")


def _measured(
    port: int,
    asks: "stage.Asks",
    expected: set[int],
    connections: int = 8,
    seconds: float = SECONDS,
) -> Outcome:
    load.run(port, asks, 0.3, connections)
    outcome = load.run(port, asks, seconds, connections)
    if not set(outcome.statuses) <= expected:
        raise SystemExit(f"unexpected answers: {outcome.statuses}")
    return outcome


def _saves(owner: Visitor, row: stage.Row) -> Iterator[Ask]:
    """One row saved again and again, each time with another title."""
    while True:
        yield owner.form(row.action, row.next(), partial=True)


def _memory(served: Stage, results: Results) -> None:
    """Each web process after the pages, and all of them with the supervisor and its outbox."""
    sizes = {pid: processes.memory(pid) for pid in served.every}
    results["memory of a web process"] = _entry(max(sizes[pid][0] for pid in served.web), "MB")
    results["memory of all (PSS)"] = _entry(sum(share for _, share in sizes.values()), "MB")


def _crowded(served: Stage, results: Results) -> None:
    """The client's page once more, beside hello and beside itself as it was."""
    client = served.client()
    ratios = []
    for _ in range(ROUNDS):
        hello = _measured(served.hello_port, repeated(Ask("GET", "/")), {200})
        page = _measured(served.port, repeated(client.ask(client.home)), {200})
        ratios.append(page.per_second / hello.per_second)
    alone = results["client's page"]["ratio"]
    assert isinstance(alone, float)
    results[f"client's page, {CROWD:,} projects more"] = {
        "value": round(median(ratios) / alone, 2),
        "unit": "x itself",
        "ratio": round(median(ratios), 3),
    }


def _deeds(served: Stage, results: Results, name: str, shares: list[list[Ask]]) -> None:
    """Each deed once, by clients who come at the same time; the outbox works meanwhile."""
    before = served.web_seconds()
    outcome = load.run(
        served.port, lambda thread: iter(shares[thread]), seconds=60, connections=len(shares)
    )
    done = outcome.statuses.get(303, 0)
    # A machine that is busy with other things too may tell one of them to come back later.
    if not set(outcome.statuses) <= {303, 503} or done < 0.99 * outcome.requests:
        raise SystemExit(f"unexpected answers: {outcome.statuses}")
    spent = 1000 * (served.web_seconds() - before) / outcome.requests
    results[f"{name}, durable"] = _entry(done / outcome.seconds, "per second")
    results[f"{name}, web CPU"] = _entry(spent, "ms CPU")


def _entry(value: float, unit: str, ratio: float | None = None) -> dict[str, float | str | None]:
    return {
        "value": round(value, 2),
        "unit": unit,
        "ratio": round(ratio, 3) if ratio is not None else None,
    }


def _print(results: Results) -> None:
    for name, entry in results.items():
        ratio = f"{entry['ratio']:>8.3f} x hello" if entry["ratio"] is not None else ""
        sys.stdout.write(f"{name:<40}{entry['value']:>12,.2f} {entry['unit']:<12}{ratio}\n")


if __name__ == "__main__":
    sys.exit(main())
