"""A new manifest: facts told in one way are entries, the rest is left to a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import InputError
from conformance.model.operation import Auth, RateLimit
from conformance.model.span import Span
from conformance.snapshot import Page, load_exchange
from conformance.snapshot.manifest_text import Facts, manifest_text, tables_by_hand

PAGE = Page(path="en/a.md", language="en", sha256="0" * 64)


def at(line: int) -> Span:
    return Span("en/a.md", line, line)


def written(folder: Path, facts: Facts) -> str:
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en/a.md").touch()
    text = manifest_text("x", [PAGE], facts)
    (folder / "exchange.toml").write_text(text, "utf-8")
    return text


def test_nothing_is_invented(tmp_path: Path) -> None:
    written(tmp_path, Facts())
    exchange = load_exchange(tmp_path)
    assert (exchange.servers, exchange.auth, exchange.rate_limits) == ((), None, ())


def test_one_telling_is_an_entry(tmp_path: Path) -> None:
    limit = RateLimit(count=80, seconds=0.5, scope="UID", span=at(3))
    facts = Facts(
        servers=(("https://a.example.com", at(1)), ("https://a.example.com", at(9))),
        auth=(Auth(scheme="none", span=at(2)), Auth(scheme="jwt", span=at(4))),
        rate_limits=(limit, limit),
    )
    text = written(tmp_path, facts)
    exchange = load_exchange(tmp_path)
    assert exchange.servers == ("https://a.example.com",)
    assert exchange.auth == "jwt"
    assert [(r.count, r.seconds, r.scope) for r in exchange.rate_limits] == [(80, 0.5, "UID")]
    assert '"https://a.example.com",  # en/a.md:1 and 1 more' in text
    assert '# auth = "none"  # en/a.md:2' in text


def test_several_tellings_are_left_to_a_person(tmp_path: Path) -> None:
    limits = [RateLimit(count=n, seconds=1, scope="", span=at(n)) for n in range(1, 31)]
    schemes = (Auth(scheme="jwt", span=at(2)), Auth(scheme="hmac", span=at(4)))
    text = written(tmp_path, Facts(auth=schemes, rate_limits=tuple(limits)))
    exchange = load_exchange(tmp_path)
    assert (exchange.auth, exchange.rate_limits) == (None, ())
    assert '# auth = "jwt"  # en/a.md:2' in text
    assert '# auth = "hmac"  # en/a.md:4' in text
    assert "# ... and 10 more" in text


@pytest.mark.parametrize("server", ["api.example.com", 'https://x"\ny', "https://", "\ud800"])
def test_a_server_that_is_no_address_is_a_remark(tmp_path: Path, server: str) -> None:
    written(tmp_path, Facts(servers=((server, at(1)), ("https://b.example.com", at(2)))))
    assert load_exchange(tmp_path).servers == ("https://b.example.com",)


def test_an_unspecified_scheme_is_what_the_pages_say(tmp_path: Path) -> None:
    written(tmp_path, Facts(auth=(Auth(scheme="unspecified", span=at(1)),)))
    assert load_exchange(tmp_path).auth == "unspecified"


def test_tables_written_by_hand_are_found(tmp_path: Path) -> None:
    path = tmp_path / "exchange.toml"
    assert tables_by_hand(path) == ""
    path.write_text('title = "x"\n[[page]]\npath = "a"\n')
    assert tables_by_hand(path) == ""
    path.write_text('title = "x"\n# why\n[severity]\na = "info" # so\n[[page]]\npath = "a"\n')
    assert tables_by_hand(path) == '\n[severity]\na = "info" # so\n'
    path.write_text("title = ")
    with pytest.raises(InputError):
        tables_by_hand(path)
