"""A project with one exchange whose page a server on this machine answers with."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main
from conformance.pages.exchange import load_exchange, read_page
from conformance.pipeline.project import schema_files
from conformance.schema.files import find_stale, write_files
from tests.pages.site import Answer, Site


def markdown(field: str = "id", more: str = "") -> str:
    return f"""\
# Get an order

`GET https://api.example.com/v1/orders/{{id}}`

## Response

| Name | Type | Description |
| --- | --- | --- |
| {field} | string | Which order this is |
{more}"""


def html(field: str = "id", head: str = "", note: str = "") -> str:
    return f"""\
<!DOCTYPE html>
<html><head>{head}<title>Orders</title></head><body>
<h1>Get an order</h1>
<p><code>GET https://api.example.com/v1/orders/{{id}}</code></p>
<h2>Response</h2>
<table><tr><th>Name</th><th>Type</th><th>Description</th></tr>
<tr><td>{field}</td><td>string</td><td>Which order this is {note}</td></tr></table>
</body></html>
"""


MANIFEST = """\
# What we know of it.
title   = "Venue" # by hand

[[page]]
path = "{path}"
url = "{url}"   # where it is
language = "{language}"
sha256 = "{sha256}" # of its bytes
{more}
[[probe]]   # kept as it is
operation = "DELETE /v1/orders"
reason = "Nothing is cancelled."
inputs.id = "random-uuid"
"""


class Project:
    """One exchange with one page, in the current folder."""

    folder = Path("docs_snapshot/venue")

    def __init__(self, site: Site) -> None:
        self.site = site

    def store(
        self, page: str | bytes, path: str = "en/orders.md", more: str = "", language: str = "en"
    ) -> None:
        content = page.encode() if isinstance(page, str) else page
        self.page = self.folder / path
        self.page.parent.mkdir(parents=True, exist_ok=True)
        self.page.write_bytes(content)
        facts = {"path": path, "language": language, "more": more}
        facts |= {"url": f"{self.site.url}/orders", "sha256": hashlib.sha256(content).hexdigest()}
        self.manifest.write_text(MANIFEST.format(**facts))
        exchange = load_exchange(self.folder)
        write_files(Path("schemas/venue"), schema_files(exchange))

    @property
    def manifest(self) -> Path:
        return self.folder / "exchange.toml"

    @property
    def entry(self) -> dict[str, Any]:
        entry: dict[str, Any] = tomllib.loads(self.manifest.read_text())["page"][0]
        return entry

    def state(self) -> dict[str, bytes]:
        """Every file there is, hidden ones included."""
        return {str(p): p.read_bytes() for p in Path().rglob("*") if p.is_file()}

    def answers(self, body: str | bytes, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.site.pages["/orders"] = Answer(body=content, headers=named)

    def is_true(self) -> bool:
        """Whether manifest, pages and schemas agree, and nothing is left over."""
        exchange = load_exchange(self.folder)
        for page in exchange.pages:
            read_page(exchange, page)
        fresh = not find_stale(Path("schemas/venue"), schema_files(exchange))
        return fresh and not list(Path("docs_snapshot").glob(".*"))


def taken(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    """Exit status, and the first exchange of the result as JSON."""
    status = main(["snapshot", "--format", "json", *options])
    (exchange,) = json.loads(capsys.readouterr().out)["exchanges"]
    return status, exchange


SCRIPTED = "<!doctype html><html><body><div id=app></div><script src=a.js></script></body></html>"
LOGIN = (
    '<!doctype html><html><body><h1>Hello</h1><form><input name=p type="password"></form></html>'
)
