"""``conformance snapshot``, as a user calls it: what is stored, and what follows from it."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.pages.exchange import load_exchange
from conformance.pipeline.project import schema_files
from conformance.schema.files import write_files
from tests.cli.snapshot.project import Project, markdown, taken
from tests.pages.site import Answer

TODAY = dt.date.today()


def test_a_changed_page_is_stored_with_all_that_follows(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    manifest = project.manifest.read_text()
    project.answers(markdown("uuid"), ETag='"2"', Last_Modified="Sat, 31 Jan 2026 00:00:00 GMT")
    assert main(["snapshot"]) == 0
    assert (
        capsys.readouterr().out
        == """\
venue: 1 page: 1 changed
  changed      en/orders.md: 1 operation
  for a client: 1 finding (1 error)
    en/orders.md:9: error[field-removed] the name changed from `id` to `uuid` (they are described \
alike); breaking: a client that relies on it finds nothing
  stored: 1 page, 2 schema files
"""
    )
    assert project.page.read_text() == markdown("uuid")
    assert project.entry == {
        "path": "en/orders.md",
        "url": f"{project.site.url}/orders",
        "language": "en",
        "sha256": hashlib.sha256(markdown("uuid").encode()).hexdigest(),
        "retrieved": TODAY,
        "etag": '"2"',
        "last_modified": "Sat, 31 Jan 2026 00:00:00 GMT",
    }
    kept = [line for line in manifest.splitlines() if not line.startswith("sha256")]
    told = project.manifest.read_text().splitlines()
    assert [line for line in told if line in kept] == kept
    assert " # of its bytes" in project.manifest.read_text()
    assert project.is_true()


def untouched() -> dict[str, tuple[int, int]]:
    """What would tell that a file or folder was written, linked or renamed, even if put back."""
    return {str(p): (p.stat().st_ino, p.stat().st_ctime_ns) for p in Path().rglob("*")}


def test_a_dry_run_writes_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    project.answers(markdown("uuid"))
    before, touched = project.state(), untouched()
    assert main(["snapshot", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "would be stored: 1 page, 2 schema files (dry run)" in told
    assert "error[field-removed]" in told
    assert project.state() == before
    assert untouched() == touched


def test_markdown_for_a_summary(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    project.answers(markdown("uuid"))
    assert main(["snapshot", "--format", "markdown", "-o", "summary.md"]) == 0
    told = Path("summary.md").read_text()
    assert told.startswith("## venue\n\n1 page: 1 changed; stored: 1 page, 2 schema files.\n")
    assert "* `en/orders.md` changed: 1 operation\n" in told
    assert "For a client: 1 finding (1 error)." in told


def two_pages(project: Project) -> None:
    """A second page of the same exchange, at an address of its own."""
    project.store(markdown())
    content = markdown("other").replace("orders", "trades").encode()
    (project.folder / "en/trades.md").write_bytes(content)
    with project.manifest.open("a") as file:
        file.write(
            f'\n[[page]]\npath = "en/trades.md"\nlanguage = "en"\nurl = "{project.site.url}/trades"'
            f'\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
        )
    exchange = load_exchange(project.folder)
    write_files(Path("schemas/venue"), schema_files(exchange))


def test_one_page_that_cannot_be_had_does_not_keep_the_others(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    two_pages(project)
    project.answers(markdown("uuid"))
    status, exchange = taken(capsys)
    assert status == 2
    assert [page["outcome"] for page in exchange["pages"]] == ["changed", "kept"]
    assert exchange["stored"]
    assert project.is_true()


def test_pages_that_were_different_do_not_become_one(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    two_pages(project)
    same = Answer(body=markdown("uuid").encode())
    project.site.pages |= {"/orders": same, "/trades": same}
    status, exchange = taken(capsys)
    assert status == 2
    assert [page["reason"] for page in exchange["pages"]] == [
        "not the page any more: the same was answered as en/trades.md has",
        "not the page any more: the same was answered as en/orders.md has",
    ]
    assert not exchange["stored"]


def test_schemas_of_what_is_gone_go(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown() + markdown().replace("Get", "Cancel").replace("GET", "DELETE"))
    assert list(Path("schemas").rglob("delete*"))
    project.answers(markdown())
    status, exchange = taken(capsys)
    assert status == 0
    assert "operation-removed" in [finding["rule"] for finding in exchange["findings"]]
    assert not list(Path("schemas").rglob("delete*"))
    assert project.is_true()


def test_line_ends_of_a_manifest_stay(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    project.manifest.write_bytes(project.manifest.read_bytes().replace(b"\n", b"\r\n"))
    project.answers(markdown("uuid"))
    assert taken(capsys)[0] == 0
    assert b"by hand\r\n\r\n[[page]]\r\n" in project.manifest.read_bytes()
    assert project.is_true()
