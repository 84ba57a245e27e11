"""Whether a request proves who sends it, the verifying side of each scheme of signing.

A page that asks for a scheme seldom says which header has the key: a key is looked for in every
header and query parameter, a signature under the names signatures have.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import unquote, unquote_plus, urlencode, urlsplit

import jwt

from conformance.checks.asked import json_body
from conformance.errors import UsageError
from conformance.model.interaction import Request
from conformance.model.operation import Auth, AuthScheme
from conformance.observe.urls import query_pairs

_SIGNATURES: Final = ("signature", "sign")
"""Names of the parameter or header with an HMAC; of a header, also as its last word."""
_ALGORITHMS: Final = ["HS256", "HS384", "HS512"]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the sandbox accepts; these defaults open nothing but a sandbox."""

    access_key: str = field(default="sandbox-access-key", repr=False)
    secret_key: str = field(
        default="sandbox-secret-key-long-enough-for-every-digest-that-is-in-use-here", repr=False
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be written anywhere."""
        return tuple(text for text in (self.access_key, self.secret_key) if text)


class Verifier(Protocol):
    """The verifying side of one scheme."""

    def __call__(self, request: Request, credentials: Credentials) -> str:
        """Why ``request`` does not prove who sends it, without any secret; empty when it does."""


def verify(
    accepted: Iterable[Auth], request: Request, credentials: Credentials, scheme: str | None = None
) -> str:
    """Why none of the schemes ``accepted`` is satisfied; empty when one is, or none is asked for.

    ``scheme`` takes the place of what the page says.
    """
    names = (scheme,) if scheme else tuple(dict.fromkeys(auth.scheme for auth in accepted))
    reasons = [VERIFIERS[name](request, credentials) for name in names]
    return "" if not all(reasons) else "; ".join(reasons)


def known_scheme(name: str) -> str:
    """``name``, when there is such a scheme.

    Raises:
        UsageError: there is none; the message lists those there are.
    """
    if name not in VERIFIERS:
        raise UsageError(f"no scheme {name!r}", hint="there are " + ", ".join(VERIFIERS))
    return name


def _none(_: Request, __: Credentials) -> str:
    return ""


def _api_key(request: Request, credentials: Credentials) -> str:
    sent = [text for _, text in (*request.headers, *query_pairs(request.url))]
    found = any(_same(text.rpartition(" ")[2], credentials.access_key) for text in sent)
    return "" if found else "no header and no parameter has the API key"


def _bearer(request: Request, credentials: Credentials) -> str:
    token = _token(request)
    if not token:
        return "no bearer token in the Authorization header"
    return "" if _same(token, credentials.access_key) else "the bearer token is not known"


def _unspecified(request: Request, credentials: Credentials) -> str:
    """The page does not say how: anything that authorises will do."""
    named = any(n.lower() == "authorization" and text.strip() for n, text in request.headers)
    return "" if named else _api_key(request, credentials)


def _hmac(request: Request, credentials: Credentials) -> str:
    """HMAC-SHA256, in hex, over the query before the signature and the body."""
    problem = _api_key(request, credentials)
    if problem:
        return problem
    signature = next(_signatures(request), "")
    if not signature:
        return "no header and no parameter has a signature"
    secret = credentials.secret_key.encode()
    for message in _signed(request):
        if _same(hmac.new(secret, message, hashlib.sha256).hexdigest(), signature.lower()):
            return ""
    return "the signature is not that of the query and the body"


def _signatures(request: Request) -> Iterator[str]:
    for name, text in query_pairs(request.url):
        if name.lower() in _SIGNATURES:
            yield text
    for name, text in request.headers:
        if name.lower().rpartition("-")[2] in _SIGNATURES:
            yield text


def _signed(request: Request) -> Iterator[bytes]:
    """What may have been signed: the query as sent, and with its escapes undone."""
    parts = urlsplit(request.url).query.split("&")
    query = "&".join(p for p in parts if p.partition("=")[0].lower() not in _SIGNATURES)
    for text in dict.fromkeys((query, unquote(query), unquote_plus(query))):
        yield text.encode("utf-8", "surrogateescape") + request.body


def _jwt(request: Request, credentials: Credentials) -> str:
    """A JWT (RFC 7519) signed with the secret, with the hash of the unescaped query in it."""
    token = _token(request)
    if not token:
        return "no bearer token in the Authorization header"
    try:
        claims = jwt.decode(token, credentials.secret_key, algorithms=_ALGORITHMS)
    except (jwt.PyJWTError, ValueError) as error:
        return f"the token is refused: {type(error).__name__}"
    if not _same(str(claims.get("access_key", "")), credentials.access_key):
        return "the token has no known access_key"
    return "" if claims.get("nonce") else "the token has no nonce"


def _jwt_of_query(request: Request, credentials: Credentials) -> str:
    problem = _jwt(request, credentials)
    hashed = tuple(_hashed(request))
    if problem or not hashed:
        return problem
    claims = jwt.decode(_token(request), options={"verify_signature": False})
    if claims.get("query_hash_alg", "SHA512") != "SHA512":
        return "query_hash_alg is not SHA512"
    seen = str(claims.get("query_hash", ""))
    hashes = [hashlib.sha512(t.encode("utf-8", "surrogateescape")).hexdigest() for t in hashed]
    return "" if any(_same(h, seen) for h in hashes) else "query_hash is not that of the query"


def _hashed(request: Request) -> Iterator[str]:
    """What may have been hashed: the query unescaped, else the members of a body as a query."""
    query = urlsplit(request.url).query
    if query:
        yield from dict.fromkeys((unquote(query), unquote_plus(query), query))
        return
    body: Any = json_body(request)
    if isinstance(body, dict) and body:
        flat = {k: v if isinstance(v, str | list) else json.dumps(v) for k, v in body.items()}
        encoded = urlencode(flat, doseq=True)
        yield from dict.fromkeys((unquote(encoded), unquote_plus(encoded), encoded))


def _token(request: Request) -> str:
    for name, text in request.headers:
        scheme, _, token = text.strip().partition(" ")
        if name.lower() == "authorization" and scheme.lower() == "bearer":
            return token.strip()
    return ""


def _same(first: str, second: str) -> bool:
    return hmac.compare_digest(first.encode("utf-8", "replace"), second.encode("utf-8", "replace"))


VERIFIERS: Final[dict[AuthScheme | str, Callable[[Request, Credentials], str]]] = {
    "none": _none,
    "api-key": _api_key,
    "bearer": _bearer,
    "hmac": _hmac,
    "jwt": _jwt_of_query,
    "unspecified": _unspecified,
}
"""Each scheme by the name that contracts and manifests have for it."""
