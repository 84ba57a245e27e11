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
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from conformance.model.operation import AuthScheme
from conformance.pages.toml_table import Table

HashedQuery = Literal["as-sent", "decoded"]

_DETAILS: Final[dict[str, tuple[str, ...]]] = {
    "api-key": ("key_header",),
    "bearer": (),
    "hmac": ("key_header", "timestamp_parameter", "signature_parameter"),
    "jwt": ("query",),
}
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")
"""A field name of HTTP (RFC 9110, section 5.6.2); query parameters are held to it, too."""
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")
_HOST: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)*"
    r"|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?\Z"
)
_READ: Final = re.compile(r"(GET|HEAD) /[^\s?#]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthDetails:
    """What a scheme leaves open."""

    key_header: str = ""
    """Header that holds the key; empty where the manifest does not say."""
    timestamp_parameter: str = "timestamp"
    signature_parameter: str = "signature"
    query: HashedQuery = "as-sent"
    """Which text of the query a JWT's ``query_hash`` is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Names of environment variables; empty where there is none."""

    access_key: str = ""
    secret_key: str = ""
    server_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAccess:
    """What a person has confirmed of the exchange itself; nothing of it is read on a page."""

    hosts: tuple[str, ...] = ()
    """``host`` or ``host:port`` to which requests may be sent."""
    reads: tuple[str, ...] = ()
    """``GET /path`` of operations that are sent signed, as they change nothing."""


def auth_details(table: Table, scheme: AuthScheme | None) -> AuthDetails:
    """The ``[auth_details]`` of an exchange with this scheme.

    Raises:
        InputError: a detail that is not one of the scheme's, or is not written as it must be.
    """
    table.only(*_DETAILS.get(scheme or "", ()))
    usual = AuthDetails()
    return AuthDetails(
        key_header=_name(table, "key_header", usual.key_header),
        timestamp_parameter=_name(table, "timestamp_parameter", usual.timestamp_parameter),
        signature_parameter=_name(table, "signature_parameter", usual.signature_parameter),
        query=_query(table),
    )


def environment(table: Table) -> Environment:
    """The ``[environment]`` table.

    Raises:
        InputError: an unknown key, or a value that is no name of a variable.
    """
    table.only("access_key", "secret_key", "server_url")
    for key in table.data:
        if not _VARIABLE.match(table.text(key)):
            raise table.error(f"{key!r} is no name of a variable", "letters, digits and '_'")
    return Environment(**{key: table.text(key) for key in table.data})


def live_access(table: Table) -> LiveAccess:
    """The ``[live]`` table.

    Raises:
        InputError: an unknown key, a host that is none, or a read that is no GET or HEAD.
    """
    table.only("hosts", "reads")
    for host in table.texts("hosts"):
        if not is_host(host):
            raise table.error(f"'hosts' holds {host!r}", "write api.example.com, lower case")
    for read in table.texts("reads"):
        if not _READ.match(read):
            raise table.error(f"'reads' holds {read!r}", "write GET /path, without a query")
    return LiveAccess(hosts=table.texts("hosts"), reads=table.texts("reads"))


def is_host(text: str) -> bool:
    """Whether ``text`` is a name or an address of a host, lower case, with a port or without."""
    return bool(_HOST.match(text))


def redacted_names(table: Table) -> tuple[str, ...]:
    """The ``[redact]`` table's names."""
    table.only("names")
    return table.texts("names")


def success_members(table: Table) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The ``[success]`` table: members and their values, as text."""
    return tuple((name, table.texts(name)) for name in table.data)


def _name(table: Table, key: str, usual: str) -> str:
    if key not in table.data:
        return usual
    if not _TOKEN.match(table.text(key)):
        raise table.error(f"{key!r} is no name of a header or parameter", "leave blanks out")
    return table.text(key)


def _query(table: Table) -> HashedQuery:
    known = get_args(HashedQuery)
    said = table.text("query") if "query" in table.data else "as-sent"
    if said not in known:
        raise table.error(f"'query' is {said!r}", f"write {' or '.join(known)}")
    return cast("HashedQuery", said)
