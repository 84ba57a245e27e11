"""Where a live exchange is and who asks, from the variables its manifest names."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from conformance.errors import UsageError
from conformance.pages.access import Environment
from conformance.pages.exchange import Exchange, is_web_address

SHORTEST: Final = 8
"""Characters of a credential: a shorter one would not stand out from other text when redacting."""
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "jwt": ("access_key", "secret_key"),
    "hmac": ("access_key", "secret_key"),
    "api-key": ("access_key",),
    "bearer": ("access_key",),
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
    exchange: Exchange,
    environment: Mapping[str, str] = os.environ,
    named: Sequence[str] = (),
) -> Credentials:
    """The credentials that the exchange's scheme takes.

    Args:
        exchange: its manifest names the variables.
        environment: the variables.
        named: those that a person has named, which may be called anything.

    Raises:
        UsageError: a variable is not named in the manifest, is called like another program's,
            is not set, or is no credential by its form.
    """
    needed = _NEEDED.get(exchange.auth or "", ())
    return Credentials(**{what: _credential(exchange, what, environment, named) for what in needed})


def credential_variables(exchange: Exchange) -> tuple[str, ...]:
    """The variables that the exchange's scheme takes its credentials from."""
    needed = _NEEDED.get(exchange.auth or "", ())
    return tuple(variable_of(exchange.environment, what) for what in needed)


def invented_credentials(exchange: Exchange) -> Credentials:
    """Credentials for a server on this machine that knows no others.

    They look like nothing else, so that no other text is taken for one of them.
    """
    needed = _NEEDED.get(exchange.auth or "", ())
    return Credentials(**{what: hashlib.sha256(what.encode()).hexdigest()[:40] for what in needed})


def server_url(
    exchange: Exchange,
    environment: Mapping[str, str] = os.environ,
    named: Sequence[str] = (),
) -> str:
    """Where the exchange is: as the environment says, else the only server its docs name.

    Neither confirms that it is the exchange's.

    Raises:
        UsageError: neither says, or the variable holds no web address or is called like another
            program's.
    """
    variable = exchange.environment.server_url
    _refuse_foreign(exchange, variable, named)
    value = environment.get(variable, "").strip() if variable else ""
    if value and not is_web_address(value):  # not shown: it may hold a password
        raise UsageError(f"{variable} is no web address", hint="write https://host")
    if value:
        return value.rstrip("/")
    if len(exchange.servers) == 1:
        return exchange.servers[0]
    raise UsageError(f"no server of {exchange.name} is known", hint=_where(variable, "server_url"))


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


def _credential(
    exchange: Exchange, what: str, environment: Mapping[str, str], named: Sequence[str]
) -> str:
    variable = getattr(exchange.environment, what)
    _refuse_foreign(exchange, variable, named)
    value = environment.get(variable, "") if variable else ""
    if not value:
        raise UsageError(f"no {what} for {exchange.name}", hint=_where(variable, what))
    if len(value) < SHORTEST or not value.isascii() or not value.isprintable() or " " in value:
        hint = f"at least {SHORTEST} printable ASCII characters without blanks"
        raise UsageError(f"{variable} holds no {what}", hint=hint)
    return value


def _where(variable: str, what: str) -> str:
    return (
        f"set {variable}" if variable else f"name a variable: [environment] {what} in the manifest"
    )
