"""Requests that prove who sends them: one class for each scheme, over the bytes that are sent.

Each is a :class:`requests.auth.AuthBase`, called with the request as it will go over the wire.
"""

from __future__ import annotations

import hashlib
import hmac
import time
import uuid
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

import jwt
from jwt.warnings import InsecureKeyLengthWarning
from requests import PreparedRequest
from requests.auth import AuthBase

from conformance.errors import UsageError
from conformance.live.credentials import Credentials
from conformance.model.operation import AuthScheme
from conformance.pages.access import AuthDetails, HashedQuery

__all__ = ["ApiKeyAuth", "BearerAuth", "HmacAuth", "JwtAuth", "NoAuth", "signer"]


@dataclass(frozen=True, slots=True)
class NoAuth(AuthBase):
    """Nothing is added; being there, it keeps requests from looking into ``.netrc``."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


@dataclass(frozen=True, slots=True)
class ApiKeyAuth(AuthBase):
    """The key in a header."""

    credentials: Credentials
    header: str

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers[self.header] = self.credentials.access_key
        return request


@dataclass(frozen=True, slots=True)
class BearerAuth(AuthBase):
    """A token that was given out elsewhere (RFC 6750, section 2.1)."""

    credentials: Credentials

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.credentials.access_key}"
        return request


@dataclass(frozen=True, slots=True)
class JwtAuth(AuthBase):
    """A JSON Web Token (RFC 7519, HS256) over a hash of the query.

    Claims: ``access_key``, ``nonce`` (a random UUID), and where there is a query
    ``query_hash``, its SHA512 as hex, with ``query_hash_alg``.
    """

    credentials: Credentials
    query: HashedQuery = "as-sent"
    nonce: Callable[[], str] = lambda: str(uuid.uuid4())

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        claims = {"access_key": self.credentials.access_key, "nonce": self.nonce()}
        text = _query(request)
        if text:
            hashed = unquote(text) if self.query == "decoded" else text
            claims["query_hash"] = hashlib.sha512(hashed.encode()).hexdigest()
            claims["query_hash_alg"] = "SHA512"
        with warnings.catch_warnings():  # how long a key is, is the exchange's choice
            warnings.simplefilter("ignore", InsecureKeyLengthWarning)
            token = jwt.encode(claims, self.credentials.secret_key, algorithm="HS256")
        request.headers["Authorization"] = f"Bearer {token}"
        return request


@dataclass(frozen=True, slots=True)
class HmacAuth(AuthBase):
    """HMAC-SHA256 (RFC 2104, hex) over the query with a timestamp in it, and the body after it."""

    credentials: Credentials
    header: str
    timestamp: str = "timestamp"
    signature: str = "signature"
    clock: Callable[[], float] = time.time

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers[self.header] = self.credentials.access_key
        query = _query(request)
        if self.timestamp not in dict(parse_qsl(query, keep_blank_values=True)):
            stamp = f"{self.timestamp}={int(self.clock() * 1000)}"
            query = f"{query}&{stamp}" if query else stamp
        signed = query.encode() + _body(request)
        digest = hmac.new(self.credentials.secret_key.encode(), signed, hashlib.sha256).hexdigest()
        address = urlsplit(request.url or "")
        request.url = address._replace(query=f"{query}&{self.signature}={digest}").geturl()
        return request


def signer(scheme: AuthScheme | None, details: AuthDetails, credentials: Credentials) -> AuthBase:
    """The way to sign that a manifest names.

    Raises:
        UsageError: the scheme needs a detail that the manifest does not have, or is not known.
    """
    make = _MAKERS.get(scheme or "none")
    if make is None:
        known = ", ".join(_MAKERS)
        raise UsageError(f"auth is {scheme!r}: how to sign is not known", hint=f"one of {known}")
    return make(details, credentials)


def _with_key(details: AuthDetails, credentials: Credentials) -> AuthBase:
    return ApiKeyAuth(credentials, _header(details))


def _with_hmac(details: AuthDetails, credentials: Credentials) -> AuthBase:
    names = details.timestamp_parameter, details.signature_parameter
    return HmacAuth(credentials, _header(details), *names)


_MAKERS: Final[Mapping[str, Callable[[AuthDetails, Credentials], AuthBase]]] = {
    "none": lambda _details, _credentials: NoAuth(),
    "api-key": _with_key,
    "bearer": lambda _details, credentials: BearerAuth(credentials),
    "jwt": lambda details, credentials: JwtAuth(credentials, details.query),
    "hmac": _with_hmac,
}


def _header(details: AuthDetails) -> str:
    if not details.key_header:
        hint = "name it: [auth_details] key_header in the manifest"
        raise UsageError("the header that holds the key is not known", hint=hint)
    return details.key_header


def _query(request: PreparedRequest) -> str:
    return urlsplit(request.url or "").query


def _body(request: PreparedRequest) -> bytes:
    body = request.body or b""
    return body.encode() if isinstance(body, str) else body
