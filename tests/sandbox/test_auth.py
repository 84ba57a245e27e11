"""Requests that prove who sends them, and those that do not."""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import unquote, urlencode

import jwt
import pytest

from conformance.errors import UsageError
from conformance.live.signing import Credentials
from conformance.model.interaction import Request
from conformance.model.operation import Auth, AuthScheme
from conformance.sandbox.answering import Sandbox
from conformance.sandbox.requests import SANDBOX_KEYS, name_keys, verify
from tests.builders import span
from tests.sandbox.served import contract_of

KEYS = Credentials("our-access-key", "our-secret")
QUERY = urlencode({"uuids[]": ["a b", "c&d"], "market": "KRW-BTC"}, doseq=True)


def _request(*headers: tuple[str, str], query: str = "", body: bytes = b"") -> Request:
    url = f"http://127.0.0.1:1/x{'?' if query else ''}{query}"
    return Request(method="GET", url=url, headers=headers, body=body)


def _token(query: str = "", secret: str = KEYS.secret_key, **claims: object) -> tuple[str, str]:
    told: dict[str, object] = {"access_key": KEYS.access_key, "nonce": "1", **claims}
    if query:
        told.setdefault("query_hash", hashlib.sha512(query.encode()).hexdigest())
        told.setdefault("query_hash_alg", "SHA512")
    head = _part({"alg": "HS256", "typ": "JWT"}) + b"." + _part(told)
    signature = hmac.new(secret.encode(), head, hashlib.sha256).digest()
    return "Authorization", f"Bearer {(head + b'.' + _encoded(signature)).decode()}"


def _part(members: object) -> bytes:
    return _encoded(json.dumps(members).encode())


def _encoded(data: bytes) -> bytes:
    return jwt.utils.base64url_encode(data)


def _why(scheme: AuthScheme, request: Request) -> str:
    return verify([Auth(scheme=scheme, span=span())], request, KEYS)


@pytest.mark.parametrize("hashed", [QUERY, unquote(QUERY)])
def test_a_token_over_the_query(hashed: str) -> None:
    assert _why("jwt", _request(_token(hashed), query=QUERY)) == ""


def test_a_token_where_there_is_no_query() -> None:
    assert _why("jwt", _request(_token())) == ""


def test_a_token_over_the_members_of_a_body() -> None:
    request = _request(_token("market=A&n=1"), body=b'{"market": "A", "n": 1}')
    assert _why("jwt", request) == ""


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (("Authorization", "Basic x"), "no bearer token"),
        (("Authorization", "Bearer "), "no bearer token"),
        (("Authorization", "Bearer x.y.z"), "refused: DecodeError"),
        (_token(QUERY, "another"), "refused: InvalidSignatureError"),
        (("Authorization", "Bearer " + jwt.encode({}, "", "none")), "refused: InvalidAlgorithm"),
        (_token(QUERY, access_key="another"), "no known access_key"),
        (_token(QUERY, nonce=""), "no nonce"),
        (_token("another=query"), "not that of the query"),
        (_token(), "not that of the query"),
        (_token(QUERY, query_hash_alg="MD5"), "not SHA512"),
    ],
)
def test_tokens_that_prove_nothing(header: tuple[str, str], said: str) -> None:
    assert said in _why("jwt", _request(header, query=QUERY))


def test_claims_that_are_no_object() -> None:
    head = _part({"alg": "HS256", "typ": "JWT"}) + b"." + _encoded(b"[1]")
    signature = hmac.new(KEYS.secret_key.encode(), head, hashlib.sha256).digest()
    token = (head + b"." + _encoded(signature)).decode()
    assert "refused" in _why("jwt", _request(("Authorization", f"Bearer {token}")))


def test_rfc_4231_vector_for_an_hmac() -> None:
    """Test case 2 of RFC 4231: key ``Jefe``, data ``what do ya want for nothing?``."""
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    request = _request(
        ("X-Key", "k"), query=f"signature={digest}", body=b"what do ya want for nothing?"
    )
    auth = [Auth(scheme="hmac", span=span())]
    assert verify(auth, request, Credentials("k", "Jefe")) == ""
    assert verify(auth, request, Credentials("k", "jefe")) != ""


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (SANDBOX_KEYS, f"access key is {SANDBOX_KEYS.access_key}, its secret key sandbox-secret-"),
        (Credentials("mine", "hidden"), "CONFORMANCE_SANDBOX_ACCESS_KEY and CONFORMANCE_SANDBOX_"),
    ],
)
def test_which_keys_are_expected_is_named(keys: Credentials, words: str) -> None:
    named = name_keys(keys)
    assert words in named
    assert "mine" not in named
    assert "hidden" not in named


def _signed(query: str) -> str:
    return hmac.new(KEYS.secret_key.encode(), query.encode(), hashlib.sha256).hexdigest()


def test_an_hmac_in_the_query_or_in_a_header() -> None:
    key = ("X-Api-Key", KEYS.access_key)
    in_query = _request(key, query=f"{QUERY}&signature={_signed(QUERY)}")
    in_header = _request(key, ("X-Sign", _signed(QUERY).upper()), query=QUERY)
    assert _why("hmac", in_query) == _why("hmac", in_header) == ""


def test_a_refusal_names_the_header_that_the_page_names() -> None:
    accepted = [Auth(scheme="api-key", span=span(), header="X-Venue-Key")]
    refused = verify(accepted, _request(("X-Venue-Key", "another")), KEYS)
    assert refused.endswith("(the page names the header X-Venue-Key)")
    assert verify(accepted, _request(("X-Venue-Key", KEYS.access_key)), KEYS) == ""
    assert "names the header" not in verify(accepted, _request(), KEYS, "hmac")


def test_hmacs_that_prove_nothing() -> None:
    key = ("X-Api-Key", KEYS.access_key)
    assert "has the API key" in _why("hmac", _request(query=f"signature={_signed('')}"))
    assert "has a signature" in _why("hmac", _request(key, query=QUERY))
    assert "is not that of" in _why("hmac", _request(key, query=f"signature={_signed('other')}"))


def test_keys_tokens_and_anything() -> None:
    known, other = ("X-Key", KEYS.access_key), ("X-Key", "another")
    bearer = ("Authorization", f"Bearer {KEYS.access_key}")
    assert _why("api-key", _request(known)) == _why("bearer", _request(bearer)) == ""
    assert _why("unspecified", _request(known)) == _why("unspecified", _request(bearer)) == ""
    assert _why("none", _request()) == ""
    assert _why("api-key", _request(other))
    assert _why("bearer", _request(known))
    assert _why("unspecified", _request(other))


def test_one_of_several_schemes_is_enough() -> None:
    schemes: list[AuthScheme] = ["jwt", "api-key"]
    auth = [Auth(scheme=scheme, span=span()) for scheme in schemes]
    assert verify(auth, _request(("X-Key", KEYS.access_key)), KEYS) == ""
    assert ";" in verify(auth, _request(), KEYS)


def test_reasons_have_no_secret_in_them() -> None:
    for scheme in ("jwt", "hmac", "api-key", "bearer"):
        request = _request(_token(QUERY, "x"), ("X-Key", KEYS.access_key[:-1]))
        why = _why(scheme, request)
        assert why
        assert KEYS.access_key not in why


def test_what_the_page_asks_for_is_asked_for() -> None:
    request = Request(method="DELETE", url="http://x/v1/orders/uuids?uuids[]=a")
    contract = contract_of("upbit")
    assert Sandbox(contract).answer(request).reply.status == 400  # as documented; no 401 is
    assert Sandbox(contract, scheme="none").answer(request).reply.status == 200
    assert Sandbox(contract_of("orders")).answer(request).reply.status == 404


def test_a_scheme_there_is_none_of() -> None:
    with pytest.raises(UsageError, match="no scheme 'oauth'"):
        Sandbox(contract_of("orders"), scheme="oauth")
