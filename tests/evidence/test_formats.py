"""Interactions written down in each format and read back are the same interactions."""

from __future__ import annotations

import base64
import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.evidence.coding import MAX_BODY
from conformance.evidence.loading import read_evidence
from conformance.model.interaction import Interaction, Origin, Reply, Request

_token = st.text("abcXYZ09-", min_size=1, max_size=8).filter(str.strip)
_word = st.text("abcXYZ09 =;/é", max_size=12).map(str.strip)
_headers = st.lists(st.tuples(_token, _word), max_size=4).map(
    lambda pairs: tuple(sorted(pairs, key=lambda pair: pair[0].lower()))
)
_text = st.text(st.characters(exclude_categories=["Cs"])).map(str.encode)
_bodies = _text | st.binary()
_urls = st.builds(
    "{}://{}/{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["api.example", "127.0.0.1:8080", "[::1]"]),
    st.text("abc/%20é[]?&=,", max_size=12),
)
_requests = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "DELETE", "PURGE"]),
    url=_urls,
    headers=_headers,
    body=_bodies,
)
_interactions = st.builds(
    Interaction,
    request=_requests,
    reply=st.builds(Reply, status=st.integers(100, 599), headers=_headers, body=_bodies),
    origin=st.sampled_from(Origin),
    where=st.just(""),
    date=st.dates().map(lambda day: day.isoformat()),
    note=_word.map(lambda text: " ".join(text.split())),
)


def _text_or_none(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _as_har(item: Interaction) -> dict[str, Any]:
    def body(octets: bytes) -> dict[str, Any]:
        text = _text_or_none(octets)
        if text is None:
            return {"text": base64.b64encode(octets).decode(), "encoding": "base64"}
        return {"text": text}

    def fields(headers: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
        return [{"name": name, "value": value} for name, value in headers]

    assert item.request is not None
    return {
        "startedDateTime": f"{item.date}T12:00:00Z",
        "_origin": item.origin.value,
        "comment": item.note,
        "request": {
            "method": item.request.method,
            "url": item.request.url,
            "headers": fields(item.request.headers),
            "postData": {"mimeType": "", **body(item.request.body)},
        },
        "response": {
            "status": item.reply.status,
            "headers": fields(item.reply.headers),
            "content": {"size": len(item.reply.body), **body(item.reply.body)},
        },
    }


def _as_own(item: Interaction) -> dict[str, Any]:
    def body(octets: bytes) -> dict[str, Any]:
        text = _text_or_none(octets)
        if text is None:
            return {"body_base64": base64.b64encode(octets).decode()}
        return {"body": text}

    assert item.request is not None
    return {
        "request": {
            "method": item.request.method,
            "url": item.request.url,
            "headers": item.request.headers,
            **body(item.request.body),
        },
        "response": {
            "status": item.reply.status,
            "headers": item.reply.headers,
            **body(item.reply.body),
        },
        "origin": item.origin.value,
        "date": item.date,
        "note": item.note,
    }


def _as_vcr(item: Interaction) -> dict[str, Any]:
    def fields(headers: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
        table: dict[str, list[str]] = {}
        for name, value in headers:
            table.setdefault(name, []).append(value)
        return table

    def body(octets: bytes) -> str | bytes:
        text = _text_or_none(octets)
        return octets if text is None else text

    assert item.request is not None
    return {
        "request": {
            "method": item.request.method,
            "uri": item.request.url,
            "headers": fields(item.request.headers),
            "body": body(item.request.body),
        },
        "response": {
            "status": {"code": item.reply.status, "message": ""},
            "headers": fields(item.reply.headers),
            "body": {"string": body(item.reply.body)},
        },
        "origin": item.origin.value,
        "date": item.date,
        "note": item.note,
    }


def _har(items: list[Interaction]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": [_as_har(i) for i in items]}}).encode()


def _ndjson(items: list[Interaction]) -> bytes:
    shapes = (_as_own, _as_har)
    lines = [json.dumps(shapes[n % 2](item)) for n, item in enumerate(items)]
    return "\n".join(lines).encode()


def _vcr(items: list[Interaction]) -> bytes:
    tree = {"version": 1, "interactions": [_as_vcr(item) for item in items]}
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True).encode()


def _grouped(item: Interaction) -> Interaction:
    """With headers as a mapping by name has them: equal names stand together."""

    def grouped(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        names = list(dict.fromkeys(name for name, _ in headers))
        together = [(n, value) for n in names for name, value in headers if name == n]
        return tuple(sorted(together, key=lambda pair: pair[0].lower()))

    assert item.request is not None
    return replace(
        item,
        request=replace(item.request, headers=grouped(item.request.headers)),
        reply=replace(item.reply, headers=grouped(item.reply.headers)),
    )


WRITERS = {"a.har": _har, "a.ndjson": _ndjson, "a.yaml": _vcr}


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None)  # writes a file
@given(items=st.lists(_interactions, min_size=1, max_size=3))
def test_round_trip(name: str, items: list[Interaction]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(WRITERS[name](items))
        found = read_evidence(path)
    expected = [replace(item, where=f"{name}#{n}") for n, item in enumerate(items)]
    if name == "a.yaml":
        expected = [_grouped(item) for item in expected]
    assert found.problems == ()
    assert list(found.interactions) == expected


@pytest.mark.parametrize("name", WRITERS)
@settings(deadline=None)  # writes a file
@given(items=st.lists(_interactions, min_size=1, max_size=2), data=st.data())
def test_damaged_file_is_read_or_reported(
    name: str, items: list[Interaction], data: st.DataObject
) -> None:
    written = bytearray(WRITERS[name](items))
    at = data.draw(st.integers(0, len(written) - 1))
    written[at : at + data.draw(st.integers(0, 60))] = data.draw(st.binary(max_size=3))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(written)
        found = read_evidence(path)
    assert found.interactions or found.problems
    places = [item.where for item in found.interactions]
    places += [item.where for item in found.problems]
    assert len(set(places)) == len(places)


_noise = st.binary(max_size=60) | st.text("{}[]\":,-&*!a1 \n%?|>'#", max_size=60).map(str.encode)


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a"])
@settings(deadline=None)  # writes a file
@given(content=_noise)
def test_any_content_is_read_or_reported(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        found = read_evidence(path)
    assert found.interactions or found.problems


def test_gzipped_body_as_octets_of_a_cassette(tmp_path: Path) -> None:
    item = Interaction(
        request=Request(method="GET", url="https://api.example/"),
        reply=Reply(status=200, headers=(("Content-Encoding", "gzip"),), body=gzip.compress(b"{}")),
        origin=Origin.RECORDED,
        where="",
        date="2024-01-01",
    )
    (tmp_path / "a.yaml").write_bytes(_vcr([item]))
    (found,) = read_evidence(tmp_path).interactions
    assert found.reply == Reply(status=200, headers=(), body=b"{}")


def test_bomb_in_an_archive(tmp_path: Path) -> None:
    bomb = base64.b64encode(gzip.compress(b"\0" * (MAX_BODY + 1), 1)).decode()
    coded = [{"name": "content-encoding", "value": "gzip"}]
    asked = {"method": "GET", "url": "https://api.example/", "headers": []}
    content = {"size": 1, "text": bomb, "encoding": "base64"}
    entry = {"request": asked, "response": {"status": 200, "headers": coded, "content": content}}
    (tmp_path / "a.har").write_text(json.dumps({"log": {"entries": [entry]}}))
    found = read_evidence(tmp_path)
    assert found.interactions == ()
    assert [item.where for item in found.problems] == ["a.har#0"]
    assert "more than 67,108,864 octets" in found.problems[0].message
