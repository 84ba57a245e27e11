"""The few errors this package raises.

A surprise *in a page or in evidence* is never an exception: it is a gap or a
finding, and the run goes on.  These are for what makes a job impossible.
"""

from __future__ import annotations


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
