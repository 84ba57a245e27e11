"""An exchange is the old one or the new one, whatever happens in between."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import InputError
from conformance.pages.exchange import Exchange, load_exchange
from conformance.pages.page_fetches import Edition, FetchOutcome, PageFetch
from conformance.pages.staging import staging
from conformance.pipeline.project import schema_files
from conformance.schema.files import write_files
from tests.pages.site import Answer, Site, serving

ROOT = Path(__file__).parents[2]
NAMES = ("orders", "trades")


@contextmanager
def edition(exchange: Exchange, schemas: Path) -> Iterator[Edition]:
    with staging(exchange.root, schemas) as stage:
        yield Edition(exchange, stage, dry_run=False)


def page(name: str, field: str) -> str:
    return f"""\
# Get {name}

`GET https://api.example.com/v1/{name}`

| Name | Type | Description |
| --- | --- | --- |
| {field} | string | What it is |
"""


OLD = [page(name, "id") for name in NAMES]
NEW = [page(name, "uuid") for name in NAMES]


def set_up(root: Path, url: str) -> Path:
    """A project of one exchange with two pages, its schemas fresh."""
    folder = root / "docs_snapshot/venue"
    (folder / "en").mkdir(parents=True)
    manifest = 'title = "Venue"  # by hand\n'
    for name, text in zip(NAMES, OLD, strict=True):
        (folder / f"en/{name}.md").write_text(text)
        manifest += (
            f'\n[[page]]\npath = "en/{name}.md"\nlanguage = "en"\nurl = "{url}/{name}"\n'
            f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"\n'
        )
    (folder / "exchange.toml").write_text(manifest)
    write_files(root / "schemas/venue", schema_files(load_exchange(folder)))
    return folder


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        site.pages |= {f"/{n}": Answer(body=t.encode()) for n, t in zip(NAMES, NEW, strict=True)}
        yield site


SNAPSHOT = ("snapshot", "-o", "/dev/null")


def broken_off(kind: str, stride: int, site: Site, tmp_path: Path) -> list[dict[str, Any]]:
    set_up(tmp_path / "template", site.url)
    return run_broken_off(kind, stride, tmp_path, *SNAPSHOT)


def run_broken_off(kind: str, stride: int, tmp_path: Path, *arguments: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.pages.broken_off", kind, str(stride)]
    told = subprocess.run(  # noqa: S603
        [*command, tmp_path / "template", tmp_path / "root", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert lines[-1]["status"] == 99
    assert len(lines) > 10
    return lines


def is_mended(line: dict[str, Any]) -> bool:
    """Whether one more run, undisturbed, leaves nothing to wish for, where there was one."""
    if "last" not in line:
        return "pages" in line["then"]
    last = {"pages": NEW, "stale": 0, "left": [], "by_hand": 1}
    return bool(line["again"] == 0 and line["last"] == last)


def test_killed_at_any_step_it_is_the_old_state_or_the_new(site: Site, tmp_path: Path) -> None:
    lines = broken_off("kill", 1, site, tmp_path)
    seen = set()
    for line in lines[:-1]:
        assert line["status"] == -9
        assert line["then"]["pages"] in (OLD, NEW), line
        assert line["then"]["by_hand"] == 1
        seen.add(line["then"]["pages"] == NEW)
        assert is_mended(line), line
    assert seen == {True, False}


def test_init_killed_at_any_step_keeps_what_people_wrote(tmp_path: Path) -> None:
    """Probes, known drift, a note and a hidden file, while the pages are replaced by other ones."""
    folder = set_up(tmp_path / "template", "https://docs.example.com")
    with (folder / "exchange.toml").open("a") as manifest:
        manifest.write('\n[[probe]]  # by hand\noperation = "GET /v1/orders"\nreason = "Reads."\n')
    (folder / "known_drift.toml").write_text("# by hand\n")
    (folder / "README.md").write_text("# by hand\n")
    (folder / ".mine").write_text("# by hand\n")
    for name, text in zip(NAMES, NEW, strict=True):
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / f"docs/{name}.md").write_text(text)
    seen = set()
    lines = run_broken_off("kill", 1, tmp_path, "init", "venue", str(tmp_path / "docs"), "--force")
    for line in lines[:-1]:
        assert line["status"] == -9
        assert line["then"]["pages"] in (OLD, NEW), line
        assert line["then"]["by_hand"] == 5
        seen.add(line["then"]["pages"] == NEW)
        if "last" in line:
            assert line["again"] == 0
            assert line["last"] == {"pages": NEW, "stale": 0, "left": [], "by_hand": 5}
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("kind", "words"), [("full", "No space left"), ("read-only", "Read-only file system")]
)
def test_a_disk_that_takes_no_more(kind: str, words: str, site: Site, tmp_path: Path) -> None:
    for line in broken_off(kind, 3, site, tmp_path)[:-1]:
        done = line["status"] == 0  # only what is left over could not be written or removed
        assert done or line["status"] == 2, line
        assert line["then"]["pages"] == (NEW if done else OLD), line
        assert done or words in line["told"], line
        assert is_mended(line), line


def changed(folder: Path, name: str = "orders", text: str = NEW[0]) -> PageFetch:
    found = next(p for p in load_exchange(folder).pages if p.path == f"en/{name}.md")
    return PageFetch(
        page=found,
        outcome=FetchOutcome.CHANGED,
        content=text.encode(),
        operations=1,
        retrieved=dt.date(2026, 1, 31),
    )


def test_what_was_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    folder = set_up(tmp_path, "http://127.0.0.1")
    schemas = tmp_path / "schemas/venue"
    with edition(load_exchange(folder), schemas) as begun:
        (folder / "known_drift.toml").write_text("# mine\n")
        with pytest.raises(InputError, match="changed meanwhile"):
            begun.build([changed(folder)])
    with edition(load_exchange(folder), schemas) as begun:
        begun.build([])
        (folder / "exchange.toml").write_text("title = 'x'")
        with pytest.raises(InputError, match="changed meanwhile"):
            begun.stage.publish()
    assert (folder / "known_drift.toml").read_text() == "# mine\n"
    assert not list(folder.parent.glob(".*"))


def test_a_page_that_is_a_link_out_of_what_is_built(tmp_path: Path) -> None:
    folder = set_up(tmp_path, "http://127.0.0.1")
    target = folder / "en/orders.md"
    target.rename(folder / "en/README.orders")
    (folder / "en/README.orders").rename(folder / "en/.real.md")
    target.symlink_to(folder / "en/.real.md")
    with (
        edition(load_exchange(folder), tmp_path / "schemas/venue") as begun,
        pytest.raises(InputError, match="a link to elsewhere"),
    ):
        begun.build([changed(folder)])
    assert target.read_text() == OLD[0]


def test_what_else_lies_there_stays(tmp_path: Path) -> None:
    folder = set_up(tmp_path, "http://127.0.0.1")
    (folder / "README.md").write_text("ours")
    (folder / ".hidden").write_text("too")
    (tmp_path / "schemas/venue/notes.txt").write_text("and this")
    (folder / "exchange.toml").chmod(0o640)
    with edition(load_exchange(folder), tmp_path / "schemas/venue") as begun:
        built = begun.build([changed(folder)])
        write_files(begun.copy_schemas(), schema_files(built), prune=True)
        begun.stage.publish()
    assert (folder / "en/orders.md").read_text() == NEW[0]
    assert (folder / "README.md").read_text() == "ours"
    assert (folder / ".hidden").read_text() == "too"
    assert (folder / "exchange.toml").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "schemas/venue/notes.txt").read_text() == "and this"


def test_pages_go_back_with_their_schemas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The schemas are in their place already when the pages cannot be put into theirs."""
    folder = set_up(tmp_path, "http://127.0.0.1")
    schemas = sorted(p.read_bytes() for p in (tmp_path / "schemas").rglob("*.json"))

    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path.name == "venue" and Path(target) == folder:
            raise OSError(16, "Device or resource busy")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with edition(load_exchange(folder), tmp_path / "schemas/venue") as begun:
        built = begun.build([changed(folder)])
        assert write_files(begun.copy_schemas(), schema_files(built), prune=True)
        with pytest.raises(InputError, match=r"resource busy .nothing was changed"):
            begun.stage.publish()
    assert (folder / "en/orders.md").read_text() == OLD[0]
    assert sorted(p.read_bytes() for p in (tmp_path / "schemas").rglob("*.json")) == schemas
