"""Signatures against published and independently computed ones, as vectors.json says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from requests.auth import AuthBase

from conformance.errors import UsageError
from conformance.live.signing import ApiKeyAuth, Credentials, HmacAuth, JwtAuth, NoAuth, signer
from conformance.pages.access import AuthDetails

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))
SECRET = "test-secret-key-of-forty-characters-0001"  # noqa: S105 - opens nothing
NONCE = "00000000-0000-4000-8000-000000000001"


def signed(url: str, auth: AuthBase, body: str = "", method: str = "POST") -> Any:
    return requests.Request(method, url, data=body, auth=auth).prepare()


@pytest.mark.parametrize("vector", VECTORS["jwt"], ids=lambda v: v["query_is"])
def test_jwt(vector: dict[str, str]) -> None:
    credentials = Credentials("test-access-key-0001", SECRET)
    auth = JwtAuth(credentials, vector["query_is"], lambda: NONCE)  # type: ignore[arg-type]
    assert signed(vector["url"], auth).headers["Authorization"] == f"Bearer {vector['token']}"


def test_every_token_has_a_nonce_of_its_own() -> None:
    auth = JwtAuth(Credentials("test-access-key-0001", "short"))
    tokens = [signed("https://api.example/", auth).headers["Authorization"][7:] for _ in range(2)]
    nonces = {jwt.decode(t, options={"verify_signature": False})["nonce"] for t in tokens}
    assert len(nonces) == 2


@pytest.mark.parametrize("vector", VECTORS["hmac"], ids=lambda v: v["source"][:9])
def test_hmac(vector: dict[str, str]) -> None:
    credentials = Credentials("test-access-key-0001", vector["secret"])
    request = signed(
        vector["url"], HmacAuth(credentials, "X-Key", clock=lambda: 1.7e9), vector["body"]
    )
    assert urlsplit(request.url).query == vector["query"]
    assert request.headers["X-Key"] == "test-access-key-0001"


def test_the_bytes_that_are_signed_are_those_that_are_sent() -> None:
    """What requests does to a URL, it does before it is signed."""
    auth = JwtAuth(Credentials("test-access-key-0001", SECRET))
    request = signed("https://api.example/a b?q=ü&x=[]", auth)
    claims = jwt.decode(request.headers["Authorization"][7:], SECRET, algorithms=["HS256"])
    again = requests.Request("GET", request.url).prepare()
    assert again.url == request.url
    assert len(claims["query_hash"]) == 128


@pytest.mark.parametrize(
    ("scheme", "details", "kind"),
    [
        (None, AuthDetails(), NoAuth),
        ("none", AuthDetails(), NoAuth),
        ("api-key", AuthDetails(key_header="X-Key"), ApiKeyAuth),
        ("jwt", AuthDetails(), JwtAuth),
        ("hmac", AuthDetails(key_header="X-Key"), HmacAuth),
    ],
)
def test_chosen_by_name(scheme: Any, details: AuthDetails, kind: type) -> None:
    assert type(signer(scheme, details, Credentials("a" * 9, "b" * 9))) is kind


@pytest.mark.parametrize("scheme", ["api-key", "hmac", "unspecified"])
def test_what_is_not_known_is_asked_for(scheme: Any) -> None:
    with pytest.raises(UsageError, match=r"key_header|how to sign"):
        signer(scheme, AuthDetails(), Credentials("a" * 9, "b" * 9))


def test_credentials_are_never_shown() -> None:
    credentials = Credentials("access-key-1", "secret-key-1")
    auths = (JwtAuth(credentials), HmacAuth(credentials, "X"), ApiKeyAuth(credentials, "X"))
    assert "key-1" not in f"{credentials!r} {auths!r}"
