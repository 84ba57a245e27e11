from __future__ import annotations

import gzip
import importlib
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.evidence import coding
from conformance.evidence.coding import (
    MAX_MEMBERS,
    BodyTooLargeError,
    CodingError,
    from_base64,
    to_utf8,
    undo_codings,
    undo_codings_left,
)


def _raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZip": gzip.compress,
    "deflate": zlib.compress,
    " deflate ": _raw_deflate,
    "identity": bytes,
    "": bytes,
    "gzip, identity": gzip.compress,
    "deflate, gzip": lambda data: gzip.compress(zlib.compress(data)),
}


@pytest.mark.parametrize("codings", ENCODERS)
@settings(deadline=None)
@given(data=st.binary())
def test_undone(codings: str, data: bytes) -> None:
    assert undo_codings(ENCODERS[codings](data), codings) == data


def test_members_one_after_the_other() -> None:
    assert undo_codings(gzip.compress(b"a") + gzip.compress(b"b"), "gzip") == b"ab"


def test_no_body_has_no_coding() -> None:
    assert undo_codings(b"", "gzip, br, whatever") == b""


@pytest.mark.parametrize(
    ("body", "codings", "said"),
    [
        (gzip.compress(b"abc", mtime=0)[:-1], "gzip", "cut short"),
        (gzip.compress(b"abc", mtime=0) + b"rest", "gzip", "not a gzip stream"),
        (b"plain", "gzip", "not a gzip stream"),
        (b"\xff\xff", "deflate", "not a deflate stream"),
        (b"x", "zzz", "'zzz' is not known (known: br, deflate, gzip, identity, x-gzip)"),
        (gzip.compress(b"", mtime=0) * (MAX_MEMBERS + 1), "gzip", "more than 100 members"),
    ],
)
def test_refused(body: bytes, codings: str, said: str) -> None:
    with pytest.raises(CodingError) as caught:
        undo_codings(body, codings)
    assert said in str(caught.value)


@pytest.mark.parametrize("codings", ["gzip", "deflate", "deflate, gzip"])
def test_bomb_is_stopped_at_the_limit(codings: str) -> None:
    bomb = ENCODERS[codings](b"\0" * 1_000_000)
    assert len(undo_codings(bomb, codings, limit=1_000_000)) == 1_000_000
    with pytest.raises(BodyTooLargeError, match="more than 999,999 octets"):
        undo_codings_left(bomb, codings, limit=999_999)


def test_bomb_of_many_members() -> None:
    bomb = gzip.compress(b"\0" * 100_000) * 50
    with pytest.raises(BodyTooLargeError):
        undo_codings(bomb, "gzip", limit=1_000_000)


def test_text_whose_header_was_kept_is_left_alone() -> None:
    assert undo_codings_left(b'{"a": 1}', "gzip") == b'{"a": 1}'
    assert undo_codings_left(b'{"a": 1}', "zstd") == b'{"a": 1}'
    with pytest.raises(CodingError):
        undo_codings_left(gzip.compress(b"abc")[:-1], "gzip")


def test_brotli() -> None:
    brotli = pytest.importorskip("brotli", minversion="1.2")
    packed = brotli.compress(b"abc" * 100_000)
    assert undo_codings(packed, "br") == b"abc" * 100_000
    with pytest.raises(BodyTooLargeError):
        undo_codings(packed, "br", limit=299_999)
    for broken in (packed[:-2], packed + b"\0", b"\xff" * 10):
        with pytest.raises(CodingError):
            undo_codings(broken, "br")


def test_brotli_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(CodingError, match="needs a library"):
        coding.undo_codings(b"\x0b\x01\x80abc\x03", "br")


def test_base64() -> None:
    assert from_base64(" eyJh\r\nIjoxfQ== ") == b'{"a":1}'
    for broken in ("eyJhIjoxfQ=", "€", "ab_-", "a"):
        with pytest.raises(CodingError, match="not base64"):
            from_base64(broken)


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("application/json; charset=cp866", "Тест".encode("cp866"), "Тест"),
        ('application/json; Charset="EUC-KR"', "체결".encode("euc-kr"), "체결"),
        ("text/plain;charset=iso-2022-jp", "約定".encode("iso-2022-jp"), "約定"),
        ("application/json; charset=utf-16le", "{}".encode("utf-16-le"), "{}"),
        ("application/json; v=1; charset=gbk", "成交".encode(), "成交"),
        ("application/json; charset=gbk", b"{}", "{}"),
    ],
)
def test_a_body_is_decoded_with_the_charset_of_its_header(
    content_type: str, body: bytes, text: str
) -> None:
    assert to_utf8(body, content_type).decode() == text


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=",
        "application/json; charset=no-such",
        "application/json; charset=utf-8",
        "application/json; charset=UTF8",
        "application/json; charset=euc-kr",
        "application/json; charset=zlib",
        "application/json; charset=unicode_escape",
        "application/json; charset=punycode",
    ],
)
def test_a_body_that_no_charset_decodes_is_left_as_it_is(content_type: str) -> None:
    assert to_utf8(b"\x92\xff", content_type) == b"\x92\xff"
