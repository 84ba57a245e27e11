"""What a request proves and asks for, and what of it the pages rule out.

A page that asks for a scheme seldom says which header has the key: a key is looked for in every
header and query parameter, a signature under the names signatures have.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import unquote, unquote_plus, urlencode, urlsplit

import jwt
from jwt.algorithms import HMACAlgorithm

from conformance.checks.interactions import json_body, strip_mark, texts_of
from conformance.checks.match import path_values
from conformance.checks.request import RequestProblem, find_request_problems
from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import query_pairs
from conformance.live.signing import Credentials
from conformance.model.interaction import Request
from conformance.model.operation import Auth, AuthScheme, Operation, Stated
from conformance.schema.json_schema import walk_values
from conformance.schema.kinds import ITEMS, parameter
from conformance.strategies.requests import inputs_of

_SIGNATURES: Final = ("signature", "sign")
"""Names of the parameter or header with an HMAC; of a header, also as its last word."""
_NO_TOKEN: Final = "no bearer token in the Authorization header"  # noqa: S105 - a message
_ALGORITHMS: Final = {
    "HS256": HMACAlgorithm.SHA256,
    "HS384": HMACAlgorithm.SHA384,
    "HS512": HMACAlgorithm.SHA512,
}
SANDBOX_KEYS: Final = Credentials(
    "sandbox-access-key", "sandbox-secret-key-long-enough-for-every-digest-that-is-in-use-here"
)
"""Credentials that open nothing but a sandbox."""
ACCESS_KEY: Final = "CONFORMANCE_SANDBOX_ACCESS_KEY"
SECRET_KEY: Final = "CONFORMANCE_SANDBOX_SECRET_KEY"  # noqa: S105 - the name of a variable
_JWS: Final = jwt.PyJWS(algorithms=[])


def name_keys(keys: Credentials) -> str:
    """Which keys a sandbox expects: its own by value, those it was given by where they are."""
    if keys != SANDBOX_KEYS:
        return f"the sandbox's keys are those in {ACCESS_KEY} and {SECRET_KEY}"
    return f"the sandbox's access key is {keys.access_key}, its secret key {keys.secret_key}"


def verify(
    accepted: Iterable[Auth], request: Request, keys: Credentials, scheme: str | None = None
) -> str:
    """Why none of the schemes ``accepted`` is satisfied; empty when one is, or none is required.
    ``scheme`` takes the place of what the page says."""
    stated: dict[str, str] = {auth.scheme: auth.header for auth in accepted}
    asked = {scheme: ""} if scheme else stated
    reasons = [VERIFIERS[name](request, keys) for name in asked]
    if not all(reasons):
        return ""
    headers = ", ".join(dict.fromkeys(filter(None, asked.values())))
    return "; ".join(reasons) + (f" (the page names the header {headers})" if headers else "")


def _check_api_key(request: Request, keys: Credentials) -> str:
    sent = [text for _, text in (*request.headers, *query_pairs(request.url))]
    found = any(_is_same(text.rpartition(" ")[2], keys.access_key) for text in sent)
    return "" if found else "no header and no parameter has the API key"


def _check_bearer(request: Request, keys: Credentials) -> str:
    if not (token := _read_token(request)):
        return _NO_TOKEN
    return "" if _is_same(token, keys.access_key) else "the bearer token is not known"


def _verify_any(request: Request, keys: Credentials) -> str:
    """The page does not say how: anything that authorises will do."""
    named = any(n.lower() == "authorization" and text.strip() for n, text in request.headers)
    return "" if named else _check_api_key(request, keys)


def _check_hmac(request: Request, keys: Credentials) -> str:
    """HMAC-SHA256, in hex, over the query before the signature and the body."""
    if problem := _check_api_key(request, keys):
        return problem
    named = [(name.lower(), text) for name, text in query_pairs(request.url)]
    named += [(name.lower().rpartition("-")[2], text) for name, text in request.headers]
    signature = next((text for name, text in named if name in _SIGNATURES), "")
    if not signature:
        return "no header and no parameter has a signature"
    parts = urlsplit(request.url).query.split("&")
    query = "&".join(p for p in parts if p.partition("=")[0].lower() not in _SIGNATURES)
    # What may have been signed: the query as sent, and with its escapes undone.
    for text in dict.fromkeys((query, unquote(query), unquote_plus(query))):
        message = text.encode("utf-8", "surrogateescape") + request.body
        digest = hmac.new(keys.secret_key.encode(), message, hashlib.sha256).hexdigest()
        if _is_same(digest, signature.lower()):
            return ""
    return "the signature is not that of the query and the body"


def _check_jwt(request: Request, keys: Credentials) -> str:
    """A JWT (RFC 7519) signed with the secret, with the hash of the unescaped query in it."""
    if not (token := _read_token(request)):
        return _NO_TOKEN
    try:
        claims = load_json(_JWS.decode(token, keys.secret_key, algorithms=list(_ALGORITHMS)))
        if not isinstance(claims, dict):
            raise jwt.DecodeError("claims are no object")
    except (jwt.PyJWTError, JsonError, ValueError) as error:
        return f"the token is refused: {type(error).__name__}"
    if not _is_same(str(claims.get("access_key", "")), keys.access_key):
        return "the token has no known access_key"
    if not claims.get("nonce"):
        return "the token has no nonce"
    hashed = tuple(_list_hashes(request))
    if hashed and claims.get("query_hash_alg", "SHA512") != "SHA512":
        return "query_hash_alg is not SHA512"
    claimed = str(claims.get("query_hash", ""))
    hashes = [hashlib.sha512(t.encode("utf-8", "surrogateescape")).hexdigest() for t in hashed]
    right = not hashes or any(_is_same(h, claimed) for h in hashes)
    return "" if right else "query_hash is not that of the query"


class _AnyLength(HMACAlgorithm):
    """Takes keys of any length: how long they are is the exchange's choice, not a warning."""

    def check_key_length(self, key: bytes) -> None: ...


for _name, _digest in _ALGORITHMS.items():
    _JWS.register_algorithm(_name, _AnyLength(_digest))


def _list_hashes(request: Request) -> Iterator[str]:
    """What may have been hashed: the query unescaped, else the members of a body as a query."""
    query = urlsplit(request.url).query
    body: Any = json_body(request) if not query else None
    if isinstance(body, dict) and body:
        flat = {k: v if isinstance(v, str | list) else json.dumps(v) for k, v in body.items()}
        query = urlencode(flat, doseq=True)
    return iter(dict.fromkeys((unquote(query), unquote_plus(query), query)) if query else ())


def _read_token(request: Request) -> str:
    for name, text in request.headers:
        scheme, _, token = text.strip().partition(" ")
        if name.lower() == "authorization" and scheme.lower() == "bearer":
            return token.strip()
    return ""


def _is_same(first: str, second: str) -> bool:
    return hmac.compare_digest(first.encode("utf-8", "replace"), second.encode("utf-8", "replace"))


VERIFIERS: Final[dict[AuthScheme | str, Callable[[Request, Credentials], str]]] = {
    "none": lambda _request, _keys: "",
    "api-key": _check_api_key,
    "bearer": _check_bearer,
    "hmac": _check_hmac,
    "jwt": _check_jwt,
    "unspecified": _verify_any,
}
"""Scheme -> why a request does not prove who sends it, without any secret; empty when it does."""
SentInputs: TypeAlias = Mapping[str, tuple[str, ...]]
"""Texts by the name of the documented input they were given for, each text once."""


def find_sent_inputs(operation: Operation, request: Request) -> SentInputs:
    """The documented inputs of ``operation`` that ``request`` gives.  A single text with commas,
    given for a list, is a list."""
    documented = {strip_mark(i.key[1]): i for i in inputs_of(operation)}
    found: dict[str, list[str]] = {}
    given = [*path_values(operation, request.url).items(), *query_pairs(request.url)]
    body = json_body(request)
    if isinstance(body, dict):
        given += [(name, text) for name, value in body.items() for text in texts_of(value)]
    for name, text in given:
        if strip_mark(name) in documented:
            found.setdefault(documented[strip_mark(name)].key[1], []).append(text)
    for i in documented.values():
        texts = found.get(i.key[1], ())
        if i.value.kind == "array" and len(texts) == 1:
            found[i.key[1]] = texts[0].split(",")
    return {name: tuple(dict.fromkeys(texts)) for name, texts in found.items()}


def find_problems(operation: Operation, request: Request) -> tuple[RequestProblem, ...]:
    """The problems of ``request`` for which a server that keeps to the page says no.  An input
    nobody documented is let by unless the page says that there are no others: it may be what signs
    the request. So is a moment that seems to be in another unit: it is within what is documented.
    """
    documented = {parameter(documented.name) for documented in operation.parameters}
    closed = False
    if operation.body is not None:
        for subject, value in walk_values(operation.body.value, "body"):
            closed = closed or value.closed is Stated.YES
            if subject != "body" and not subject.endswith(ITEMS):
                documented.add(subject)  # what is unknown and has this subject is misspelt
    return tuple(
        problem
        for problem in find_request_problems(operation, request)
        if problem.kind != "unit"
        and (closed or problem.kind != "unknown" or problem.subject in documented)
    )
