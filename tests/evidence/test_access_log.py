"""Access logs in JSON: what they say of a request and its answer, and what they leave out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.checks.runner import check
from conformance.evidence.formats import ndjson
from conformance.evidence.loading import read_evidence
from tests.builders import YES, field, obj, operation, response

KONG = {
    "latencies": {"request": 9},
    "request": {"method": "GET", "url": "http://h:8000/a?b=1", "uri": "/a?b=1", "headers": {}},
    "response": {"status": 200, "size": "7", "headers": {"content-type": "application/json"}},
    "started_at": 1_719_304_561_000,
}
NGINX = {
    "time_iso8601": "2026-11-05T01:02:03+00:00",
    "host": "h",
    "request_method": "GET",
    "request_uri": "/a?b=1",
    "status": "200",
}
FLAT = {"method": "PUT", "url": "https://h/a?b=1", "status": 200, "body": {"a": 1}}
APACHE = {"time": "x", "vhost": "h", "request": "POST /a HTTP/1.1", "query": "?b=1", "status": 418}


@pytest.mark.parametrize(
    ("line", "method", "url", "status", "date", "kept"),
    [
        (KONG, "GET", "http://h:8000/a?b=1", 200, "", False),
        (NGINX, "GET", "https://h/a?b=1", 200, "2026-11-05", False),
        ({**NGINX, "response_body": '{"a": 1}'}, "GET", "https://h/a?b=1", 200, "2026-11-05", True),
        ({**NGINX, "scheme": "http"}, "GET", "http://h/a?b=1", 200, "2026-11-05", False),
        (FLAT, "PUT", "https://h/a?b=1", 200, "", True),
        ({**FLAT, "body": '{"a": 1}'}, "PUT", "https://h/a?b=1", 200, "", True),
        (APACHE, "POST", "https://h/a?b=1", 418, "", False),
    ],
)
def test_what_a_line_says(
    line: dict[str, Any],
    method: str,
    url: str,
    status: int,
    date: str,
    kept: bool,
    tmp_path: Path,
) -> None:
    (tmp_path / "access.log").write_text(f"{json.dumps(line)}\n" * 2)
    found = read_evidence(tmp_path / "access.log")
    assert not found.problems
    first = found.interactions[0]
    assert first.request is not None
    assert (first.request.method, first.request.url) == (method, url)
    assert (first.reply.status, first.date, first.reply.is_kept) == (status, date, kept)


@pytest.mark.parametrize(
    "value",
    [
        {"status": "open", "method": "GET", "path": "/a", "host": "h"},
        {"status": 200, "method": "limit", "path": "/a", "host": "h"},
        {"status": 200, "method": "GET", "path": "a", "host": "h"},
        {"status": 200, "method": "GET", "path": "/a"},
        {"status": 200, "request": {"method": "GET"}, "response": {}},
        [KONG],
    ],
)
def test_what_is_no_line_of_a_log(value: object) -> None:
    assert not ndjson.is_log_line(value)


def test_a_body_that_was_not_kept_is_not_missing(tmp_path: Path) -> None:
    lines = [KONG, {**KONG, "response": {"status": 599}}]
    (tmp_path / "kong.log").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    documented = operation(response(obj(field("id", "integer", required=YES))), path="/a")
    result = check([documented], read_evidence(tmp_path).interactions)
    assert [finding.rule for finding in result.findings] == ["undocumented-status"]
    assert (result.checked_interactions, result.judged_interactions) == (2, 1)
