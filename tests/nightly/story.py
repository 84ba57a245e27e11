"""Four nights: all well; pages and a cassette changed; taken back but for one; changed again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.forks import Done
from tests.nightly.project import Key, Project, key

TITLES: Final = {"BingX": "bingx", "Bitfront": "bitfront", "CoinAPI": "coinapi", "Upbit": "upbit"}
OPERATIONS: Final = {
    "bingx": "POST /openApi/spot/v1/trade/cancelOpenOrders",
    "bitfront": "DELETE /v1/trade/openOrders/{coinPair}",
    "coinapi": "POST /v1/orders/cancel/all",
    "upbit": "DELETE /v1/orders/uuids",
}
UPBIT: Final = "docs_snapshot/upbit/en/order-list-cancel.md"
KOREAN: Final = "docs_snapshot/bitfront/ko/cancellation-of-all-open-orders.md"
CASSETTE: Final = "cassettes/bingx/cancel-open-orders/strings.yaml"
IN_PAGES: Final = (
    (UPBIT, "for cancellation                         | Number        |", "Number", "String"),
    (UPBIT, "| failed.orders.market      | Market pair of the order", "", ""),
    (UPBIT, "October 18, 2024 |               |", "              ", "String        "),
    (KOREAN, "| Integer                       | O ", "Integer", "String "),
)
"""Page, what its line says, and what of it says something else; no word: the line goes."""
IN_CASSETTE: Final = ('"orderId": 1800894561237450753', '"orderId": "1800894561237450753"')


def of(exchange: str, rule: str, subject: str) -> Key:
    return key(exchange, OPERATIONS[exchange], rule, subject)


COUNT: Final = of("upbit", "type-mismatch", "responses.200.success.count")
MARKET: Final = of("upbit", "undocumented-field", "responses.200.failed.orders[].market")
TYPELESS: Final = of("upbit", "type-missing", "responses.200.success.orders[].identifier")
TWIN: Final = of("bitfront", "parity-type", "responses.200.statusCode")
EXAMPLE: Final = of("bitfront", "example-type-mismatch", "responses.200.statusCode")
PROSE: Final = of("bitfront", "parity-prose", "description")
UNIT: Final = of("bitfront", "example-unit-mismatch", "responses.200.responseTime")
ORDER: Final = of("bingx", "type-mismatch", "responses.200.orderId")
ENDPOINT: Final = of("upbit", "endpoint-missing", "endpoint")
PLACEHOLDER: Final = of("coinapi", "example-is-placeholder", "responses.400.errors")

STORY: Final = {
    COUNT: ("", "new", "fixed", "returned"),
    MARKET: ("", "new", "fixed", "returned"),
    TWIN: ("", "new", "fixed", "returned"),
    EXAMPLE: ("", "new", "fixed", "returned"),
    ORDER: ("", "new", "open", "open"),
    TYPELESS: ("known", "fixed", "known", "fixed"),
    PROSE: ("known", "open", "known", "open"),  # its entry is taken out
    UNIT: ("known", "open", "known", "open"),  # its day has passed
    ENDPOINT: ("new", "open", "open", "open"),
    PLACEHOLDER: ("new", "open", "open", "open"),
}
"""Where each finding stands after each of the nights; the others are known in all of them."""
BESIDE_THE_FIRST: Final = {
    **STORY,
    COUNT: ("", "new", "fixed", "new"),
    MARKET: ("", "new", "fixed", "new"),
    TWIN: ("", "new", "fixed", "new"),
    EXAMPLE: ("", "new", "fixed", "new"),
    ORDER: ("", "new", "new", "new"),
}
"""The same beside the first night, and not the night before."""
STATUS: Final = (0, 1, 1, 1)
STALE: Final = (set[Key](), {TYPELESS}, set[Key](), {TYPELESS})


@dataclass(frozen=True, slots=True)
class Night:
    """All that was said in and after one night."""

    number: int
    """From 0."""
    over: str
    """When it was, ISO 8601."""
    pytest: Done
    reports: Path
    """The folder of this night's drift reports."""
    junit: Path
    since_first: Done
    """``conformance report`` as Markdown, beside the first night."""
    history: Any
    track: Any
    """What a dry run of ``conformance track`` would do, as JSON values."""


def spend(project: Project) -> Iterator[Night]:
    """The nights one by one."""
    issues: list[dict[str, Any]] = []
    since = ""
    for number, prepare in enumerate((_nothing, change, take_back, change_again)):
        prepare(project)
        night = _night(project, number, since, issues)
        since = since or night.over
        _carry_out(night.track, issues)
        yield night


def change(project: Project) -> None:
    """Pages and evidence change, and what was accepted no longer is."""
    change_again(project)
    project.edit(CASSETTE, *IN_CASSETTE)


def change_again(project: Project) -> None:
    for page, line, word, other in IN_PAGES:
        found = next(
            each
            for each in (project.root / page).read_text("utf-8").splitlines(keepends=True)
            if line in each
        )
        head, _, tail = found.rpartition(line)
        edited = head + line.replace(word, other, 1) + tail if word else ""
        project.edit(page, found, edited)
    project.forget(*PROSE)
    project.expire(*UNIT)
    project.regenerate()


def take_back(project: Project) -> None:
    """Pages and known drift are as they were; the cassette is not."""
    project.restore("docs_snapshot", "schemas")


def _nothing(_: Project) -> None:
    pass


def _night(
    project: Project,
    number: int,
    since: str,
    issues: list[dict[str, Any]],
) -> Night:
    folder = project.root / f"night{number}"
    junit = folder / "junit.xml"
    done = project.pytest("--drift-report", folder, "--junitxml", junit)
    over = dt.datetime.now(dt.UTC).isoformat()
    asked = ("--since", since) if since else ()
    (project.root / "issues.json").write_text(json.dumps(issues), "utf-8")
    return Night(
        number=number,
        over=over,
        pytest=done,
        reports=folder,
        junit=junit,
        since_first=project.conformance("report", *asked, "--format", "markdown"),
        history=project.json("history"),
        track=project.json("track", "--dry-run", "--issues", "issues.json"),
    )


def _carry_out(actions: Any, issues: list[dict[str, Any]]) -> None:
    """What GitHub would have after the actions of a dry run."""
    for action in actions:
        if action["step"] == "open":
            issues.append({"number": len(issues) + 1})
        if action["step"] != "leave":
            issue = issues[(action["number"] or len(issues)) - 1]
            is_open = action["step"] != "close"
            closed = None if is_open else dt.datetime.now(dt.UTC).isoformat()
            issue |= {"title": action["title"], "state": "OPEN" if is_open else "CLOSED"}
            issue |= {"body": action["body"] or issue["body"], "closedAt": closed}
