"""The downloader against a server on this machine that does what servers do."""

from __future__ import annotations

import datetime as dt
import email.utils
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from conformance.errors import ConformanceError, InputError, UsageError
from conformance.pages.fetch import FetchBounds, Fetched, Fetcher, NotModified
from conformance.pages.transfer import USER_AGENT
from tests.pages.site import PAGE, Answer, Site, redirect, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def fetcher(**bounds: float) -> Fetcher:
    return Fetcher(
        bounds=FetchBounds(**{"interval": 0, "seconds": 5, **bounds}),  # type: ignore[arg-type]
        sleep=lambda _: None,
    )


def test_a_page_and_what_the_server_says_of_it(site: Site) -> None:
    headers = {"Content-Type": "Text/HTML; Charset=EUC-KR", "ETag": '"1"', "Last-Modified": "then"}
    site.pages["/a%20b?x=1"] = Answer(headers=headers)
    assert fetcher().fetch(f"{site.url}/a b?x=1#part") == Fetched(
        content=PAGE,
        url=f"{site.url}/a%20b?x=1",
        media_type="text/html",
        charset="euc-kr",
        etag='"1"',
        last_modified="then",
        retrieved=dt.date.today(),
    )


def test_the_request_says_who_asks_and_nothing_about_the_user(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    site.pages |= {"/1": Answer(headers={"Set-Cookie": "id=1; Path=/"}), "/2": Answer()}
    reader = fetcher()
    reader.fetch(f"{site.url}/1")
    reader.fetch(f"{site.url}/2")
    for _, headers in site.asked:
        assert headers["User-Agent"] == USER_AGENT
        assert not {"Cookie", "Authorization", "Referer"} & headers.keys()


def test_redirects_within_the_host_are_followed(site: Site) -> None:
    hops = {f"/{n}": redirect(f"/{n + 1}", 301 + n % 2) for n in range(5)}
    site.pages |= {**hops, "/5": Answer()}
    assert fetcher().fetch(f"{site.url}/0").url == f"{site.url}/5"


REDIRECTS = {
    "to another host": ("http://localhost:1/x", "another host"),
    "to another port": ("http://127.0.0.1:1/x", "another host"),
    "to a host without a scheme": ("//docs.example.com/x", "another host"),
    "to a file": ("file:///etc/passwd", "no web address"),
    "to nonsense": ("http://[", "no web address"),
    "to a password": ("http://u:p@127.0.0.1/", "no web address"),
    "to nowhere": ("", "where to"),
    "to itself": ("/a", "in a circle"),
    "in a circle": ("/b", "in a circle"),
    "without end": ("/0", "more than 5"),
}


@pytest.mark.parametrize(("to", "words"), REDIRECTS.values(), ids=REDIRECTS)
def test_other_redirects_are_not(site: Site, to: str, words: str) -> None:
    site.pages |= {"/a": redirect(to), "/b": redirect("/a")}
    site.pages |= {f"/{n}": redirect(f"/{n + 1}") for n in range(10)}
    with pytest.raises(InputError, match=words):
        fetcher().fetch(f"{site.url}/a")


ADDRESSES = {
    "no scheme": "docs.example.com/x",
    "file": "file:///etc/passwd",
    "ftp": "ftp://127.0.0.1/x",
    "no host": "https:///x",
    "broken": "https://[::1",
    "port of no kind": "https://example.com:99999/",
    "plain http": "http://docs.example.com/x",
    "nothing": "",
    "a label too long": f"https://{'a' * 70}.com/",
    "control characters": "https://exa\x1bmple.com\n/",
}


@pytest.mark.parametrize("url", ADDRESSES.values(), ids=ADDRESSES)
def test_what_is_no_address_to_fetch(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Fetcher().fetch(url)
    assert caught.value.hint
    assert str(caught.value).isprintable()


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(UsageError) as caught:
        Fetcher().fetch("https://me:hunter2@docs.example.com/x")
    assert "hunter2" not in str(caught.value)


STATUSES = {
    404: "answered 404 .Not Found. .correct the address",
    401: "login",
    403: "browser",
    410: "new address",
    418: "answered 418",
    500: "try again later",
    204: "answered 204",
    206: "answered 206",
    304: "answered 304",
    599: "answered 599",
}


@pytest.mark.parametrize(("status", "words"), STATUSES.items())
def test_no_page_behind_another_status(site: Site, status: int, words: str) -> None:
    body = b"" if status in (204, 304) else b"an error page"
    site.pages["/a"] = Answer(status, body)
    with pytest.raises(InputError, match=words):
        fetcher().fetch(f"{site.url}/a")


CONTENTS = {
    "an image by its type": (Answer(headers={"Content-Type": "image/png"}), "image/png"),
    "an archive by its type": (Answer(headers={"Content-Type": "application/zip"}), "zip"),
    "binary whatever it says": (Answer(body=b"\x89PNG\0\0\0\xff\0\0\0\0"), "binary"),
    "empty": (Answer(body=b" \n"), "empty"),
    "said to be too large": (Answer(length=10**9), "larger than 1000 bytes"),
    "too large": (Answer(body=b"x" * 1001), "larger than 1000 bytes"),
    "too large unpacked": (
        Answer(body=gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"}),
        "larger than 1000 bytes",
    ),
    "packed twice": (
        Answer(body=gzip.compress(gzip.compress(PAGE)), headers={"Content-Encoding": "gzip, gzip"}),
        "not requested",
    ),
    "packed otherwise": (Answer(headers={"Content-Encoding": "br"}), "not requested"),
    "damaged": (Answer(headers={"Content-Encoding": "gzip"}), "damaged"),
    "cut short": (Answer(length=len(PAGE) + 1), "broke off"),
}


@pytest.mark.parametrize(("answer", "words"), CONTENTS.values(), ids=CONTENTS)
def test_what_is_no_page(site: Site, answer: Answer, words: str) -> None:
    site.pages["/a"] = answer
    size = 100_000 if words not in ("larger than 1000 bytes",) else 1000
    with pytest.raises(InputError, match=words):
        fetcher(size=size).fetch(f"{site.url}/a")


@pytest.mark.parametrize(
    "media_type", ["", "application/octet-stream", "TEXT/plain;;=", "text/x-y"]
)
def test_text_is_a_page_whatever_it_is_called(site: Site, media_type: str) -> None:
    site.pages["/a"] = Answer(headers={"Content-Type": media_type})
    assert fetcher().fetch(f"{site.url}/a").content == PAGE


def test_packed_content_is_unpacked(site: Site) -> None:
    site.pages["/a"] = Answer(body=gzip.compress(PAGE), headers={"Content-Encoding": "gzip"})
    assert fetcher().fetch(f"{site.url}/a").content == PAGE


def test_a_wrong_charset_leaves_the_bytes_alone(site: Site) -> None:
    content = "주문".encode("euc-kr")
    site.pages["/a"] = Answer(body=content, headers={"Content-Type": "text/plain; charset=utf-8"})
    page = fetcher().fetch(f"{site.url}/a")
    assert (page.content, page.charset) == (content, "utf-8")


def test_validators_that_could_not_be_sent_back_are_not_kept(site: Site) -> None:
    site.pages["/a"] = Answer(headers={"ETag": '"\xe4"', "Last-Modified": "x" * 5000})
    page = fetcher().fetch(f"{site.url}/a")
    assert (page.etag, page.last_modified) == ("", "")


def test_an_unchanged_page_is_not_fetched_again(site: Site) -> None:
    site.pages["/a"] = Answer(304, b"", {"ETag": '"2"'})
    again = fetcher().fetch_if_changed(f"{site.url}/a", etag='"1"', last_modified="then")
    assert again == NotModified(
        url=f"{site.url}/a", etag='"2"', last_modified="then", retrieved=dt.date.today()
    )
    headers = site.asked[-1][1]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"1"', "then")


def test_a_changed_page_is_fetched_again(site: Site) -> None:
    site.pages["/a"] = Answer(headers={"ETag": '"2"'})
    again = fetcher().fetch_if_changed(f"{site.url}/a", etag='"1"')
    assert isinstance(again, Fetched)
    assert again.etag == '"2"'


ROBOTS = {
    "all refused": (Answer(body=b"User-agent: *\nDisallow: /\n"), False),
    "this one refused": (Answer(body=b"User-agent: Docs-Conformance\nDisallow: /docs\n"), False),
    "another one refused": (Answer(body=b"User-agent: other\nDisallow: /\n"), True),
    "another folder refused": (Answer(body=b"User-agent: *\nDisallow: /private\n"), True),
    "no rules": (Answer(404), True),
    "kept back": (Answer(403), False),
    "behind a login": (Answer(401), False),
    "out of order": (Answer(500), True),
    "redirected": (redirect("/other.txt"), False),
    "redirected away": (redirect("https://example.com/robots.txt"), False),
    "redirected nowhere": (redirect(""), False),
    "redirected for ever": (redirect("/robots.txt"), True),
    "not UTF-8": (Answer(body=b"\xff\xfe\nUser-agent: *\nDisallow: /\n"), False),
    "no robots.txt at all": (Answer(body=b"<html>Welcome</html>"), True),
}


@pytest.mark.parametrize(("robots", "allowed"), ROBOTS.values(), ids=ROBOTS)
def test_robots_txt_is_respected(site: Site, robots: Answer, allowed: bool) -> None:
    site.pages["/robots.txt"] = robots
    site.pages["/other.txt"] = Answer(body=b"User-agent: *\nDisallow: /\n")
    site.pages["/docs"] = Answer()
    if allowed:
        assert fetcher().fetch(f"{site.url}/docs").content == PAGE
    else:
        with pytest.raises(InputError, match=r"robots\.txt"):
            fetcher().fetch(f"{site.url}/docs")
        assert "/docs" not in site.paths()


def test_robots_txt_is_respected_behind_a_redirect(site: Site) -> None:
    site.pages |= {
        "/robots.txt": Answer(body=b"User-agent: *\nDisallow: /private\n"),
        "/a": redirect("/private"),
    }
    with pytest.raises(InputError, match=r"robots\.txt"):
        fetcher().fetch(f"{site.url}/a")


@dataclass
class Slept:
    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(round(seconds, 1))


def test_a_host_is_asked_once_a_second(site: Site) -> None:
    site.pages["/a"] = Answer()
    slept = Slept()
    reader = Fetcher(sleep=slept)
    for _ in range(2):
        reader.fetch(f"{site.url}/a")
    assert slept.seconds == [1.0, 1.0]  # robots.txt, the page, the page: it never really slept


def test_a_host_may_ask_for_more_patience_in_its_rules(site: Site) -> None:
    site.pages |= {
        "/a": Answer(),
        "/robots.txt": Answer(body=b"User-agent: *\nCrawl-delay: 7\nDisallow:\n"),
    }
    slept = Slept()
    Fetcher(sleep=slept).fetch(f"{site.url}/a")
    assert slept.seconds == [7.0]


def in_ten_seconds() -> str:
    return email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=10))


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("after", [lambda: "10", in_ten_seconds], ids=["seconds", "date"])
def test_a_busy_host_is_waited_for_once(site: Site, status: int, after: Callable[[], str]) -> None:
    site.pages["/a"] = [Answer(status, headers={"Retry-After": after()}), Answer()]
    slept = Slept()
    Fetcher(bounds=FetchBounds(interval=0), sleep=slept).fetch(f"{site.url}/a")
    assert len(slept.seconds) == 1
    assert 8 < slept.seconds[0] <= 10


def test_but_not_twice(site: Site) -> None:
    site.pages["/a"] = Answer(429, headers={"Retry-After": "0"})
    with pytest.raises(InputError, match="asks for patience"):
        fetcher().fetch(f"{site.url}/a")
    assert site.paths() == ["/a", "/a"]


@pytest.mark.parametrize("after", ["3600", "9" * 400, "soon", "-1", "Mon, 99 Foo 2020"])
def test_nor_for_an_hour(site: Site, after: str) -> None:
    site.pages["/a"] = Answer(429, headers={"Retry-After": after})
    slept = Slept()
    with pytest.raises(InputError, match="asks to come back after"):
        Fetcher(bounds=FetchBounds(interval=0), sleep=slept).fetch(f"{site.url}/a")
    assert slept.seconds == []


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(InputError, match="no answer"):
        fetcher().fetch(f"http://127.0.0.1:{port}/")


def test_a_host_without_an_address() -> None:
    with pytest.raises(InputError, match="DNS"):
        fetcher().fetch("https://docs.invalid/")


def test_a_server_that_does_not_speak_tls(site: Site) -> None:
    with pytest.raises(InputError, match="TLS"):
        fetcher().fetch(site.url.replace("http:", "https:"))


@contextmanager
def raw_server(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server below HTTP: ``speak`` has the connection, for everything but robots.txt."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(connection: socket.socket) -> None:
        with connection:
            try:
                if b"robots.txt" in connection.recv(4096):
                    connection.sendall(b"HTTP/1.0 404 None\r\n\r\n")
                else:
                    speak(connection)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/a"


def drip(start: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    def speak(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(200):
            connection.sendall(drop)
            time.sleep(0.05)

    return speak


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
DRIPS = {
    "silence": drip(b"", b""),
    "headers": drip(HEAD, b"X: y\r\n"),
    "one header": drip(HEAD + b"X-", b"y"),
    "body": drip(HEAD + b"\r\n", b"x"),
    "body of known length": drip(HEAD + b"Content-Length: 5000\r\n\r\n", b"x"),
    "chunks": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "one chunk": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n", b"x"),
}


@pytest.mark.parametrize("speak", DRIPS.values(), ids=DRIPS)
@pytest.mark.timeout(60)
def test_a_server_that_takes_its_time(speak: Callable[[socket.socket], None]) -> None:
    with raw_server(speak) as url, pytest.raises(InputError, match=r"within 0.3 s|in time"):
        fetcher(seconds=0.3).fetch(url)


SPEECHES = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "half a header": b"HTTP/1.1 200 OK\r\nContent-Ty",
    "a chunk cut short": HEAD + b"Transfer-Encoding: chunked\r\n\r\n10\r\nabc",
    "a chunk of no size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    "an endless header": HEAD + b"X: " + b"y" * 100_000,
    "a thousand headers": HEAD + b"X: y\r\n" * 1000 + b"\r\n",
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
}


@pytest.mark.parametrize("words", SPEECHES.values(), ids=SPEECHES)
def test_a_server_that_talks_nonsense(words: bytes) -> None:
    with raw_server(lambda c: c.sendall(words)) as url, pytest.raises(ConformanceError) as caught:
        fetcher(seconds=2).fetch(url)
    assert str(caught.value).startswith(url)
