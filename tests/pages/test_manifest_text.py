"""A new manifest: facts told in one way are entries, the rest is left to a person."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from conformance.errors import InputError
from conformance.model.operation import Auth, AuthScheme, RateLimit
from conformance.model.span import Span
from conformance.pages.exchange import Page, load_exchange
from conformance.pages.manifest_text import ExchangeFacts, manifest_text, merge_text

PAGE = Page(path="en/a.md", language="en", sha256="0" * 64)


def at(line: int) -> Span:
    return Span("en/a.md", line, line)


def written(folder: Path, facts: ExchangeFacts) -> str:
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en/a.md").touch()
    text = manifest_text("x", [PAGE], facts)
    (folder / "exchange.toml").write_text(text, "utf-8")
    return text


def test_nothing_is_invented(tmp_path: Path) -> None:
    written(tmp_path, ExchangeFacts())
    exchange = load_exchange(tmp_path)
    assert (exchange.servers, exchange.auth, exchange.rate_limits) == ((), None, ())


def test_one_telling_is_an_entry(tmp_path: Path) -> None:
    limit = RateLimit(count=80, seconds=0.5, scope="UID", span=at(3))
    facts = ExchangeFacts(
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
    text = written(tmp_path, ExchangeFacts(auth=schemes, rate_limits=tuple(limits)))
    exchange = load_exchange(tmp_path)
    assert (exchange.auth, exchange.rate_limits) == (None, ())
    assert '# auth = "jwt"  # en/a.md:2' in text
    assert '# auth = "hmac"  # en/a.md:4' in text
    assert "# ... and 10 more" in text


@pytest.mark.parametrize("server", ["api.example.com", 'https://x"\ny', "https://", "\ud800"])
def test_a_server_that_is_no_address_is_a_remark(tmp_path: Path, server: str) -> None:
    written(tmp_path, ExchangeFacts(servers=((server, at(1)), ("https://b.example.com", at(2)))))
    assert load_exchange(tmp_path).servers == ("https://b.example.com",)


def test_an_unspecified_scheme_is_what_the_pages_say(tmp_path: Path) -> None:
    written(tmp_path, ExchangeFacts(auth=(Auth(scheme="unspecified", span=at(1)),)))
    assert load_exchange(tmp_path).auth == "unspecified"


@pytest.mark.parametrize(
    ("schemes", "header"),
    [
        ([("hmac", "X-Venue-Key")], "X-Venue-Key"),
        ([("api-key", "X-Venue-Key"), ("api-key", "X-Venue-Key")], "X-Venue-Key"),
        ([("api-key", "X-Venue-Key"), ("api-key", "X-Other-Key")], ""),
        ([("api-key", "X-Venue-Key"), ("hmac", "X-Venue-Key")], ""),
        ([("api-key", "X Venue: Key")], ""),
        ([("bearer", "X-Venue-Key")], ""),
    ],
)
def test_the_header_of_a_key_is_an_entry(
    tmp_path: Path, schemes: list[tuple[AuthScheme, str]], header: str
) -> None:
    facts = tuple(Auth(scheme=scheme, span=at(3), header=name) for scheme, name in schemes)
    text = written(tmp_path, ExchangeFacts(auth=facts))
    assert load_exchange(tmp_path).auth_details.key_header == header
    assert bool(header) == (f'key_header = "{header}"  # en/a.md:3' in text)


OLD = """\
# What I know of it.
title = "Mine"  # its real name
auth = "hmac"

[severity]
row-unread = "info"  # for now

[[page]]  # captured by hand
path = "en/a.md"
language = "zh-TW"  # whatever it says
fetch = false
etag = "1"
sha256 = "1"

[[page]]
path = "en/gone.md"
language = "en"
sha256 = "2"

[[probe]]
operation = "GET /x"  # reads
inputs.id = "random-uuid"

[environment]
access_key = "MINE"
"""
NEW = """\
title = "venue"
servers = ["https://api.example.com"]  # en/a.md:3
auth = "jwt"

[[rate_limit]]  # en/a.md:5
count = 1
seconds = 1

[[page]]
path = "en/a.md"
language = "en"
url = "https://docs.example.com/a"
sha256 = "9"

[[page]]
path = "en/b.md"
language = "en"
sha256 = "3"
"""
MERGED = """\
# What I know of it.
title = "Mine"  # its real name
auth = "hmac"
servers = ["https://api.example.com"]  # en/a.md:3

[severity]
row-unread = "info"  # for now

[[page]]  # captured by hand
path = "en/a.md"
language = "zh-TW"  # whatever it says
fetch = false
sha256 = "9"
url = "https://docs.example.com/a"

[[page]]
path = "en/b.md"
language = "en"
sha256 = "3"
[[probe]]
operation = "GET /x"  # reads
inputs.id = "random-uuid"

[environment]
access_key = "MINE"

[[rate_limit]]  # en/a.md:5
count = 1
seconds = 1
"""


def test_people_s_words_are_merged_with_what_the_pages_say() -> None:
    assert merge_text(OLD, NEW).rstrip("\n") == MERGED.rstrip("\n")


def test_merging_again_changes_nothing() -> None:
    once = merge_text(OLD, NEW)
    assert merge_text(once, NEW) == once
    assert merge_text(NEW, NEW) == NEW


def test_a_title_that_was_asked_for_is_taken() -> None:
    assert tomllib.loads(merge_text(OLD, NEW, title="Other"))["title"] == "Other"


def page(name: str, sha256: str, rest: str = "") -> str:
    return f'[[page]]\npath = "en/{name}.md"\nlanguage = "en"\n{rest}sha256 = "{sha256}"\n'


PAGES = {
    "no page before": ("", page("a", "1"), [("a", "1")]),
    "the same": (page("a", "1"), page("a", "1"), [("a", "1")]),
    "other bytes": (page("a", "1"), page("a", "2"), [("a", "2")]),
    "none of the old": (page("a", "1"), page("b", "2"), [("b", "2")]),
    "old ones keep their order": (
        page("b", "1") + page("a", "1"),
        page("a", "1") + page("c", "3") + page("b", "2"),
        [("b", "2"), ("a", "1"), ("c", "3")],
    ),
    "tables between": (
        page("a", "1") + '[[probe]]\noperation = "GET /x"\n' + page("b", "1"),
        page("b", "2") + page("c", "3"),
        [("b", "2"), ("c", "3")],
    ),
}


@pytest.mark.parametrize("case", PAGES)
def test_pages_are_those_of_today(case: str) -> None:
    old, new, wanted = PAGES[case]
    merged = tomllib.loads(merge_text(f'title = "x"\n{old}', f'title = "y"\n{new}'))
    assert [(p["path"], p["sha256"]) for p in merged["page"]] == [
        (f"en/{name}.md", sha256) for name, sha256 in wanted
    ]
    assert merged["title"] == "x"
    assert ("probe" in merged) == ("probe" in old)


@pytest.mark.parametrize(("sha256", "etag"), [("1", "old"), ("2", None)])
def test_what_a_server_said_of_other_bytes_goes_with_them(sha256: str, etag: str | None) -> None:
    merged = merge_text(page("a", "1", 'etag = "old"\n'), page("a", sha256))
    assert tomllib.loads(merged)["page"][0].get("etag") == etag


@pytest.mark.parametrize(
    "pages", [page("a", "1") + page("a", "1"), 'page = [{path = "en/a.md", sha256 = "1"}]\n']
)
def test_pages_that_cannot_be_merged_are_left_alone(pages: str) -> None:
    with pytest.raises(InputError, match="its pages cannot be merged"):
        merge_text(f'title = "x"\n{pages}', page("a", "2"))
