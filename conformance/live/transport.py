"""One request over the wire and what came back, in bounded time and size, at a bounded pace."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeAlias

import requests
import urllib3
from msgspec import Struct, field
from pyrate_limiter import InMemoryBucket, Limiter, Rate, SingleBucketFactory
from requests.adapters import HTTPAdapter

from conformance import __version__
from conformance.errors import ConformanceError, InputError
from conformance.evidence.coding import to_utf8
from conformance.live.safety import Refused
from conformance.live.targets import changes_state
from conformance.model.interaction import Reply
from conformance.model.operation import RateLimit
from conformance.pages.exchange import ConfiguredRateLimit
from conformance.pages.transfer import OutOfTime, QuietSession, read_bounded, run_within, words_for

_MARGIN: Final = 1.1
"""Requests that leave evenly do not arrive so: limits are taken for this much longer."""


Limit: TypeAlias = ConfiguredRateLimit | RateLimit
"""As a manifest or a page has it."""


class BudgetSpent(ConformanceError):  # noqa: N818
    """The run has had the requests or the time it was given."""


class Budget(Struct):
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
        """Count one request.  Raises BudgetSpent: it was not to be sent."""
        if self._sent >= self.requests:
            hint = "allow more, or ask for fewer examples"
            raise BudgetSpent(f"all {self.requests} requests of this run were sent", hint=hint)
        if self.left <= 0:
            raise BudgetSpent(f"the {self.seconds:g} s of this run are over", hint="allow more")
        self._sent += 1


class Throttle(Struct):
    """Waits until a request may be sent, by every limit it falls under."""

    budget: Budget
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _limiters: list[tuple[frozenset[str], Limiter]] = field(default_factory=list)
    _not_before: float = 0.0

    def limit(self, limit: Limit, operations: Iterable[str] = ()) -> None:
        """Keep to ``limit`` for all of ``operations`` together; without any, for everything."""
        self._limiters.append((frozenset(operations), _make_limiter(limit)))

    def await_turn(self, operation: str) -> None:
        """Wait as limits and server demand, and count the request.  Raises BudgetSpent: no time or
        no request is left."""
        rest = self._not_before - self.clock()
        if rest > self.budget.left:
            hint = "try again then"
            raise BudgetSpent(f"the server asks for {rest:.0f} s of patience", hint=hint)
        if rest > 0:
            self.sleep(rest)
        for operations, limiter in self._limiters:
            falls_under = not operations or operation in operations
            if falls_under and not limiter.try_acquire(timeout=max(0.0, self.budget.left)):
                what = "the rate limit leaves no time for more requests"
                raise BudgetSpent(what, hint="allow more")
        self.budget.spend()

    def pause(self, seconds: float) -> None:
        """Send nothing for ``seconds``: the server demands it."""
        self._not_before = max(self._not_before, self.clock() + seconds)


def _make_limiter(limit: Limit) -> Limiter:
    """Without the library's thread that clears old entries: a run has few."""
    count, seconds = max(1, int(limit.count)), float(limit.seconds)
    if limit.count < 1:
        seconds /= limit.count
    bucket = InMemoryBucket([Rate(count, max(1, round(seconds * _MARGIN * 1000)))])
    return Limiter(SingleBucketFactory(bucket, schedule_leak=False))


_LOGGERS: Final = tuple(
    f"urllib3.{name}"
    for name in ("connection", "connectionpool", "poolmanager", "response", "util.retry")
)
_here: Final = threading.local()


@contextmanager
def quiet() -> Iterator[None]:
    """Within it, nothing that this thread sends is logged by the library."""
    _here.quiet = True
    for name in _LOGGERS:  # a second time does nothing
        logging.getLogger(name).addFilter(_is_for_others)
    try:
        yield
    finally:
        _here.quiet = False


def _is_for_others(_: logging.LogRecord) -> bool:
    return not getattr(_here, "quiet", False)


_CONNECT: Final = 5.0
"""Seconds for one attempt to connect."""
_SHORT: Final = 300
_CODINGS: Final = frozenset(("", "identity", "gzip", "deflate"))
_USER_AGENT: Final = f"docs-conformance/{__version__} (holds an API against its documentation)"


_BY_PROXY: Final = "check the variable that names the proxy (HTTPS_PROXY, ALL_PROXY)"
_HERE: Final[tuple[tuple[type[Exception], str], ...]] = (
    (requests.exceptions.ProxyError, f"no answer by way of the proxy: {_BY_PROXY}"),
    (requests.exceptions.InvalidURL, f"the proxy has no web address: {_BY_PROXY}"),
    (requests.exceptions.InvalidSchema, f"the proxy cannot be used: {_BY_PROXY}"),
)
"""What goes wrong on this side: that a request has a web address is known before it is sent."""
_BEFORE: Final[tuple[type[Exception], ...]] = (
    requests.exceptions.SSLError,
    requests.exceptions.ConnectTimeout,
    *(kind for kind, _ in _HERE),
)
"""What goes wrong before anything is sent."""
_NO_AUTHORITIES: Final = "whom to trust cannot be read: check REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE"


class Unanswered(InputError):  # noqa: N818
    """No whole answer came; the message says what happened instead."""


class Unreachable(InputError):  # noqa: N818
    """Nothing was sent: there is no way to the server, or none to be trusted."""


class Dropped(Unanswered):
    """The connection failed: to ask again may help, where it does no harm."""


class Bounds(Struct, frozen=True, kw_only=True):
    """How much and how long at most, for one attempt."""

    seconds: float = 20.0
    """From connecting to the last octet."""
    size: int = 8_000_000
    """Octets of a body, unpacked."""


class Session(QuietSession):
    """Certificates as the system trusts them; no cookies, no ``.netrc``, no redirects, no retries.
    Nothing is sent that ``judge`` refuses."""

    judge: Callable[[requests.PreparedRequest], None]

    def __init__(self, base_url: str, adapter: HTTPAdapter | None = None) -> None:
        super().__init__(base_url)
        self.judge = _refuse_everything
        self.headers.update({"User-Agent": _USER_AGENT, "Accept": "application/json"})
        self.headers["Accept-Encoding"] = "gzip, deflate"
        self.mount("https://", adapter or HTTPAdapter())
        self.mount("http://", adapter or HTTPAdapter())

    def send(self, request: requests.PreparedRequest, **settings: Any) -> requests.Response:
        """As :meth:`requests.Session.send`.  Raises Refused: the guard did not admit it."""
        self.judge(request)
        return super().send(request, **settings)


def _refuse_everything(request: requests.PreparedRequest) -> None:
    raise Refused(f"{request.method} was not admitted")


def answer(session: Session, request: requests.PreparedRequest, bounds: Bounds) -> Reply:
    """The server's reply.  Raises Unanswered: nothing, too late, too much, or not all of it;
    Unreachable: it was not sent; InputError: the HTTP library fails; Refused: ``session`` does not
    send it."""
    kind: type[Unanswered] = Unanswered
    try:
        return run_within(bounds.seconds, partial(_run_exchange, session, request, bounds))
    except OutOfTime:
        message = f"no whole answer within {bounds.seconds:g} s"
    except Unanswered as error:
        message = str(error)
    except (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
        # Whether no connection came about, so that the server cannot know of the request
        reason = getattr(next(iter(error.args), None), "reason", None)
        unconnected = isinstance(reason, urllib3.exceptions.NewConnectionError)
        if unconnected or type(error) is OSError or isinstance(error, _BEFORE):
            raise Unreachable(f"{_describe(error)}; nothing was sent") from None
        message, kind = _describe(error), Dropped if _is_drop(error) else Unanswered
    except ConformanceError:
        raise
    except Exception as error:  # whose traceback, if anybody shows it, holds what was sent
        message = f"the HTTP library failed ({type(error).__name__})"
        raise InputError(f"{message}: whether anything was sent is not known") from None
    changes = changes_state(request.method or "", request.url or "")
    unsure = "; whether it was carried out is not known" if changes else ""
    raise kind(f"{message}{unsure}") from None


def _is_drop(error: Exception) -> bool:
    return isinstance(error, requests.ConnectionError) and not isinstance(error, requests.Timeout)


def _run_exchange(
    session: Session, request: requests.PreparedRequest, bounds: Bounds, given_up: threading.Event
) -> Reply:
    settings: Any = session.merge_environment_settings(request.url, {}, True, None, None)
    with (
        quiet(),
        session.send(
            request,
            timeout=(min(_CONNECT, bounds.seconds), bounds.seconds),
            stream=True,
            allow_redirects=False,
            **{name: settings[name] for name in ("proxies", "verify", "cert")},
        ) as response,
    ):
        if response.headers.get("Content-Encoding", "").strip().lower() not in _CODINGS:
            raise Unanswered("packed in a way that was not requested")
        body = read_bounded(response, bounds.size, given_up)
        if body is None:
            raise Unanswered(f"larger than {bounds.size} octets")
        fields = tuple((str(name), str(value)) for name, value in response.raw.headers.items())
        in_utf8 = to_utf8(body, response.headers.get("Content-Type", ""))
        undone = ("content-encoding", "transfer-encoding", "content-length")
        plain = tuple(pair for pair in fields if pair[0].lower() not in undone)
        return Reply(status=response.status_code, headers=plain, body=in_utf8)


def _describe(error: Exception) -> str:
    """Our words for an error, which itself may hold addresses and secrets."""
    if type(error) is OSError:  # of files, all others have a class of their own
        return _NO_AUTHORITIES
    here = next((message for kind, message in _HERE if isinstance(error, kind)), "")
    if here:
        return here
    words, hint = words_for(error)
    known = not words.startswith("cannot be fetched")
    description = words if known else f"no answer that can be read ({type(error).__name__})"
    return f"{description[:_SHORT]}: {hint}" if known and hint else description
