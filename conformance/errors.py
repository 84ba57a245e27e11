"""The few errors this package raises.

A surprise *in a page or in evidence* is never an exception: it is a gap or a
finding, and the run goes on.  These are for what makes a job impossible.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

EXTRAS: Final = {
    "alembic": "history",
    "backports": "scale",
    "dask": "scale",
    "distributed": "scale",
    "fsspec": "scale",
    "jwt": "server",
    "psycopg": "postgresql",
    "pyrate_limiter": "server",
    "sqlalchemy": "history",
    "werkzeug": "server",
}
"""Module that only some commands need -> the extra of this package that installs it."""


class ConformanceError(Exception):
    """The job, or one input of it, could not be done.

    The message says what is wrong and where; ``hint`` says what to do about it.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} ({self.hint})" if self.hint else message


class UsageError(ConformanceError):
    """The caller asked for something that cannot be: an unknown name, an empty choice."""


class InputError(ConformanceError):
    """A file could not be read or does not hold what its name promises."""


class MissingExtraError(UsageError):
    """A library is not installed that only some commands need."""


@contextmanager
def naming_extras() -> Iterator[None]:
    """Say which extra to install where an import in the block fails for want of it.  Raises
    MissingExtraError: a module of :data:`EXTRAS` is not installed; ModuleNotFoundError: any other
    is not."""
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module not in EXTRAS:
            raise
        hint = f"pip install 'docs-conformance[{EXTRAS[module]}]'"
        raise MissingExtraError(f"{module} is not installed", hint=hint) from None
