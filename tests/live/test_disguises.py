"""Secrets in disguise are found, at any place and in part, and nothing else is taken for one."""

from __future__ import annotations

import base64
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.live.disguises import SecretMatcher, canonical, unwrap_text
from conformance.live.redact import Redactor, SecretInAnswerError
from conformance.live.secrets import SecretNames
from conformance.model.interaction import Interaction, Origin, Reply, Request
from tests.examples import many
from tests.live.disguised import DISGUISES, PARTIAL, VALUES

CREDENTIALS = (
    "access-key-4f1d20c7",
    "s3cret/key+with=odd&signs%",
    "QmFz7ZTY0aXNub3RhIHNlY3JldCBidXQ5Mjgx",
)
TOKEN = "t0ken-9e107d9d372bb682"  # noqa: S105 - opens nothing
"""Known to be secret by its name alone, once."""


def _answered(body: str) -> Interaction:
    return Interaction(
        request=Request(method="GET", url="https://api.venue.example/orders"),
        reply=Reply(status=200, body=body.encode()),
        origin=Origin.LIVE,
        where="live:venue#0",
    )


def _stored(redactor: Redactor, body: str) -> bytes:
    """The body that would be stored; empty where the answer is not."""
    try:
        return redactor.interaction(_answered(body)).reply.body
    except SecretInAnswerError as error:
        return b"" if not redactor.leaks(str(error).encode()) else body.encode()


def test_there_are_many_disguises() -> None:
    assert len(DISGUISES) > 57


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("secret", CREDENTIALS)
def test_no_disguise_of_a_credential_is_stored(secret: str, disguise: str) -> None:
    body = DISGUISES[disguise](secret)
    assert SecretMatcher(CREDENTIALS).finds(body)
    stored = _stored(Redactor(SecretNames(), CREDENTIALS), body)
    assert stored != body.encode()
    assert not SecretMatcher(CREDENTIALS).finds(stored.decode())


@pytest.mark.parametrize("disguise", [name for name in DISGUISES if name not in PARTIAL])
def test_no_disguise_of_a_value_named_as_a_secret_is_stored(disguise: str) -> None:
    redactor = Redactor(SecretNames(), CREDENTIALS)
    redactor.interaction(_answered(json.dumps({"token": TOKEN})))
    body = DISGUISES[disguise](TOKEN)
    stored = _stored(redactor, body)
    assert stored != body.encode()
    assert not redactor.leaks(stored)


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("disguise", ["reversed", "title case", "base32", "base64 over lines"])
def test_bodies_in_other_charsets_are_looked_through(disguise: str, coding: str) -> None:
    body = DISGUISES[disguise](CREDENTIALS[0]).encode(coding)
    answered = Reply(status=200, body=body)
    safe = Redactor(SecretNames(), CREDENTIALS)
    with pytest.raises(SecretInAnswerError):
        safe.interaction(
            Interaction(reply=answered, origin=Origin.LIVE, where="live:venue#0", request=None)
        )


_WAYS = [
    str.swapcase,
    lambda text: text.encode().hex(":"),
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.b32encode(text.encode()).decode(),
    lambda text: text[::-1],
    "\u200b".join,
]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@settings(deadline=None, max_examples=many(0.6))
@given(
    secret=st.text(_LETTERS, min_size=12, max_size=64).filter(lambda s: len(set(s.lower())) > 9),
    before=st.text(max_size=12),
    after=st.text(max_size=12),
    way=st.sampled_from(_WAYS),
    data=st.data(),
)
def test_twelve_characters_in_a_row_are_the_secret(
    secret: str, before: str, after: str, way: object, data: st.DataObject
) -> None:
    """Whatever stands around them, encoded with them or not; eleven are not."""
    assert callable(way)
    start = data.draw(st.integers(0, len(secret) - 12))
    run = secret[start : start + 12]
    if len(set(run.lower())) < 9:
        return
    matcher = SecretMatcher([secret])
    assert matcher.finds(f"{before} {way(run)} {after}")
    assert matcher.finds(str(way(f"{before} {run} {after}")))
    if len(secret) > 14 and start:
        assert not matcher.finds(run[:11])


@pytest.mark.parametrize("length", range(8, 16))
@pytest.mark.parametrize("disguise", [name for name in VALUES if "twelve" not in name])
def test_short_credentials_are_found(length: int, disguise: str) -> None:
    secret = "k7Qz2mX9vB4tLw8RcY"[:length]
    if length < 10 and disguise.startswith("all but"):
        return
    assert SecretMatcher([secret]).finds(DISGUISES[disguise](secret))


def test_what_is_too_short_to_be_distinctive_is_not_looked_for() -> None:
    matcher = SecretMatcher(["a-b-c-d-e-f"])
    matcher.add("order123")
    matcher.add("market2024")
    assert not matcher.finds("abcdef, order123, order 123, market 2024")


def test_half_a_surrogate_pair_in_a_secret_does_no_harm() -> None:
    redactor = Redactor(SecretNames(), CREDENTIALS)
    body = r'{"token": "a1b2c3d4e5f6\ud800"}'
    assert b"a1b2c3d4e5f6" not in _stored(redactor, body)
    assert _stored(redactor, '"6F5E4D3C2B1A"') == b"", "reversed"


def test_identifiers_with_much_in_common_are_distinguished() -> None:
    """Of object ids and UUIDs made one after the other only the last characters differ."""
    matcher = SecretMatcher()
    for value in ("65f1a2b3c4d5e6f7a8000123", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"):
        matcher.add(value)
    assert not matcher.finds("65f1a2b3c4d5e6f7a8000124 6ba7b814-9dad-11d1-80b4-00c04fd430c8")
    assert matcher.finds("65F1A2B3C4D5E6F7A8000123")


def test_rows_of_few_characters_are_no_secret() -> None:
    matcher = SecretMatcher(["key-" + "0" * 30, "ab" * 20])
    assert not matcher.finds("1700000000000000 0000000000000000 " + "30" * 20 + "ababababababab")


def test_random_text_is_nobodys_secret() -> None:
    drawn = random.Random(7)  # noqa: S311 - the same each time
    matcher = SecretMatcher([f"{drawn.getrandbits(256):064x}", *CREDENTIALS])
    rows = [
        {
            "id": f"{drawn.getrandbits(128):032x}",
            "price": drawn.random(),
            "n": drawn.getrandbits(50),
        }
        for _ in range(2000)
    ]
    assert not matcher.finds(json.dumps(rows))


@given(st.text(max_size=200) | st.text('"\\{}:<>&=%u0123', max_size=200))
def test_what_is_looked_through_is_in_proportion_to_the_text(text: str) -> None:
    views = list(unwrap_text(text))
    assert len(views) <= 36
    assert sum(len(canonical(view)) for view in views) <= 40 * (len(text.encode("utf-8")) + 12)


@pytest.mark.parametrize("piece", ['"a":', '"', "\\", '"\\', "<", "&a=", "%25", "\\u0061"])
def test_a_long_text_is_looked_through_in_few_views(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    assert sum(map(len, unwrap_text(text))) <= 36 * len(text)
