"""Server and credentials come from the variables a manifest names, and from nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.errors import UsageError
from conformance.observe.live.credentials import (
    Credentials,
    invented_credentials,
    read_credentials,
    server_url,
)
from conformance.snapshot.access import Environment
from tests.observe.live.conftest import exchange

NAMES = Environment(access_key="V_KEY", secret_key="V_OTHER", server_url="V_URL")  # noqa: S106


def test_only_what_the_scheme_takes_is_read() -> None:
    values = {"V_KEY": "key-12345678", "V_OTHER": "other-12345678"}
    signing = exchange(auth="hmac", environment=NAMES)
    assert read_credentials(signing, values) == Credentials(*values.values())
    assert read_credentials(exchange(environment=NAMES), values) == Credentials("key-12345678")
    assert read_credentials(exchange(auth=None), values) == Credentials()


@pytest.mark.parametrize(
    ("names", "values", "words"),
    [
        (NAMES, {}, "set V_KEY"),
        (NAMES, {"V_KEY": ""}, "set V_KEY"),
        (Environment(), {"V_KEY": "key-12345678"}, "name a variable"),
        (NAMES, {"V_KEY": "short"}, "V_KEY holds no access_key"),
        (NAMES, {"V_KEY": "with a blank in it"}, "V_KEY holds no access_key"),
        (NAMES, {"V_KEY": "key-12345678\nX: y"}, "V_KEY holds no access_key"),
        (NAMES, {"V_KEY": "kéy-12345678"}, "V_KEY holds no access_key"),
    ],
)
def test_what_is_missing_is_told_and_no_value_is(names: Any, values: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words) as failed:
        read_credentials(exchange(environment=names), values)
    assert not any(value and value in str(failed.value) for value in values.values())


def test_the_server_is_the_variables_or_the_only_documented_one() -> None:
    told = exchange(environment=NAMES, servers=("https://docs.example",))
    assert server_url(told, {"V_URL": " https://api.example/ "}) == "https://api.example"
    assert server_url(told, {}) == "https://docs.example"
    for servers in ((), ("https://a.example", "https://b.example")):
        with pytest.raises(UsageError, match="set V_URL"):
            server_url(exchange(environment=NAMES, servers=servers), {})
    with pytest.raises(UsageError, match="V_URL is no web address") as failed:
        server_url(told, {"V_URL": "https://user:word@api.example"})
    assert "word" not in str(failed.value)


def test_invented_credentials_are_there_where_some_are_needed() -> None:
    assert all(len(s) == 40 for s in invented_credentials(exchange(auth="jwt")).secrets)
    assert invented_credentials(exchange(auth=None)).secrets == ()
