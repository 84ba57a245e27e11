"""What a manifest may say, and what happens when it is not true of its folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.errors import InputError
from conformance.model.finding import Severity
from conformance.pages.access import AuthDetails, Check, Environment, LiveAccess, Probe
from conformance.pages.exchange import (
    ConfiguredRateLimit,
    Exchange,
    Page,
    find_known_exchanges,
    load_exchange,
    read_bytes,
    read_page,
)
from conformance.pages.files import MAX_PAGE
from conformance.pages.manifest_text import refresh_manifest
from conformance.pages.sources import find_sources

PAGE = b"# Orders\r\n\xff not UTF-8, and nobody minds\r\n"
SHA256 = hashlib.sha256(PAGE).hexdigest()
ENTRY = f'[[page]]\npath = "en/orders.md"\nlanguage = "en"\nsha256 = "{SHA256}"\n'
PROBE = '[[probe]]\noperation = "DELETE /a"\nreason = "x"\n'
MINIMAL = f'title = "Example"\n{ENTRY}'


def write(folder: Path, manifest: str = MINIMAL) -> Path:
    """An exchange's folder with one page and ``manifest``."""
    (folder / "en").mkdir(parents=True)
    (folder / "en/orders.md").write_bytes(PAGE)
    (folder / "exchange.toml").write_text(manifest, "utf-8")
    return folder


def test_everything_a_manifest_can_say(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "venue",
        f"""
        title = "Example"
        servers = ["https://api.example.com/", "http://127.0.0.1:8080/base"]
        auth = "hmac"
        [[rate_limit]]
        count = 10
        seconds = 0.5
        scope = "IP"
        [[rate_limit]]
        count = 1
        seconds = 60
        [[page]]
        path = "en/orders.md"
        language = "zh-TW"
        url = "https://docs.example.com/#/orders"
        retrieved = 2026-01-31
        sha256 = "{SHA256}"
        [[probe]]
        operation = "DELETE /v1/orders"
        reason = "Cancels what cannot exist."
        inputs.id = "random-uuid"
        [severity]
        type-missing = "info"
        row-unread = "error"
        """,
    )
    assert load_exchange(folder) == Exchange(
        name="venue",
        title="Example",
        root=folder,
        pages=(
            Page(
                path="en/orders.md",
                language="zh-TW",
                sha256=SHA256,
                url="https://docs.example.com/#/orders",
                retrieved=dt.date(2026, 1, 31),
            ),
        ),
        servers=("https://api.example.com", "http://127.0.0.1:8080/base"),
        auth="hmac",
        rate_limits=(
            ConfiguredRateLimit(count=10, seconds=0.5, scope="IP"),
            ConfiguredRateLimit(count=1, seconds=60),
        ),
        probes=(
            Probe(
                operation="DELETE /v1/orders",
                reason="Cancels what cannot exist.",
                inputs=(("id", "random-uuid"),),
            ),
        ),
        severity=(("type-missing", Severity.INFO), ("row-unread", Severity.ERROR)),
    )


def test_what_is_not_said_is_not_invented(tmp_path: Path) -> None:
    exchange = load_exchange(write(tmp_path / "venue"))
    assert (exchange.servers, exchange.auth, exchange.rate_limits) == ((), None, ())
    assert (exchange.pages[0].url, exchange.pages[0].retrieved) == ("", None)


def test_the_name_is_the_folders_even_when_it_is_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path / "venue"))
    assert load_exchange(Path()).name == "venue"


WRONG_MANIFESTS = {
    "not toml": ("title = ", "not valid TOML"),
    "nested": ("x = " + "[" * 5000, "nested too deeply"),
    "unknown key": (f'titel = "x"\n{MINIMAL}', "did you mean 'title'?"),
    "unknown key, far from any": (f'zzz = "x"\n{MINIMAL}', "known: title, page, servers"),
    "no title": (ENTRY, "'title' is missing"),
    "empty title": (f'title = " "\n{ENTRY}', "'title' is empty"),
    "title of a wrong type": (f"title = 1\n{ENTRY}", "write a string"),
    "no page": ('title = "x"', "lists no page"),
    "pages of a wrong type": ('title = "x"\npage = [1]', r"write \[\[page\]\]"),
    "one page as a table": ('title = "x"\n[page]\npath = "en/orders.md"', "write an array"),
    "page listed twice": (MINIMAL + ENTRY, "listed twice"),
    "servers as a string": (f'servers = "https://x"\n{MINIMAL}', "write an array"),
    "servers of numbers": (f"servers = [1]\n{MINIMAL}", "array of strings"),
    "server without a scheme": (f'servers = ["api.x.com"]\n{MINIMAL}', "no web address"),
    "server with a password": (f'servers = ["https://u:p@x.com"]\n{MINIMAL}', "no web address"),
    "server that is no URL": (f'servers = ["https://[x"]\n{MINIMAL}', "no web address"),
    "file as a server": (f'servers = ["file:///etc/x"]\n{MINIMAL}', "no web address"),
    "unknown severity": (
        f'{MINIMAL}[severity]\nrow-unread = "fatal"',
        "info, warning or error",
    ),
    "severity as a number": (f"{MINIMAL}[severity]\nrow-unread = 2", "write a string"),
    "unknown scheme": (
        f'auth = "magic"\n{MINIMAL}',
        "write api-key, jwt, hmac",
    ),
    "date as a string": (f'{MINIMAL}retrieved = "2026-01-31"', "write a date"),
    "date with a time": (f"{MINIMAL}retrieved = 2026-01-31T00:00:00Z", "write a date"),
    "language": (MINIMAL.replace('"en"', '"English!"'), "language tag"),
    "to be fetched in words": (f'{MINIMAL}fetch = "no"', "write true or false"),
    "short hash": (MINIMAL.replace(SHA256, SHA256[:-1]), "64 lower-case hex digits"),
    "no hash": (MINIMAL.replace("sha256", "#"), "'sha256' is missing"),
    "unknown page key": (f'{MINIMAL}lang = "en"', r"\[\[page\]\] number 1: unknown key 'lang'"),
    "detail of no scheme": (f'{MINIMAL}[auth_details]\nkey_header = "X-Key"', "unknown key"),
    "detail of another scheme": (
        f'auth = "jwt"\n{MINIMAL}[auth_details]\nkey_header = "X-Key"',
        "unknown key 'key_header'",
    ),
    "header with a blank": (
        f'auth = "api-key"\n{MINIMAL}[auth_details]\nkey_header = "X Key"',
        "no name of a header",
    ),
    "query hashed otherwise": (
        f'auth = "jwt"\n{MINIMAL}[auth_details]\nquery = "sorted"',
        "as-sent or decoded",
    ),
    "variable with a blank": (f'{MINIMAL}[environment]\naccess_key = "MY KEY"', "no name of a var"),
    "unknown variable": (f'{MINIMAL}[environment]\npassword = "X"', "unknown key 'password'"),
    "names that are none": (f"{MINIMAL}[redact]\nnames = [1]", "array of strings"),
    "success of a number": (f"{MINIMAL}[success]\ncode = 0", "write an array"),
    "probe of an unknown word": (
        f'{MINIMAL}{PROBE}inputs.id = "random-uid"',
        "random-uuid, now-ms",
    ),
    "probe of a status": (f'{MINIMAL}{PROBE}statuses = ["4XX"]', "three digits"),
    "probe checked by a change": (
        f'{MINIMAL}{PROBE}check = {{ operation = "DELETE /a", empty = "x" }}',
        "changes nothing",
    ),
    "limit of nothing": (f"{MINIMAL}[[rate_limit]]\ncount=0\nseconds=1", "above zero"),
    "limit of true": (f"{MINIMAL}[[rate_limit]]\ncount=true\nseconds=1", "write a number"),
    "limit of infinity": (f"{MINIMAL}[[rate_limit]]\ncount=inf\nseconds=1", "above zero"),
    "limit of nan": (f"{MINIMAL}[[rate_limit]]\ncount=nan\nseconds=1", "above zero"),
    "probe without an input or a check": (f"{MINIMAL}{PROBE}", "narrows nothing"),
    "probe of literals": (f'{MINIMAL}{PROBE}inputs.pair = "literal:ALL"', "narrows nothing"),
    "probe of a time": (f'{MINIMAL}{PROBE}inputs.at = "now-ms"', "narrows nothing"),
    "probe of a nonce": (f'{MINIMAL}{PROBE}inputs.nonce = "random-uuid"', "narrows nothing"),
    "probe of a request's id": (
        f'{MINIMAL}{PROBE}inputs.request_id = "unknown:{{}}"',
        "narrows nothing",
    ),
    "probe of one unknown and one known": (
        f'{MINIMAL}{PROBE}inputs.pairs = "unknown:BTC-USD,{{}}"',
        "narrows nothing",
    ),
    "probe of a pattern": (f'{MINIMAL}{PROBE}inputs.pair = "unknown:{{}}*"', "narrows nothing"),
    "probe of one and of all": (
        f'{MINIMAL}{PROBE}inputs.id = "random-uuid"\ninputs.cancelAll = "literal:1"',
        "narrows nothing",
    ),
    "probe of one or of all": (
        f'{MINIMAL}{PROBE}inputs.id = "random-uuid"\ninputs.scope = "literal:ALL"',
        "narrows nothing",
    ),
    "check by what narrows nothing": (
        f'{MINIMAL}{PROBE}inputs.note = "literal:x"\n'
        'check = { operation = "GET /a?note={note}", empty = "x" }',
        "{note}, which narrows nothing",
    ),
    "check of some only": (
        f'{MINIMAL}{PROBE}check = {{ operation = "GET /a?state=open", empty = "x" }}',
        "the check holds state=open",
    ),
    "check of another input": (
        f'{MINIMAL}{PROBE}check = {{ operation = "GET /a/{{pair}}", empty = "x" }}',
        "which is no input of the probe",
    ),
    "host with a scheme": (f'{MINIMAL}[live]\nhosts = ["https://a.example"]', "lower case"),
    "host with a star": (f'{MINIMAL}[live]\nhosts = ["*.a.example"]', "'hosts' holds"),
    "host with a path": (f'{MINIMAL}[live]\nhosts = ["a.example/v1"]', "'hosts' holds"),
    "host with a user": (f'{MINIMAL}[live]\nhosts = ["x@a.example"]', "'hosts' holds"),
    "host in capitals": (f'{MINIMAL}[live]\nhosts = ["A.example"]', "lower case"),
    "read that changes": (f'{MINIMAL}[live]\nreads = ["POST /a"]', "write GET /path"),
    "read with a query": (f'{MINIMAL}[live]\nreads = ["GET /a?b=1"]', "without a query"),
    "reads as a string": (f'{MINIMAL}[live]\nreads = "GET /a"', "write an array"),
    "live with another key": (f"{MINIMAL}[live]\nallow_state_change = true", "unknown key"),
    "probe without a reason": (
        f'{MINIMAL}[[probe]]\noperation = "GET /v1"',
        "'reason' is missing",
    ),
    "probe of no operation": (
        f'{MINIMAL}[[probe]]\noperation = "orders"\nreason = "x"',
        "METHOD /path",
    ),
}


@pytest.mark.parametrize(("manifest", "words"), WRONG_MANIFESTS.values(), ids=WRONG_MANIFESTS)
def test_a_wrong_manifest_is_one_clear_error(tmp_path: Path, manifest: str, words: str) -> None:
    folder = write(tmp_path / "venue", manifest)
    with pytest.raises(InputError, match=words) as caught:
        load_exchange(folder)
    assert str(caught.value).startswith(str(folder / "exchange.toml"))
    assert caught.value.hint


WRONG_PATHS = {
    "climbing": "../outside.md",
    "climbing further in": "en/../../outside.md",
    "absolute": "/etc/hostname",
    "drive": "C:/orders.md",
    "backslashes": "en\\\\orders.md",
    "not in plain form": "en//orders.md",
    "dot": "./en/orders.md",
    "NUL": "en/\\u0000.md",
    "line feed": "en/a\\nb.md",
    "missing": "en/other.md",
    "too long a name": "en/" + "x" * 5000,
    "folder": "en",
    "link out of the folder": "en/link-out.md",
    "link to nowhere": "en/link-broken.md",
    "link to itself": "en/link-loop.md",
}


@pytest.mark.parametrize("path", WRONG_PATHS.values(), ids=WRONG_PATHS)
def test_a_page_lies_inside_its_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.md").write_bytes(PAGE)
    folder = write(tmp_path / "venue", MINIMAL.replace("en/orders.md", path))
    (folder / "en/link-out.md").symlink_to(tmp_path / "outside.md")
    (folder / "en/link-broken.md").symlink_to("nowhere")
    (folder / "en/link-loop.md").symlink_to("link-loop.md")
    with pytest.raises(InputError, match=r"number 1: pa(th|ge) ") as caught:
        load_exchange(folder)
    assert "\0" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_link_inside_the_folder_is_fine(tmp_path: Path) -> None:
    folder = write(tmp_path / "venue", MINIMAL + ENTRY.replace("en/", "en/same-"))
    (folder / "en/same-orders.md").symlink_to("orders.md")
    exchange = load_exchange(folder)
    assert [read_page(exchange, page) for page in exchange.pages] == [PAGE, PAGE]


@pytest.mark.parametrize("name", ["en/new.md", "picture.png", "en/README.md", "ko/exchange.toml"])
def test_an_unlisted_file_is_an_error(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "venue")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")
    with pytest.raises(InputError, match="not listed") as caught:
        load_exchange(folder)
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["README.md", "known_drift.toml", ".DS_Store", ".cache/x.md"])
def test_our_own_and_hidden_files_need_no_listing(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "venue")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")
    load_exchange(folder)


def test_a_changed_page_is_an_error(tmp_path: Path) -> None:
    exchange = load_exchange(write(tmp_path / "venue"))
    (exchange.root / "en/orders.md").write_bytes(PAGE.replace(b"\r\n", b"\n"))
    with pytest.raises(InputError, match=r"orders\.md: sha256 is [0-9a-f]{12}.*restore the file"):
        read_page(exchange, exchange.pages[0])


def test_a_page_that_vanished_since_is_an_error(tmp_path: Path) -> None:
    exchange = load_exchange(write(tmp_path / "venue"))
    (exchange.root / "en/orders.md").unlink()
    with pytest.raises(InputError, match="no such file"):
        read_page(exchange, exchange.pages[0])


def test_no_manifest_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"exchange\.toml: no such file"):
        load_exchange(tmp_path)


def test_a_manifest_that_is_no_text(tmp_path: Path) -> None:
    folder = write(tmp_path / "venue")
    (folder / "exchange.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(InputError, match="byte 9 is not UTF-8"):
        load_exchange(folder)


def test_a_manifest_of_two_megabytes(tmp_path: Path) -> None:
    folder = write(tmp_path / "venue", "#" * (2 << 20))
    with pytest.raises(InputError, match="larger than 1,048,576 octets"):
        load_exchange(folder)


IN_PLACE_OF_A_MANIFEST: dict[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (os.mkfifo, "no regular file"),
    "folder": (Path.mkdir, "no regular file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "a symbolic link"),
    "link to nowhere": (lambda path: path.symlink_to("nowhere"), "a symbolic link"),
    "link to a manifest": (lambda path: path.symlink_to(".real.toml"), "a symbolic link"),
}


@pytest.mark.parametrize("what", IN_PLACE_OF_A_MANIFEST)
def test_what_stands_in_the_place_of_a_manifest_is_no_missing_one(
    what: str, tmp_path: Path
) -> None:
    put, reason = IN_PLACE_OF_A_MANIFEST[what]
    folder = write(tmp_path / "docs_snapshot/venue")
    (folder / "exchange.toml").rename(folder / ".real.toml")
    put(folder / "exchange.toml")
    assert find_known_exchanges(tmp_path) == ("venue",)
    for read in (load_exchange, refresh_manifest):
        with pytest.raises(InputError, match=rf"exchange\.toml: {reason}"):
            read(folder)
    assert (folder / ".real.toml").read_text() == MINIMAL


def test_a_page_has_a_size(tmp_path: Path) -> None:
    exchange = load_exchange(write(tmp_path / "venue"))
    page = exchange.root / "en/orders.md"
    os.truncate(page, MAX_PAGE + 1)
    with pytest.raises(InputError, match="larger than 20,000,000 octets"):
        read_page(exchange, exchange.pages[0])
    found = find_sources([exchange.root])
    assert [(p.page, p.reason) for p in found.problems] == [
        ("en/orders.md", "larger than 20,000,000 octets")
    ]
    os.truncate(page, MAX_PAGE)
    assert len(read_bytes(page)) == MAX_PAGE


def test_how_an_exchange_is_got_at(tmp_path: Path) -> None:
    manifest = f"""
        title = "Example"
        auth = "hmac"
        [auth_details]
        key_header = "X-Key"
        timestamp_parameter = "ts"
        [environment]
        access_key = "VENUE_KEY"
        server_url = "VENUE_URL"
        [redact]
        names = ["accountNumber"]
        [live]
        hosts = ["api.venue.example", "127.0.0.1:8080", "[::1]:80", "localhost"]
        reads = ["GET /a/{{b}}", "HEAD /a"]
        [success]
        code = ["0", "00"]
        [[rate_limit]]
        count = 1
        seconds = 1
        operations = ["GET /a", "GET /b"]
        {ENTRY}
        [[probe]]
        operation = "DELETE /orders"
        reason = "Nothing has such a name."
        inputs.name = "unknown:X-{{}}"
        statuses = ["404"]
        check.operation = "GET /orders?name={{name}}"
        check.empty = "data.orders"
    """
    known = load_exchange(write(tmp_path / "venue", manifest))
    assert known.auth_details == AuthDetails(key_header="X-Key", timestamp_parameter="ts")
    assert known.environment == Environment(access_key="VENUE_KEY", server_url="VENUE_URL")
    assert known.live == LiveAccess(
        hosts=("api.venue.example", "127.0.0.1:8080", "[::1]:80", "localhost"),
        reads=("GET /a/{b}", "HEAD /a"),
    )
    assert (known.redact.names, known.success) == (("accountNumber",), (("code", ("0", "00")),))
    assert known.rate_limits[0].operations == ("GET /a", "GET /b")
    (probe,) = known.probes
    assert probe.inputs == (("name", "unknown:X-{}"),)
    assert probe.statuses == ("404",)
    assert probe.check == Check(operation="GET /orders?name={name}", empty="data.orders")
