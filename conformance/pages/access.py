"""How a program gets at an exchange: who signs what with which names, from which variables.

Example::

    auth = "hmac"

    [auth_details]                            # optional: names the scheme leaves open
    key_header = "X-API-Key"                  # api-key, hmac: the header that holds the key
    timestamp_parameter = "timestamp"         # hmac: milliseconds, put into the query
    signature_parameter = "signature"         # hmac: put last into the query
    query = "decoded"                         # jwt: the query is hashed as sent, or decoded

    [environment]                             # optional: variables that hold what is no fact
    access_key = "EXAMPLE_ACCESS_KEY"
    secret_key = "EXAMPLE_SECRET_KEY"
    server_url = "EXAMPLE_SERVER_URL"

    [redact]                                  # optional: further names whose values are secret
    names = ["accountNumber"]

    [live]                                    # optional: what a person has confirmed
    hosts = ["api.example.com"]               # requests may be sent there; no page says so
    reads = ["GET /v1/orders"]                # sent signed: they change nothing

    [success]                                 # optional: members that tell a success where every
    code = ["0"]                              # answer has the same status, and their values then
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from conformance.pages.strict_toml import Form

HashedQuery = Literal["as-sent", "decoded"]

DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "api-key": ("key_header",),
    "bearer": (),
    "hmac": ("key_header", "timestamp_parameter", "signature_parameter"),
    "jwt": ("query",),
}
"""Scheme -> what it leaves open; of the others, nothing."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")
"""A field name of HTTP (RFC 9110, section 5.6.2); query parameters have to be one, too."""
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")
_HOST: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)*"
    r"|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?\Z"
)
_READ: Final = re.compile(r"(GET|HEAD) /[^\s?#]*\Z")

_Name = Annotated[
    str,
    Form(_TOKEN.match, "it without blanks", ", which is no name of a header or parameter"),
]
_Variable = Annotated[
    str,
    Form(_VARIABLE.match, "letters, digits and '_'", ", which is no name of a variable"),
]
_Read = Annotated[str, Form(_READ.match, "GET /path, without a query")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthDetails:
    """What a scheme leaves open."""

    key_header: _Name = ""
    """Header that holds the key; empty where the manifest does not say."""
    timestamp_parameter: _Name = "timestamp"
    signature_parameter: _Name = "signature"
    query: HashedQuery = "as-sent"
    """Which text of the query a JWT's ``query_hash`` is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Names of environment variables; empty where there is none."""

    access_key: _Variable = ""
    secret_key: _Variable = ""
    server_url: _Variable = ""


def is_host(text: str) -> bool:
    """Whether ``text`` is a name or an address of a host, lower case, with a port or without."""
    return bool(_HOST.match(text))


_Host = Annotated[str, Form(is_host, "api.example.com, lower case")]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAccess:
    """What a person has confirmed of the exchange itself; nothing of it is read on a page."""

    hosts: tuple[_Host, ...] = ()
    """``host`` or ``host:port`` to which requests may be sent."""
    reads: tuple[_Read, ...] = ()
    """``GET /path`` of operations that are sent signed, as they change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What is secret at this exchange, besides the usual."""

    names: tuple[str, ...] = ()
    """Names whose values are secret."""
