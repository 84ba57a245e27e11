"""Work that has to be over in time, whatever it waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class OutOfTime(Exception):  # noqa: N818
    """The time was up before the work was done."""


def within(seconds: float, work: Callable[[threading.Event], Result]) -> Result:
    """The result of ``work``; whatever it raises is raised here.

    A limit for each read is not enough: a server that sends a byte now and then keeps to it
    for ever, and looking up a name has no limit at all.  So the work is done aside, and when
    its time is up it is left alone: it is told so by the event it was given, and ends with
    the process at the latest.

    Raises:
        OutOfTime: ``seconds`` have passed.
    """
    worker = _Worker(work)
    worker.start()
    worker.join(max(0.0, seconds))
    if worker.is_alive():
        worker.given_up.set()
        raise OutOfTime
    if worker.failure is not None:
        raise worker.failure
    (result,) = worker.results
    return result


class _Worker(threading.Thread, Generic[Result]):
    """Keeps what the work gave or raised."""

    def __init__(self, work: Callable[[threading.Event], Result]) -> None:
        super().__init__(daemon=True)
        self.given_up = threading.Event()
        self.results: list[Result] = []
        self.failure: Exception | None = None
        self._work = work

    def run(self) -> None:
        try:
            self.results.append(self._work(self.given_up))
        except Exception as error:  # handed to whoever waits
            self.failure = error
