"""Server and credentials come from the variables a manifest names, and from nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.errors import UsageError
from conformance.live.signing import (
    Credentials,
    invent_credentials,
    read_credentials,
    server_url,
)
from conformance.pages.access import Environment
from tests.live.conftest import exchange

NAMES = Environment(access_key="VENUE_KEY", secret_key="VENUE_OTHER", server_url="VENUE_URL")  # noqa: S106


def test_only_what_the_scheme_takes_is_read() -> None:
    values = {"VENUE_KEY": "key-12345678", "VENUE_OTHER": "other-12345678"}
    signing = exchange(auth="hmac", environment=NAMES)
    assert read_credentials(signing, values) == Credentials(*values.values())
    assert read_credentials(exchange(environment=NAMES), values) == Credentials("key-12345678")
    assert read_credentials(exchange(auth=None), values) == Credentials()


@pytest.mark.parametrize(
    ("names", "values", "words"),
    [
        (NAMES, {}, "set VENUE_KEY"),
        (NAMES, {"VENUE_KEY": ""}, "set VENUE_KEY"),
        (Environment(), {"VENUE_KEY": "key-12345678"}, "name a variable"),
        (NAMES, {"VENUE_KEY": "short"}, "VENUE_KEY holds no access_key"),
        (NAMES, {"VENUE_KEY": "with a blank in it"}, "VENUE_KEY holds no access_key"),
        (NAMES, {"VENUE_KEY": "key-12345678\nX: y"}, "VENUE_KEY holds no access_key"),
        (NAMES, {"VENUE_KEY": "kéy-12345678"}, "VENUE_KEY holds no access_key"),
    ],
)
def test_what_is_missing_is_told_and_no_value_is(names: Any, values: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words) as failed:
        read_credentials(exchange(environment=names), values)
    assert not any(value and value in str(failed.value) for value in values.values())


def test_the_server_is_the_variables_or_the_only_documented_one() -> None:
    told = exchange(environment=NAMES, servers=("https://docs.example",))
    assert server_url(told, {"VENUE_URL": " https://api.example/ "}) == "https://api.example"
    assert server_url(told, {}) == "https://docs.example"
    for servers in ((), ("https://a.example", "https://b.example")):
        with pytest.raises(UsageError, match="set VENUE_URL"):
            server_url(exchange(environment=NAMES, servers=servers), {})
    with pytest.raises(UsageError, match="VENUE_URL is no web address") as failed:
        server_url(told, {"VENUE_URL": "https://user:word@api.example"})
    assert "word" not in str(failed.value)


def test_invented_credentials_are_there_where_some_are_needed() -> None:
    assert all(len(s) == 40 for s in invent_credentials(exchange(auth="jwt")).secrets)
    assert invent_credentials(exchange(auth=None)).secrets == ()


@pytest.mark.parametrize(
    ("name", "variable", "own"),
    [
        ("venue", "VENUE_KEY", True),
        ("venue", "venue_key", True),
        ("venue", "VENUE", True),
        ("my-venue", "MY_VENUE_KEY", True),
        ("my-venue", "MYVENUE_KEY", True),
        ("venue", "VENUES_KEY", False),
        ("venue", "MY_VENUE_KEY", False),
        ("venue", "AWS_SECRET_ACCESS_KEY", False),
        ("a", "AWS_SECRET_ACCESS_KEY", False),
        ("-", "AWS_SECRET_ACCESS_KEY", False),
        ("venue", "GITHUB_TOKEN", False),
    ],
)
def test_a_variable_of_another_program_is_not_read(name: str, variable: str, own: bool) -> None:
    values = {variable: "key-12345678"}
    known = replace(exchange(environment=Environment(access_key=variable)), name=name)
    if not own:
        with pytest.raises(UsageError, match=f"{variable} is not named like {name}") as refused:
            read_credentials(known, values)
        assert "key-12345678" not in str(refused.value)
    named = () if own else (variable,)
    assert read_credentials(known, values, named) == Credentials("key-12345678")


def test_a_server_is_not_read_from_a_variable_of_another_program() -> None:
    known = exchange(environment=Environment(server_url="DATABASE_URL"))
    with pytest.raises(UsageError, match="DATABASE_URL is not named like venue"):
        server_url(known, {"DATABASE_URL": "https://db.example"})
    named = server_url(known, {"DATABASE_URL": "https://db.example"}, ("DATABASE_URL",))
    assert named == "https://db.example"
