"""Where a live exchange is, who asks, and how requests prove it: one class for each scheme.

Names come from the variables that the manifest lists.  Each class is a
:class:`requests.auth.AuthBase`, called with the request as it will go over the wire.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import time
import uuid
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

import jwt
from jwt.warnings import InsecureKeyLengthWarning
from requests import PreparedRequest
from requests.auth import AuthBase

from conformance.errors import UsageError
from conformance.live.targets import read_sent_body
from conformance.model.operation import AuthScheme
from conformance.pages.access import AuthDetails, Environment, HashedQuery
from conformance.pages.exchange import Exchange, is_web_address

SHORTEST: Final = 8
"""Characters of a credential: a shorter one would not stand out from other text when redacting."""
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("jwt", "hmac"), ("access_key", "secret_key")),
    **dict.fromkeys(("api-key", "bearer"), ("access_key",)),
}
"""Scheme -> the credentials it takes."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks; never shown, not even in a traceback."""

    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must not be written anywhere."""
        return tuple(value for value in (self.access_key, self.secret_key) if value)


def read_credentials(
    exchange: Exchange, environment: Mapping[str, str] = os.environ, named: Sequence[str] = ()
) -> Credentials:
    """The credentials that the exchange's scheme takes, from the variables its manifest names;
    those a person has ``named`` may be called anything.  Raises UsageError: a variable is not in
    the manifest, belongs to another program, is not set, or is no credential."""
    needed = _NEEDED.get(exchange.auth or "", ())
    found = {what: _read_credential(exchange, what, environment, named) for what in needed}
    return Credentials(**found)


def credential_variables(exchange: Exchange) -> tuple[str, ...]:
    """The variables that the exchange's scheme takes its credentials from."""
    needed = _NEEDED.get(exchange.auth or "", ())
    return tuple(variable_of(exchange.environment, what) for what in needed)


def invent_credentials(exchange: Exchange) -> Credentials:
    """Credentials for a server on this machine, unlike any other text."""
    needed = _NEEDED.get(exchange.auth or "", ())
    return Credentials(**{what: hashlib.sha256(what.encode()).hexdigest()[:40] for what in needed})


def server_url(
    exchange: Exchange, environment: Mapping[str, str] = os.environ, named: Sequence[str] = ()
) -> str:
    """The exchange's address: from the environment, else the only server its docs name; neither
    confirms it.  Raises UsageError: neither states it, or the variable holds no web address or
    belongs to another program."""
    variable = exchange.environment.server_url
    _refuse_foreign(exchange, variable, named)
    value = environment.get(variable, "").strip() if variable else ""
    if value and not is_web_address(value):  # not shown: it may hold a password
        raise UsageError(f"{variable} is no web address", hint="write https://host")
    if value:
        return value.rstrip("/")
    if len(exchange.servers) == 1:
        return exchange.servers[0]
    hint = _name_source(variable, "server_url")
    raise UsageError(f"no server of {exchange.name} is known", hint=hint)


def variable_of(environment: Environment, what: str) -> str:
    """The variable that holds a credential; a name to fill in where the manifest has none."""
    return str(getattr(environment, what)) or what.upper()


def _refuse_foreign(exchange: Exchange, variable: str, named: Sequence[str]) -> None:
    """A manifest that came with pages could name any variable of any program."""
    own = re.sub("[^A-Z0-9]+", "_", exchange.name.upper()).strip("_")
    begins = f"{variable.upper()}_".startswith((f"{own}_", f"{own.replace('_', '')}_"))
    if variable and variable not in named and not (own and begins):
        hint = f"call it {own}_..., or name it: --variable {variable} (pytest: --live-variable)"
        raise UsageError(f"{variable} is not named like {exchange.name}: not read", hint=hint)


def _read_credential(
    exchange: Exchange, what: str, environment: Mapping[str, str], named: Sequence[str]
) -> str:
    variable = getattr(exchange.environment, what)
    _refuse_foreign(exchange, variable, named)
    value = environment.get(variable, "") if variable else ""
    if not value:
        raise UsageError(f"no {what} for {exchange.name}", hint=_name_source(variable, what))
    if len(value) < SHORTEST or not value.isascii() or not value.isprintable() or " " in value:
        hint = f"at least {SHORTEST} printable ASCII characters without blanks"
        raise UsageError(f"{variable} holds no {what}", hint=hint)
    return value


def _name_source(variable: str, what: str) -> str:
    unnamed = f"name a variable: [environment] {what} in the manifest"
    return f"set {variable}" if variable else unnamed


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
    """A JSON Web Token (RFC 7519, HS256) with ``access_key``, ``nonce`` (a random UUID) and, where
    there is a query, ``query_hash`` (SHA512 as hex) and ``query_hash_alg``."""

    credentials: Credentials
    query: HashedQuery = "as-sent"
    nonce: Callable[[], str] = lambda: str(uuid.uuid4())

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        claims = {"access_key": self.credentials.access_key, "nonce": self.nonce()}
        text = urlsplit(request.url or "").query
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
        query = urlsplit(request.url or "").query
        if self.timestamp not in dict(parse_qsl(query, keep_blank_values=True)):
            stamp = f"{self.timestamp}={int(self.clock() * 1000)}"
            query = f"{query}&{stamp}" if query else stamp
        signed = query.encode() + read_sent_body(request)
        digest = hmac.new(self.credentials.secret_key.encode(), signed, hashlib.sha256).hexdigest()
        address = urlsplit(request.url or "")
        request.url = address._replace(query=f"{query}&{self.signature}={digest}").geturl()
        return request


def signer(scheme: AuthScheme | None, details: AuthDetails, credentials: Credentials) -> AuthBase:
    """Raises UsageError: the scheme is not known, or lacks a detail in the manifest."""
    make = _MAKERS.get(scheme or "none")
    if make is None:
        known = ", ".join(_MAKERS)
        raise UsageError(f"auth is {scheme!r}: how to sign is not known", hint=f"one of {known}")
    return make(details, credentials)


_MAKERS: Final[Mapping[str, Callable[[AuthDetails, Credentials], AuthBase]]] = {
    "none": lambda _details, _credentials: NoAuth(),
    "api-key": lambda details, credentials: ApiKeyAuth(credentials, _name_header(details)),
    "bearer": lambda _details, credentials: BearerAuth(credentials),
    "jwt": lambda details, credentials: JwtAuth(credentials, details.query),
    "hmac": lambda details, credentials: HmacAuth(
        credentials, _name_header(details), details.timestamp_parameter, details.signature_parameter
    ),
}


def _name_header(details: AuthDetails) -> str:
    if not details.key_header:
        hint = "name it: [auth_details] key_header in exchange.toml"
        raise UsageError("the header that holds the key is not known", hint=hint)
    return details.key_header
