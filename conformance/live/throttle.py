"""Rate limits honoured by waiting, and an end to everything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from pyrate_limiter import InMemoryBucket, Limiter, Rate, SingleBucketFactory

from conformance.errors import ConformanceError

_MARGIN: Final = 1.1
"""Requests that leave evenly do not arrive so: limits are taken for this much longer."""


class Limit(Protocol):
    """At most ``count`` requests in ``seconds``, as a manifest or a page has it."""

    @property
    def count(self) -> int | float: ...
    @property
    def seconds(self) -> int | float: ...


class BudgetSpent(ConformanceError):  # noqa: N818
    """The run has had the requests or the time it was given."""


@dataclass(slots=True)
class Budget:
    """What a whole run may take."""

    requests: int = 300
    seconds: float = 180.0
    clock: Callable[[], float] = time.monotonic
    _sent: int = 0
    _began: float | None = None

    @property
    def sent(self) -> int:
        return self._sent

    @property
    def left(self) -> float:
        """Seconds; the time begins with the first request for it."""
        if self._began is None:
            self._began = self.clock()
        return self.seconds - (self.clock() - self._began)

    def spend(self) -> None:
        """Count one request.

        Raises:
            BudgetSpent: it was not to be sent.
        """
        if self._sent >= self.requests:
            hint = "allow more, or ask for fewer examples"
            raise BudgetSpent(f"all {self.requests} requests of this run were sent", hint=hint)
        if self.left <= 0:
            raise BudgetSpent(f"the {self.seconds:g} s of this run are over", hint="allow more")
        self._sent += 1


@dataclass(slots=True)
class Throttle:
    """Waits until a request may be sent, by every limit it falls under."""

    budget: Budget
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _limiters: list[tuple[frozenset[str], Limiter]] = field(default_factory=list)
    _not_before: float = 0.0

    def limit(self, limit: Limit, operations: Iterable[str] = ()) -> None:
        """Keep to ``limit`` for all of ``operations`` together; without any, for everything."""
        self._limiters.append((frozenset(operations), _limiter(limit)))

    def await_turn(self, operation: str) -> None:
        """Wait for as long as limits and the server's word ask for, and count the request.

        Raises:
            BudgetSpent: it would take longer than there is time, or enough were sent.
        """
        self._await_patience()
        for operations, limiter in self._limiters:
            if not operations or operation in operations:
                self._await(limiter)
        self.budget.spend()

    def pause(self, seconds: float) -> None:
        """Send nothing for ``seconds``: the server demands it."""
        self._not_before = max(self._not_before, self.clock() + seconds)

    def _await_patience(self) -> None:
        rest = self._not_before - self.clock()
        if rest > self.budget.left:
            raise BudgetSpent(
                f"the server asks for {rest:.0f} s of patience", hint="try again then"
            )
        if rest > 0:
            self.sleep(rest)

    def _await(self, limiter: Limiter) -> None:
        if not limiter.try_acquire(timeout=max(0.0, self.budget.left)):
            raise BudgetSpent("the rate limit leaves no time for more requests", hint="allow more")


def _limiter(limit: Limit) -> Limiter:
    """Without the library's thread that clears old entries: a run has few."""
    count, seconds = max(1, int(limit.count)), float(limit.seconds)
    if limit.count < 1:
        seconds /= limit.count
    bucket = InMemoryBucket([Rate(count, max(1, round(seconds * _MARGIN * 1000)))])
    return Limiter(SingleBucketFactory(bucket, schedule_leak=False))
