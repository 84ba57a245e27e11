"""Bodies that are no JSON, and what the finding says of them."""

from __future__ import annotations

import pytest

from conformance.checks.runner import check
from conformance.model.finding import Finding
from tests.builders import array, field, obj, operation, response, seen, shown, value

TOLD = operation(response(obj(field("id", "integer"))))


def found(body: bytes, **facts: str) -> list[Finding]:
    return list(check([TOLD], [seen(body, **facts)]).findings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the body is empty"),
        (b"<!DOCTYPE html><html>", "the body is HTML, not JSON (line 1, column 1"),
        (b"<?xml version='1.0'?>", "the body is XML, not JSON (line 1, column 1"),
        (b'{"id": 7', "the body is cut short, not JSON (line 1, column 9"),
        (b'{"id":\n "abc', "the body is cut short, not JSON (line 2"),
        (b'{\n  "id": 7,\n}', "the body is not JSON (line 2, column 10: trailing comma"),
        (b"oops", "the body is not JSON (line 1, column 1"),
        (b"\x1f\x8b\x08\x00", "the body is gzip data, not JSON"),
        (b'{"id": "\xff"}', "the body is not JSON (line 1, column 9: byte 0xff is not UTF-8)"),
    ],
)
def test_says_what_and_where(body: bytes, words: str) -> None:
    (finding,) = found(body, content_type="text/html")
    assert finding.rule == "not-json"
    assert words in finding.message
    assert finding.severity.label == "error"
    assert finding.documented == TOLD.responses[0].span


def test_json_announced_as_something_else() -> None:
    (finding,) = found(b'{"id": 7}', content_type="text/plain; charset=utf-8")
    assert finding.severity.label == "info"
    assert finding.actual == "text/plain"


@pytest.mark.parametrize("media_type", ["application/vnd.x+json", "application/problem+json"])
def test_any_json_is_json(media_type: str) -> None:
    assert found(b'{"id": 7}', content_type=media_type) == []


def test_of_two_bodies_of_one_status_either_will_do() -> None:
    told = operation(
        response(obj(field("id", "integer"))),
        response(obj(field("error", "string")), media_type="application/problem+json"),
    )
    assert check([told], [seen({"id": 7}), seen({"error": "x"})]).findings == ()
    (finding,) = check(
        [told], [seen({"error": 5}, content_type="application/problem+json")]
    ).findings
    assert (finding.rule, finding.subject) == ("type-mismatch", "responses.200.error")


def test_of_the_answers_to_requests_of_several_kinds_the_nearest_is_meant() -> None:
    told = operation(
        response(array(obj(field("oid", "integer"), field("side", "string")))),
        response(obj(field("free", "integer"), field("used", "integer"))),
        response(array(obj(field("tid", "integer"), field("price", "string")))),
    )
    bodies = [[{"tid": "7", "price": "2"}], {"free": 7, "used": "2"}, {"other": 1}, [{"x": 1}]]
    result = check([told], [seen(body) for body in bodies])
    assert {(finding.rule, finding.subject) for finding in result.findings} == {
        ("type-mismatch", "responses.200.used"),
        ("type-mismatch", "responses.200[].tid"),
    }


def test_of_two_answers_to_requests_of_two_kinds_the_nearest_is_meant() -> None:
    told = operation(response(obj(field("oid", "integer"))), response(obj(field("tid", "integer"))))
    result = check([told], [seen(body) for body in ({"tid": "7"}, {"oid": "7"}, {"x": 1})])
    assert {finding.subject for finding in result.findings} == {
        "responses.200.oid",
        "responses.200.tid",
    }


def test_a_bare_body_is_of_the_response_it_is_like() -> None:
    told = operation(
        response(obj(field("error", "string"), field("code", "integer")), "400"),
        response(obj(field("id", "integer"), field("code", "integer"))),
    )
    bodies = [{"id": 1, "code": 2}, {"error": "x", "code": 2}, {"error": 5, "code": 2}]
    result = check([told], [seen(body, url=None, status=0) for body in bodies])
    (finding,) = result.findings
    assert finding.subject == "responses.400.error"
    assert result.checked_interactions == 3


def test_a_body_of_no_documented_shape_is_not_checked() -> None:
    told = operation(response(None), response(None, "400", media_type="text/plain"))
    result = check([told], [seen(b"ok"), seen(b"no", status=400)])
    assert (result.findings, result.checked_interactions) == ((), 2)


@pytest.mark.parametrize(
    ("host", "confidence"),
    [
        ("spot.example", "high"),
        ("elsewhere.example", "high"),  # of no page: a proxy, or a mirror
        ("futures.example", "medium"),  # another API of the same pages
    ],
)
def test_an_answer_from_the_host_of_another_api_is_less_sure(host: str, confidence: str) -> None:
    told = response(obj(field("id", "integer")))
    spot = operation(told, path="/ticker", servers=("https://spot.example",))
    futures = operation(told, path="/funding", servers=("https://futures.example",))
    (finding,) = check([spot, futures], [seen({"id": "7"}, url=f"https://{host}/ticker")]).findings
    assert (finding.rule, finding.confidence) == ("type-mismatch", confidence)


@pytest.mark.parametrize(
    ("documented", "status", "severity"),
    [
        ("201", 200, "info"),
        ("201", 202, "warning"),
        ("400", 200, "warning"),
        ("200", 409, "warning"),
    ],
)
def test_another_success_than_documented_may_be_the_recorder_s(
    documented: str, status: int, severity: str
) -> None:
    told = operation(response(None, documented), response(None, "404"))
    (finding,) = check([told], [seen({}, status=status)]).findings
    assert (finding.rule, finding.severity.label) == ("undocumented-status", severity)


@pytest.mark.parametrize("sure", ["high", "medium"])
def test_a_row_in_an_object_that_only_an_example_shows_is_as_sure_as_it_says(sure: str) -> None:
    number = value("integer")
    record = array(obj(field("id", "integer", confidence=sure), shown("x", number)))
    told = operation(
        response(obj(shown("data", obj(shown("list", record))), shown("code", number)))
    )
    body = {"code": "0", "data": {"list": [{"id": "7", "x": "8", "y": 9}]}}
    found = {
        f.subject.rpartition("[]")[2] or f.subject: f for f in check([told], [seen(body)]).findings
    }
    assert {name: f.confidence for name, f in found.items()} == {
        "responses.200.code": "low",
        ".id": sure,
        ".x": "low",
        ".y": sure,
    }


@pytest.mark.parametrize(
    ("sure", "severity"), [("high", "error"), ("medium", "error"), ("low", "warning")]
)
def test_that_it_is_an_object_is_as_sure_as_its_surest_member(sure: str, severity: str) -> None:
    told = operation(response(obj(field("id", confidence=sure), field("x", confidence="low"))))
    (finding,) = check([told], [seen([{"name": "a"}])]).findings
    assert (finding.rule, finding.subject) == ("type-mismatch", "responses.200")
    assert (finding.confidence, finding.severity.label) == (sure, severity)
