"""Secrets do not come through, wherever they stand and however they are written."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.live.recording import cassette
from conformance.live.redact import Redactor, SecretInAnswerError
from conformance.live.secrets import SecretNames
from conformance.model.interaction import Interaction, Origin, Reply, Request

KEYS = ("access-key-4f1d20c7", "s3cret/key+with=odd&signs%")


def redactor() -> Redactor:
    return Redactor(SecretNames(["X-Venue-Pass"]), KEYS)


ASKED = Request(method="GET", url="https://api.venue.example/orders")


def interaction(request: Request, reply: Reply) -> Interaction:
    return Interaction(request=request, reply=reply, origin=Origin.LIVE, where="live:venue#0")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"uid": "7", "n": 7}', {"uid": "2", "n": 7}),
        (b'{"account_id": 123456789, "n": 1}', {"account_id": 100000001, "n": 1}),
        (b'{"accountId": "123456789"}', {"accountId": "100000001"}),
        (b'{"userId": -12}', {"userId": -11}),
        (b'{"a": {"session": {"id": "abcdefgh1234"}}}', {"a": {"session": {"id": "redacted1xxx"}}}),
        (b'{"token": {"symbol": "BTC"}}', {"token": {"symbol": "BTC"}}),
        (b'{"tokens": ["q1", "q1", "q2"]}', {"tokens": ["d1", "d1", "d2"]}),
        (b'{"token": null, "uid": true}', {"token": None, "uid": True}),
        (
            b'{"account_id": "0b1c7ad4-7bd5-4f0c-b2c8-2bb9cf4d0b11"}',
            {"account_id": "00000000-0000-4000-8000-000000000001"},
        ),
        (b'{"account": {"id": 123456789}}', {"account": {"id": 100000001}}),
        (b'{"users": [{"id": "q1", "n": 1}]}', {"users": [{"id": "d1", "n": 1}]}),
        ('{"uid": "gehéim"}'.encode(), {"uid": "acted1"}),
        (b'{"email": "ann.b@venue.example"}', {"email": "cted1@xxxxx.xxxxxxx"}),
        (b'{"uuid": "x", "price": "0.10", "signal": 1, "design": "y", "order": {"id": 7}}', None),
    ],
)
def test_types_and_lengths_are_kept(body: bytes, expected: Any) -> None:
    done = redactor().body(body)
    assert json.loads(done) == (expected or json.loads(body))
    assert len(done.decode()) == len(body.decode())


def test_the_same_value_has_the_same_placeholder_everywhere() -> None:
    request = Request(
        method="GET",
        url="https://api.venue.example/orders?uid=acc-77-4411",
        headers=(("X-Note", "for acc-77-4411"),),
    )
    body = b'{"user_id": "acc-77-4411", "order": "order of acc-77-4411"}'
    done = redactor().interaction(interaction(request, Reply(status=200, body=body)))
    assert done.request is not None
    placeholder = json.loads(done.reply.body)["user_id"]
    assert done.request.url.endswith(f"?uid={placeholder}")
    assert done.request.headers == (("X-Note", f"for {placeholder}"),)
    assert json.loads(done.reply.body)["order"] == f"order of {placeholder}"


def test_what_is_no_secret_stays_as_it_is_to_the_byte() -> None:
    body = b'{ "uuid":"0b1c7ad4-7bd5-4f0c-b2c8-2bb9cf4d0b11",\n"p" : 1.50, "e": "\\u00e9\xc3\xa9" }'
    assert redactor().body(body) == body


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (("Authorization", "Bearer eyJhbGci.eyJh.sig"), "Bearer redacted1xxxxxxxx"),
        (("authorization", "abcdefgh"), "edacted1"),
        (("X-API-KEY", "abcdefgh12"), "redacted1x"),
        (("X-Venue-Pass", "abcdefgh12"), "redacted1x"),
        (("VENUE-ACCESS-SIGN", "abcdefgh12"), "redacted1x"),
        (("X-Venue-Signature-SHA256", "abcdefgh12"), "redacted1x"),
        (("X-Auth", "abcdefgh12"), "redacted1x"),
        (("Set-Cookie", "sid=abcdefgh12; Path=/; HttpOnly"), "sid=redacted1x; Path=/; HttpOnly"),
        (("Cookie", "a=abcdefgh12; b=xyzabc9876"), "a=redacted1x; b=redacted2x"),
        (
            ("Location", "https://x.example/?token=abcdefgh12"),
            "https://x.example/?token=redacted1x",
        ),
        (("Content-Type", "application/json"), "application/json"),
    ],
)
def test_headers(header: tuple[str, str], expected: str) -> None:
    done = redactor().reply(Reply(status=200, headers=(header,)))
    assert done.headers == ((header[0], expected),)


@pytest.mark.parametrize("name", ["X-VENUE-KEY", "Key", "venue_key"])
def test_a_key_in_the_header_of_a_request_is_secret(name: str) -> None:
    header = (name, "abcdefgh12")
    done = redactor().request(Request(method="GET", url="https://v.example/", headers=(header,)))
    assert done.headers == ((name, "redacted1x"),)
    assert redactor().reply(Reply(status=200, headers=(header,))).headers == (header,)


@pytest.mark.parametrize(
    "words",
    [
        f"GET https://u:{KEYS[0]}@api.venue.example/?signature=0123456789abcdef failed",
        "Authorization: Bearer eyJhbGciOiJ.eyJhY2Nlc3M.c2lnbmF0dXJl refused",
        "token=abcd1234efgh&x=1",
        "_my-token: 'abcd1234efgh'",
        f"<p>{KEYS[0]}</p>",
    ],
)
def test_words(words: str) -> None:
    done = redactor().text(words)
    assert not any(
        secret in done for secret in (*KEYS, "0123456789abcdef", "eyJhbGciOiJ", "abcd1234efgh")
    )


LEARNED = "gehéim-7aa1/zq81"
"""No credential: known to be secret by its name alone, once."""


@pytest.mark.parametrize(
    "body",
    [
        f'{{"token": "{LEARNED}", "x": "\\u0067eh\\u00e9im-7aa1\\/zq81"}}',
        f'\ufeff{{"session": {{"id": "{LEARNED}"}}}}',
        f'call({{\'x\': 1}}, {{"session": {{"id": "{LEARNED}"}}}})',
        f')]}}\',\n{{"session": {{"id": "{LEARNED}"}}}}',
        f"<e><v:apiKey type='x'>{LEARNED}</v:apiKey>{LEARNED}</e>",
        f"a=1&api%5Fkey={quote(LEARNED)}&n={quote(LEARNED, safe='')}",
        f"account%5Btoken%5D={quote(LEARNED)}",
        f"account[token]={quote(LEARNED)}",
    ],
)
@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_bodies_of_any_kind(body: str, coding: str) -> None:
    done = redactor().reply(Reply(status=200, body=body.encode(coding)))
    left = done.body.decode(coding)
    assert "im-7aa1" not in left
    assert len(done.body) <= len(body.encode(coding))


@pytest.mark.parametrize(
    "words",
    [
        "auth: no header and no parameter",
        "sign: the parameters in their order",
        "token: none, session=expired; password: required",
        "rate limits by UID: 5/s and by IP",
        "GET /x?signature={{signature}}&timestamp={{timestamp}} as documented",
        "secret: see the documentation_of_authentication",
        "session: 2026-11-28T10:00:00Z",
        "Bearer authentication, Basic authentication",
    ],
)
@pytest.mark.parametrize("body", ["{}", '{{"message": "{}", "n": 1}}', "<p>{}</p>"])
def test_words_about_secrets_are_left_alone(words: str, body: str) -> None:
    told = body.replace("{{", "{").replace("}}", "}").replace("{}", words).encode()
    assert redactor().reply(Reply(status=200, body=told)).body == told
    assert redactor().text(words) == words


@pytest.mark.parametrize(
    "named",
    [
        '{"auth": "no header and no parameter"}',
        '{"session": "2026-11-28"}',
        '{"token": "market"}',
        '{"uid": "order123"}',
    ],
)
def test_what_an_ordinary_value_is_named_does_not_matter_elsewhere(named: str) -> None:
    """A value under the name of a secret is replaced there; words and dates nowhere else."""
    body = b'["no header and no parameter", "on 2026-11-28T00:00", "market order", "preorder1234"]'
    safe = redactor()
    safe.body(named.encode())
    assert safe.interaction(interaction(ASKED, Reply(status=200, body=body))).reply.body == body


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"a=1&token=swordfish", b"a=1&token=edacted1"),
        (b"<token>swordfish</token>", b"<token>edacted1</token>"),
        (b'{"token": "swordfish"}', b'{"token": "edacted1"}'),
        (b"token: swordf1sh", b"token: edacted1"),
    ],
)
def test_a_word_is_replaced_where_it_can_only_be_the_value(body: bytes, expected: bytes) -> None:
    done = redactor().body(body)
    assert done == expected.replace(b"edacted1", b"redacted1"[-len("swordfish") :])


_NAME = st.text(min_size=1, max_size=8).filter(lambda name: name not in SecretNames())
_ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.uuids().map(str)
    | st.binary(max_size=40).map(lambda octets: base64.b64encode(octets).decode())
    | st.binary(max_size=40).map(bytes.hex),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_NAME, inner, max_size=5),
    max_leaves=30,
)


@settings(deadline=None)
@given(value=_ANY_JSON, ascii_only=st.booleans(), indent=st.sampled_from([None, 2]))
def test_json_without_a_secret_is_stored_byte_for_byte(
    value: Any, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    body = text.encode("utf-8", "surrogatepass")
    done = redactor().interaction(interaction(ASKED, Reply(status=200, body=body)))
    assert done.reply.body == body


_NAMES = st.sampled_from(
    ["Authorization", "X-Api-Key", "token", "signature", "note", "echo", "uid", "a", "Cookie"]
)
_WRITTEN = st.sampled_from(
    [
        lambda secret: secret,
        lambda secret: f"before {secret} after",
        lambda secret: f"Bearer {secret}",
        lambda secret: quote(secret, safe=""),
        lambda secret: base64.b64encode(f"key:{secret}:x".encode()).decode(),
        lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
        lambda secret: secret.encode().hex(),
        lambda secret: (
            f"https://{quote(secret, safe='')}@venue.example/?k={quote(secret, safe='')}"
        ),
    ]
)
_PLANTED = st.builds(lambda write, secret: write(secret), _WRITTEN, st.sampled_from(KEYS))
_TREES = st.recursive(
    _PLANTED | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=6,
)


_BODIES = st.one_of(
    _TREES.map(lambda tree: json.dumps(tree).encode()),
    _TREES.map(lambda tree: json.dumps(tree).encode()[:-1]),
    st.dictionaries(_NAMES, _PLANTED, max_size=3).map(
        lambda d: json.dumps(d).replace("k", "\\u006b").encode()
    ),
    _PLANTED.map(lambda text: f"<html>{text}</html>".encode()),
    _PLANTED.map(lambda text: f"a=1&token={text}".encode()),
)
_HEADERS = st.lists(st.tuples(_NAMES, _PLANTED), max_size=3).map(tuple)


@settings(deadline=None)
@given(
    query=st.lists(st.tuples(_NAMES, _PLANTED), max_size=3),
    asked=_HEADERS,
    told=_HEADERS,
    sent=_BODIES,
    answered=_BODIES,
    note=_PLANTED,
)
def test_planted_secrets_are_in_nothing_that_is_written(
    query: list[tuple[str, str]], asked: Any, told: Any, sent: bytes, answered: bytes, note: str
) -> None:
    url = "https://api.venue.example/x?" + "&".join(f"{n}={quote(v, safe='')}" for n, v in query)
    made = Interaction(
        request=Request(method="POST", url=url, headers=asked, body=sent),
        reply=Reply(status=200, headers=told, body=answered),
        origin=Origin.LIVE,
        where="live:venue#0",
        note=note,
    )
    safe = redactor()
    outputs = []
    try:
        done = safe.interaction(made)
        outputs = [repr(done).encode(), cassette([done])]
        assert not any(map(safe.leaks, outputs))
    except SecretInAnswerError as error:
        outputs += [str(error).encode()]
    for output in [*outputs, redactor().text(str(made)).encode()]:
        assert not redactor().leaks(output)
        for key in KEYS:
            assert key.encode() not in output
            assert quote(key, safe="").encode() not in output
            assert base64.b64encode(key.encode())[:-4] not in output


_PLACES = st.sampled_from(["query", "asked", "told", "sent", "answered"])


@given(named=_PLACES, echoed=st.lists(_PLACES, min_size=1, max_size=3), late=st.booleans())
def test_a_secret_known_by_its_name_is_in_nothing_that_is_written(
    named: str, echoed: list[str], late: bool
) -> None:
    """Named in one answer, echoed without a name in it and in one before or after it."""
    safe = redactor()

    def made(name: str, places: list[str]) -> Interaction:
        put = {place: quote(LEARNED) if place == "query" else LEARNED for place in places}
        pair = f"{name}={put.get('query', '1')}"
        return Interaction(
            request=Request(
                method="POST",
                url=f"https://api.venue.example/x?{pair}",
                headers=((name, put.get("asked", "1").encode().decode("latin-1")),),
                body=json.dumps({name: put.get("sent", 1)}).encode(),
            ),
            reply=Reply(
                status=200,
                headers=((name, quote(put.get("told", "1"))),),
                body=json.dumps([{name: put.get("answered", 1)}], ensure_ascii=False).encode(),
            ),
            origin=Origin.LIVE,
            where="live:venue#0",
        )

    both = [made("X-Token", [named]), made("note", echoed)]
    seen = [safe.interaction(one) for one in (reversed(both) if late else both)]
    written = cassette([safe.interaction(one) for one in seen])
    assert b"7aa1" not in written
    assert not safe.leaks(written)
    again = [safe.interaction(one) for one in seen]
    assert [safe.interaction(one) for one in again] == again


@given(st.binary(max_size=200))
def test_any_octets_can_be_looked_through(body: bytes) -> None:
    safe = redactor()
    assert len(safe.body(body)) <= len(body)
    safe.leaks(body)


@pytest.mark.parametrize(
    "piece",
    [
        '{"',
        '"\\',
        "[",
        "a",
        "token=",
        "token:",
        "eyJ",
        "bearer ",
        "%25",
        "\\u00",
        "a1=",
        "https://",
        "<ab ",
        "<ab>",
        "&amp",
        "a(",
        '"a":',
        "U+0061",
        "&#x61;",
        "<a",
        "&a=",
        "access-ke",
        "access-key-4",
        "59574e6a5a584e7a4c5774",
    ],
)
@pytest.mark.timeout(60)
def test_time_is_linear_in_the_size(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    safe = redactor()
    safe.body(text.encode())
    safe.text(text)
    safe.url(f"https://api.venue.example/{text}")


@pytest.mark.timeout(60)
def test_an_answer_full_of_secrets_is_looked_through_in_time() -> None:
    body = json.dumps([{"token": f"token-{n:06}"} for n in range(20_000)]).encode()
    done = redactor().reply(Reply(status=200, body=body))
    assert b"token-0" not in done.body


def test_what_everybody_can_read_is_no_secret() -> None:
    body = b'{"token": "SPOT", "uid": 1, "accountIds": ["MAIN", "m-7411-zz"]}'
    safe = Redactor(SecretNames(), KEYS, frozenset({"SPOT", "1", "MAIN"}))
    assert json.loads(safe.body(body)) == {**json.loads(body), "accountIds": ["MAIN", "redacted1"]}


def test_what_is_looked_for_is_found() -> None:
    safe = redactor()
    for key in KEYS:
        assert safe.leaks(f"x {key} y".encode())
        assert safe.leaks(quote(quote(key, safe=""), safe="").encode())
        assert safe.leaks(base64.b64encode(f"abc{key}def".encode()))
        assert safe.leaks("\0".join(key).encode())
    assert not safe.leaks(b"nothing of that kind")
