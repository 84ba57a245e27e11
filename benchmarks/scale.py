"""Evidence by the hundred thousand: time, memory and cores, beside a validator and a peer.

    python -m benchmarks.scale                      1,000 and 10,000 interactions
    python -m benchmarks.scale 1000 100000 1000000  as many as you like
    python -m benchmarks.scale --gate               whether memory is flat and the ratio is kept

Each run is a process of its own; the CPU time of the start, measured with one interaction, is in
it.  The floor is orjson and jsonschema-rs with the schema this program writes, over the same
bodies.  The peer is ``drift`` of the Redocly CLI, over the same archive and the OpenAPI document
this program writes; it is left out where there is no npx.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PAGE = """\
# Orders

## GET /v1/orders/{id}

### Parameters

| Name | In | Type | Required | Description |
|---|---|---|---|---|
| id | path | integer | yes | The order |
| market | query | string | no | Its market |

### Response

| Field | Type | Required | Description |
|---|---|---|---|
| id | integer | yes | Number of the order |
| side | string | yes | One of `BUY`, `SELL` |
| price | string | yes | Price of one |
| created | integer | yes | Time in milliseconds |
| market | string | yes | Its market |
| state | string | yes | `open`, `done` or `cancelled` |
"""
FAULTY = (0.0, 0.01, 0.5)
PEER = "@redocly/cli@2.77.0"
PEER_SIZE = 50_000
"""Interactions from which on the peer is compared: start-up counts for less then."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, those of its children included."""
    memory: float
    """MB of the process itself at its largest."""


def body(number: int, faulty: float) -> dict[str, object]:
    """An order; the share ``faulty`` of them has one of three faults."""
    order: dict[str, object] = {
        "id": number,
        "side": "BUY" if number % 2 else "SELL",
        "price": "1.5",
        "created": 1_719_304_561_000 + number,
        "market": "SGD-BTC",
        "state": "done",
    }
    if number % 1000 < faulty * 1000:
        order |= ({"side": "HOLD"}, {"price": 1.5}, {"state": None})[number % 3]
    return order


def write_lines(path: Path, size: int, faulty: float) -> None:
    """Interactions as NDJSON."""
    with path.open("w") as file:
        for number in range(size):
            url = f"https://api.example/v1/orders/{number}?market=SGD-BTC"
            answer = {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": json.dumps(body(number, faulty)),
            }
            request = {"method": "GET", "url": url, "headers": {"Accept": "application/json"}}
            file.write(json.dumps({"request": request, "response": answer}) + "\n")


def write_archive(path: Path, size: int, faulty: float) -> None:
    """The same as a HAR."""
    kind = [{"name": "Content-Type", "value": "application/json"}]
    with path.open("w") as file:
        file.write('{"log":{"version":"1.2","creator":{"name":"b","version":"1"},"entries":[')
        for number in range(size):
            text = json.dumps(body(number, faulty))
            content = {"size": len(text), "mimeType": "application/json", "text": text}
            entry = {
                "startedDateTime": "2026-11-01T00:00:00.000Z",
                "time": 1,
                "request": {
                    "method": "GET",
                    "url": f"https://api.example/v1/orders/{number}?market=SGD-BTC",
                    "httpVersion": "HTTP/1.1",
                    "headers": [],
                    "queryString": [{"name": "market", "value": "SGD-BTC"}],
                    "cookies": [],
                    "headersSize": -1,
                    "bodySize": 0,
                },
                "response": {
                    "status": 200,
                    "statusText": "OK",
                    "httpVersion": "HTTP/1.1",
                    "headers": kind,
                    "cookies": [],
                    "content": content,
                    "redirectURL": "",
                    "headersSize": -1,
                    "bodySize": len(text),
                },
                "cache": {},
                "timings": {"send": 0, "wait": 1, "receive": 0},
            }
            file.write(("," if number else "") + json.dumps(entry))
        file.write("]}}")


def run(command: Sequence[str], folder: Path) -> Run:
    """What ``command`` takes; a status of 1 says that it found something."""
    started = time.perf_counter()
    before = os.times()
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit((folder / "output").read_text(errors="replace")[-2000:])
    after = os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return Run(time.perf_counter() - started, cpu, usage.ru_maxrss / 1024)


def check(evidence: Path, folder: Path, *options: str) -> Run:
    """This program over ``evidence``."""
    program = [sys.executable, "-m", "conformance", "check", str(evidence)]
    (folder / "found").unlink(missing_ok=True)
    made = run([*program, "--docs", "page.md", "--format", "json", "-o", "found", *options], folder)
    if not (folder / "found").is_file():
        raise SystemExit((folder / "output").read_text(errors="replace")[-2000:])
    return made


def check_halves(size: int, faulty: float, folder: Path) -> float:
    """Seconds that two processes take which know nothing of each other, for half of ``size`` each:
    what two cores of this machine can do."""
    write_lines(folder / "half.ndjson", size // 2, faulty)
    program = [sys.executable, "-m", "conformance", "check", "half.ndjson", "--docs", "page.md"]
    started = time.perf_counter()
    beside = [subprocess.Popen(program, stdout=subprocess.DEVNULL, cwd=folder) for _ in range(2)]
    if any(process.wait() not in (0, 1) for process in beside):
        raise SystemExit("a check of half the interactions failed")
    return time.perf_counter() - started


def floor(evidence: Path) -> float:
    """Seconds of CPU that orjson and jsonschema-rs take for the bodies, with our schema.

    In a process of its own: a child's largest size is never less than its parent's at its start.
    """
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(_measure_floor, evidence).result()


def _measure_floor(evidence: Path) -> float:
    import jsonschema_rs
    import orjson

    from conformance.pipeline.pages import read_paths
    from conformance.schema.json_schema import to_schema

    (operation,) = read_paths([evidence.parent / "page.md"]).contract.operations
    value = operation.responses[0].value
    assert value is not None
    validator = jsonschema_rs.validator_for(to_schema(value))
    lines = evidence.read_bytes().splitlines()
    bodies = [orjson.loads(line)["response"]["body"] for line in lines]
    started = time.process_time()
    for text in bodies:
        validator.is_valid(orjson.loads(text))
    return time.process_time() - started


def rows(sizes: Sequence[int], folder: Path) -> Iterator[tuple[object, ...]]:
    """One for each size and share of faulty answers."""
    write_lines(folder / "one.ndjson", 1, 0)
    start = check(folder / "one.ndjson", folder)
    for size in sizes:
        for faulty in FAULTY:
            evidence = folder / "some.ndjson"
            write_lines(evidence, size, faulty)
            one, two = check(evidence, folder), check(evidence, folder, "--jobs", "2")
            dask = (
                f"{check(evidence, folder, '--dask', 'local').wall:.1f}" if faulty == 0.01 else ""
            )
            each = (one.cpu - start.cpu) / size * 1e6
            least = floor(evidence) / size * 1e6
            yield (
                *(f"{size:,}", f"{faulty:.0%}", f"{one.wall:.1f}", f"{two.wall:.1f}"),
                *(
                    f"{check_halves(size, faulty, folder):.1f}",
                    dask,
                    f"{one.memory:.0f}",
                    f"{each:.0f}",
                    f"{least:.1f}",
                ),
                f"{each / least:.0f}",
            )


def compare_with_peer(size: int, folder: Path) -> str:
    """CPU time beside the peer's, over the same archive and contract."""
    npx = shutil.which("npx")
    if npx is None:
        return "peer: left out, there is no npx"
    write_archive(folder / "some.har", size, 0.01)
    extract = [sys.executable, "-m", "conformance", "extract", "page.md", "--format", "openapi"]
    run([*extract, "-o", "openapi.json"], folder)
    drift = [npx, "--yes", PEER, "drift", "some.har", "--api", "openapi.json"]
    run([npx, "--yes", PEER, "--version"], folder)  # once, to download it
    ours, theirs = check(folder / "some.har", folder), run(drift, folder)
    ratio = ours.cpu / theirs.cpu
    return f"HAR of {size:,}: {ours.cpu:.1f} s of CPU, {PEER} {theirs.cpu:.1f} s, ratio {ratio:.2f}"


GATE = (40_000, 80_000)
"""Interactions from which on memory no longer grows, and twice as many."""
MOST_MEMORY = 1.25
"""Of the second beside the first."""
MOST_RATIO = 40.0
"""Of CPU time to the floor; twice what was measured (docs/scale.md)."""


def lost(memory: tuple[float, float], ratio: float) -> list[str]:
    """What of the promises is lost; wall time is none of them."""
    found = []
    if memory[1] > MOST_MEMORY * memory[0]:
        found.append(f"memory grows with the evidence: {memory[0]:.0f} MB, {memory[1]:.0f} MB")
    if ratio > MOST_RATIO:
        found.append(f"an interaction takes {ratio:.0f} times the floor, {MOST_RATIO:.0f} at most")
    return found


def gate(folder: Path) -> list[str]:
    """The same, measured with answers that are right."""
    write_lines(folder / "one.ndjson", 1, 0)
    start = check(folder / "one.ndjson", folder)
    made = []
    for size in GATE:
        evidence = folder / "some.ndjson"
        write_lines(evidence, size, 0)
        made.append(check(evidence, folder))
    ratio = (made[1].cpu - start.cpu) / floor(evidence)
    memory = (made[0].memory, made[1].memory)
    print(f"memory {memory[0]:.0f} MB, then {memory[1]:.0f} MB; ratio to the floor {ratio:.0f}")
    return lost(memory, ratio)


HEAD = (
    *("interactions", "faulty", "one core s", "two cores s", "halves apart s", "dask local s"),
    *("MB", "us each", "floor us", "ratio"),
)


def main() -> None:
    """Print the table, and a line on the peer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=main.__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000], metavar="N")
    parser.add_argument("--gate", action="store_true", help="whether the promises are kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "page.md").write_text(PAGE)
        if options.gate:
            raise SystemExit("\n".join(gate(folder)) or 0)
        print("| " + " | ".join(HEAD) + " |")
        print("|" + "---:|" * len(HEAD))
        for row in rows(options.sizes, folder):
            print("| " + " | ".join(map(str, row)) + " |", flush=True)
        if max(options.sizes) >= PEER_SIZE:
            print(f"\n{compare_with_peer(PEER_SIZE, folder)}")
        else:
            print(f"\npeer: left out below {PEER_SIZE:,} interactions")


if __name__ == "__main__":
    main()
