"""One HTTP request and its answer, bounded in size and time, and nothing said of the user."""

from __future__ import annotations

import datetime as dt
import email.utils
import http.client
import ipaddress
import threading
import urllib.robotparser
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Final, TypeVar
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

import requests
import urllib3
from msgspec import Struct

from conformance import __version__
from conformance.errors import ConformanceError, InputError, UsageError

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SHOWN: Final = 200


def web_address(url: str, *, allow_http: bool = False) -> str:
    """``url`` as it goes over the wire: ASCII, percent-encoded, without its fragment.  Raises
    UsageError: no absolute http(s) address, one with a password, or plain http to another machine
    without ``allow_http``."""
    if "@" in url.partition("//")[2].partition("/")[0]:  # not shown: it may be a secret
        raise UsageError("an address with a user name is not fetched", hint="leave it out")
    split = _split_url(url)
    if split is None or split.scheme not in _DEFAULT_PORTS or not split.hostname:
        raise UsageError(f"{quote_foreign(url)} is no web address", hint="write https://host/path")
    if split.scheme == "http" and not allow_http and not is_loopback(split.hostname):
        what = "is not encrypted: what arrives may not be what was published"
        hint = "write https://, or allow it with --allow-http"
        raise UsageError(f"{quote_foreign(url)} {what}", hint=hint)
    return urldefrag(split.geturl()).url


def resolve_redirect(url: str, location: str) -> str:
    """Where a redirect of ``url`` to ``location`` leads.  Raises InputError: another host, away
    from https, or nowhere."""
    if not location:
        raise InputError(f"{url}: a redirect that does not say where to")
    split = _split_url(location, url)
    here = urlsplit(url)
    if split is None or split.scheme not in _DEFAULT_PORTS or "@" in split.netloc:
        raise InputError(f"{url}: redirects to {quote_foreign(location)}, which is no web address")
    target = urldefrag(split.geturl()).url
    if split.hostname != here.hostname or not _has_same_port(here, split):
        hint = "give that address itself if it is meant"
        raise InputError(f"{url}: redirects to another host: {quote_foreign(target)}", hint=hint)
    if here.scheme == "https" and split.scheme == "http":
        raise InputError(f"{url}: redirects away from https: {quote_foreign(target)}")
    return target


def host_of(url: str) -> str:
    """Scheme, host and port: ``https://docs.example.com``."""
    split = urlsplit(url)
    return f"{split.scheme}://{split.netloc}"


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine by its very name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def quote_foreign(text: str) -> str:
    """Words of others for a message: quoted, escaped, not too long."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _split_url(url: str, base: str = "") -> SplitResult | None:
    """The parts of ``url`` once percent-encoded; None when it is no address at all."""
    try:
        split = urlsplit(requests.Request("GET", urljoin(base, url)).prepare().url or "")
        (split.hostname or "").encode("idna")
        return split if split.port != 0 else None
    except (ValueError, requests.RequestException):
        return None


def _has_same_port(first: SplitResult, second: SplitResult) -> bool:
    ports = [split.port or _DEFAULT_PORTS[split.scheme] for split in (first, second)]
    usual = all(p == _DEFAULT_PORTS[s.scheme] for p, s in zip(ports, (first, second), strict=True))
    return ports[0] == ports[1] or usual


_FAILURES: Final[tuple[tuple[type[Exception], str, str], ...]] = (
    (requests.exceptions.SSLError, "no trusted connection (TLS)", "check host and certificate"),
    (urllib3.exceptions.NameResolutionError, "the host is not known (DNS)", "check the name"),
    (requests.exceptions.ConnectTimeout, "no connection in time", "try again later"),
    (requests.exceptions.Timeout, "no answer in time", "try again later"),
    (requests.exceptions.ContentDecodingError, "the content is damaged", "try again"),
    (requests.exceptions.ChunkedEncodingError, "the answer broke off", "try again"),
    (requests.exceptions.ConnectionError, "no answer", "check address and network"),
)
"""What went wrong, the first that fits -> the words for it, what to do."""


def retry_after_seconds(value: str) -> float | None:
    """What Retry-After asks for: seconds, or until a date (RFC 9110, section 10.2.3)."""
    if value.strip().isdecimal():
        return float(value)
    try:
        until = email.utils.parsedate_to_datetime(value)
        if until.tzinfo is None:
            until = until.replace(tzinfo=dt.UTC)
        return max(0.0, (until - dt.datetime.now(dt.UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def words_for(error: Exception) -> tuple[str, str]:
    """What went wrong, and what to do about it; empty where nothing is known to help."""
    causes = _list_causes(error)
    for kind, words, hint in _FAILURES:
        if any(isinstance(cause, kind) for cause in causes):
            return words, hint
    return f"cannot be fetched: {quote_foreign(str(error))}", ""


def _list_causes(error: Exception) -> list[object]:
    found: list[object] = [error]
    for cause in found:
        if len(found) < 20 and isinstance(cause, BaseException):
            found += [cause.__cause__, getattr(cause, "reason", None), *cause.args]
    return found


Result = TypeVar("Result")


class OutOfTime(Exception):  # noqa: N818
    """The time was up before the work was done."""


def run_within(seconds: float, work: Callable[[threading.Event], Result]) -> Result:
    """The result of ``work``; whatever it raises is raised here.

    A limit for each read is not enough for a server that sends a byte now and then, and DNS has
    none: so the work is done in a thread, which after ``seconds`` is left alone with its event set.
    Raises OutOfTime.
    """
    given_up, outcome = threading.Event(), Future[Result]()

    def run() -> None:
        try:
            outcome.set_result(work(given_up))
        except Exception as error:  # handed to whoever waits
            outcome.set_exception(error)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(max(0.0, seconds))
    if worker.is_alive():
        given_up.set()
        raise OutOfTime
    return outcome.result()


_REFUSED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_LONGEST: Final = 500 * 1024
"""Bytes that are looked at; RFC 9309, section 2.5, asks for at least these."""
_LONGEST_DELAY: Final = 30.0
"""Seconds; what a host asks for beyond that is a way to say no, and it has others."""


class Robots(Struct, frozen=True):
    """The rules of one host for one program."""

    rules: urllib.robotparser.RobotFileParser

    def allows(self, url: str) -> bool:
        return self.rules.can_fetch(AGENT, url)

    @property
    def delay(self) -> float:
        """Seconds to leave between two requests; 0.0 when the host names none."""
        delay = self.rules.crawl_delay(AGENT)
        return min(float(delay or 0), _LONGEST_DELAY)


def read_robots(status: int, content: bytes) -> Robots:
    """The rules in an answer to ``GET /robots.txt``.

    Everything is allowed without rules (404) or answer (5xx, or 0): a person named the pages.  401,
    403 and rules kept on another host (403 stands for that) refuse, as :mod:`urllib.robotparser`
    does.
    """
    rules = urllib.robotparser.RobotFileParser()
    rules.modified()  # without a date it allows nothing
    if status in _REFUSED:
        rules.parse(["User-agent: *", "Disallow: /"])
    elif status == HTTPStatus.OK:
        rules.parse(content[:_LONGEST].decode("utf-8", "replace").splitlines())
    return Robots(rules)


AGENT: Final = "docs-conformance"
USER_AGENT: Final = f"{AGENT}/{__version__} (reads API documentation pages its user names)"

_HEADERS: Final = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html, text/markdown, text/plain, application/xhtml+xml, */*;q=0.1",
    "Accept-Encoding": "gzip, deflate",
}
_CODINGS: Final = ("", "identity", "gzip", "x-gzip", "deflate")
_CHUNK: Final = 1024
"""Bytes read at once: packed a thousandfold, they are still only a megabyte."""
_CONNECT: Final = 10.0
"""Seconds for one attempt to connect."""


class HttpAnswer(Struct, frozen=True):
    """One response, its body read."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes


def request(url: str, headers: Mapping[str, str], seconds: float, size: int) -> HttpAnswer:
    """The answer to ``GET url``, redirects not followed, within ``seconds`` and ``size`` bytes;
    only a success has a body.  Raises InputError: no whole answer within these bounds."""
    try:
        return run_within(seconds, partial(_download, url, headers, seconds, size))
    except OutOfTime:
        hint = "try again, or save the page from a browser"
        raise InputError(f"{url}: not there within {seconds:.2g} s", hint=hint) from None
    except ConformanceError:
        raise
    except (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
        words, hint = words_for(error)
        raise InputError(f"{url}: {words}", hint=hint) from error


def _download(
    url: str, headers: Mapping[str, str], seconds: float, size: int, given_up: threading.Event
) -> HttpAnswer:
    with (
        QuietSession(url) as session,
        session.get(
            url,
            headers={**_HEADERS, **headers},
            timeout=(min(_CONNECT, seconds), seconds),
            stream=True,
            allow_redirects=False,
        ) as response,
    ):
        body = _read_body(response, size, given_up) if response.status_code // 100 == 2 else b""
        return HttpAnswer(url, response.status_code, response.headers, body)


class QuietSession(requests.Session):
    """Proxies and certificates as the environment says; no cookies, no detours: requests would read
    the whole body of a redirect, however large."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.trust_env = not is_loopback(urlsplit(url).hostname or "")
        self.auth = lambda request: request  # no passwords of .netrc
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


def _read_body(response: requests.Response, size: int, given_up: threading.Event) -> bytes:
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in _CODINGS:
        what = f"packed as {quote_foreign(coding)}, which was not requested"
        raise InputError(f"{response.url}: {what}")
    announced = response.headers.get("Content-Length", "")
    too_large = announced.isdecimal() and len(announced) < 20 and int(announced) > size
    body = None if too_large else read_bounded(response, size, given_up)
    if body is None:
        raise InputError(f"{response.url}: larger than {size} bytes", hint="is it a page?")
    return body


def read_bounded(response: requests.Response, size: int, given_up: threading.Event) -> bytes | None:
    """The body, unpacked, or what has come of it when ``given_up`` is set; None: it is larger than
    ``size``."""
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > size:
            return None
        if given_up.is_set():
            break
    return bytes(body)
