"""An exchange appears or changes whole, or nothing has happened, whoever is killed on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conformance.errors import InputError, UsageError
from conformance.pages.exchange import find_known_exchanges
from conformance.pages.staging import clear, exclusive, put_back, staging
from tests.forks import run_forked

KILLED = "docs_snapshot/.conformance-abcd1234"


def tree(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


def texts(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def build(root: Path, *, fail: bool = False, content: str = "new") -> None:
    with staging(root / "docs_snapshot/venue", root / "schemas/venue") as stage:
        for place, name in ((stage.pages, "page.md"), (stage.schemas, "openapi.json")):
            place.building.mkdir(parents=True)
            (place.building / name).write_text(content)
        if fail:
            raise InputError("no")
        stage.publish()


def test_both_folders_appear(tmp_path: Path) -> None:
    build(tmp_path)
    assert tree(tmp_path) == [
        "docs_snapshot",
        "docs_snapshot/venue",
        "docs_snapshot/venue/page.md",
        "schemas",
        "schemas/venue",
        "schemas/venue/openapi.json",
    ]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        build(tmp_path, fail=True)
    assert tree(tmp_path) == []


def test_a_full_disk_is_a_clear_error(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r"No space left .*nothing was changed"),
        staging(tmp_path / "docs_snapshot/venue", tmp_path / "schemas/venue"),
    ):
        raise OSError(28, "No space left on device")
    assert tree(tmp_path) == []


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    build(tmp_path)
    before = texts(tmp_path)
    with pytest.raises(InputError):
        build(tmp_path, fail=True, content="newer")
    assert texts(tmp_path) == before


def test_what_was_there_gives_way(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "docs_snapshot/venue/old.md").touch()
    build(tmp_path, content="newer")
    assert texts(tmp_path) == {
        "docs_snapshot/venue/page.md": "newer",
        "schemas/venue/openapi.json": "newer",
    }


@pytest.mark.parametrize("name", ["page.md", "known_drift.toml"])
def test_what_is_written_meanwhile_is_not_replaced(tmp_path: Path, name: str) -> None:
    build(tmp_path)
    with staging(tmp_path / "docs_snapshot/venue", tmp_path / "schemas/venue") as stage:
        stage.pages.building.mkdir(parents=True)
        (tmp_path / "docs_snapshot/venue" / name).write_text("mine")
        with pytest.raises(InputError, match="changed meanwhile; nothing is stored"):
            stage.publish()
    assert texts(tmp_path)[f"docs_snapshot/venue/{name}"] == "mine"


@pytest.mark.parametrize("broken", ["docs_snapshot/venue", "schemas/venue"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_publication_that_fails_halfway_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, is_there: bool
) -> None:
    if is_there:
        build(tmp_path)
    before = texts(tmp_path)
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if Path(target) == tmp_path / broken and path.name == "venue":
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(InputError, match=r"Permission denied .nothing was changed"):
        build(tmp_path, content="newer")
    assert texts(tmp_path) == before
    assert is_there or tree(tmp_path) == []


def test_the_only_copy_is_never_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new pages cannot be put in their place, and the old ones cannot be put back."""
    build(tmp_path)
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if Path(target) == tmp_path / "docs_snapshot/venue":
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(InputError, match="Permission denied"):
        build(tmp_path, content="newer")
    with pytest.raises(InputError, match=r"venue: was being replaced .*\(move .*venue\.spare"):
        find_known_exchanges(tmp_path)
    with pytest.raises(InputError, match="cannot be put back: Permission denied"):
        clear(tmp_path / "docs_snapshot")
    monkeypatch.undo()
    assert put_back(tmp_path / "docs_snapshot") == (
        f"{tmp_path}/docs_snapshot/venue: put back as it was: "
        "a run was killed while it replaced it",
    )
    assert (tmp_path / "docs_snapshot/venue/page.md").read_text() == "new"


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "docs_snapshot").touch()
    with pytest.raises(InputError, match="cannot be stored: "):
        build(tmp_path)
    assert tree(tmp_path) == ["docs_snapshot"]


def test_a_run_that_is_asked_to_end_leaves_nothing(tmp_path: Path) -> None:
    def ended() -> int:
        with staging(tmp_path / "docs_snapshot/venue", tmp_path / "schemas/venue"):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(100)
        return 0

    assert run_forked(ended, tmp_path, {}).status == 128 + signal.SIGTERM
    assert not list(tmp_path.iterdir())


def killed_between(root: Path) -> None:
    """What a run leaves that is killed when the old folders are aside, the new ones not there."""
    for kind in ("docs_snapshot", "schemas"):
        (root / KILLED / kind / "venue.spare").mkdir(parents=True)
        (root / KILLED / kind / "venue.spare/old").write_text(kind)
        (root / KILLED / kind / "venue").mkdir()
        (root / kind).mkdir(exist_ok=True)
    (root / KILLED / "docs_snapshot/venue.spare/exchange.toml").touch()


def test_whoever_looks_for_exchanges_finds_the_one_a_killed_run_lost(tmp_path: Path) -> None:
    killed_between(tmp_path)
    with (
        exclusive(tmp_path / "docs_snapshot"),
        pytest.raises(UsageError, match="another run is changing it"),
    ):
        find_known_exchanges(tmp_path)
    assert find_known_exchanges(tmp_path) == ("venue",)
    for kind in ("docs_snapshot", "schemas"):
        assert (tmp_path / kind / "venue/old").read_text() == kind


def test_what_is_left_behind_is_reported_and_cleared_away(tmp_path: Path) -> None:
    pages = tmp_path / "docs_snapshot"
    killed_between(tmp_path)
    for name in (".git", ".venue.1a2b3c4d", ".hidden"):
        (pages / name).mkdir()
    assert clear(pages) == (
        f"{pages}/venue: put back as it was: a run was killed while it replaced it",
        f"{tmp_path}/schemas/venue: put back as it was: a run was killed while it replaced it",
        f"{tmp_path}/{KILLED}: left behind by a run that was killed; removed",
        f"{pages}/.venue.1a2b3c4d: left behind by a run that was killed; see whether it holds "
        "pages, probes or known drift that you miss, then remove it",
    )
    assert sorted(path.name for path in pages.iterdir()) == [
        ".git",
        ".hidden",
        ".venue.1a2b3c4d",
        "venue",
    ]
    assert (tmp_path / "schemas/venue/old").read_text() == "schemas"


def test_what_is_in_its_place_is_not_replaced_by_what_is_left(tmp_path: Path) -> None:
    killed_between(tmp_path)
    (tmp_path / "docs_snapshot/venue").mkdir()
    (tmp_path / "docs_snapshot/venue/page.md").write_text("new")
    clear(tmp_path / "docs_snapshot")
    assert (tmp_path / "docs_snapshot/venue/page.md").read_text() == "new"
    assert not (tmp_path / "docs_snapshot/venue/old").exists()


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with exclusive(tmp_path) as alone:
        assert alone
        with pytest.raises(UsageError, match="another run is changing it"), exclusive(tmp_path):
            pass
    with (
        exclusive(
            tmp_path / "." / "..",
        ),
        exclusive(tmp_path) as alone,
    ):
        assert alone
    assert not list(tmp_path.iterdir())


HOLD = """
import sys, time
from pathlib import Path
from conformance.pages.staging import exclusive
with exclusive(Path(sys.argv[1])):
    Path(sys.argv[2]).touch()
    time.sleep(60)
"""


def test_a_run_that_is_killed_keeps_nobody_off(tmp_path: Path) -> None:
    (tmp_path / "held").mkdir()
    (tmp_path / "link").symlink_to("held")
    flag = tmp_path / "flag"
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path / "held", flag]) as run:  # noqa: S603
        while not flag.exists():
            time.sleep(0.01)
        with pytest.raises(UsageError), exclusive(tmp_path / "link"):
            pass
        run.kill()
    with exclusive(tmp_path / "held") as alone:
        assert alone


def test_where_no_lock_can_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("tempfile.gettempdir", lambda: os.fspath(tmp_path / "file"))
    with exclusive(tmp_path) as alone:
        assert not alone
