"""A new exchange appears whole, or nothing has happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import InputError, UsageError
from conformance.snapshot.staging import staging


def tree(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


def build(root: Path, *, force: bool = False, fail: bool = False, content: str = "new") -> None:
    with staging(root, root / "schemas/venue", "venue", force=force) as stage:
        (stage.pages.building / "page.md").write_text(content)
        (stage.schemas.building / "openapi.json").write_text(content)
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
        pytest.raises(InputError, match="No space left"),
        staging(tmp_path, tmp_path / "schemas" / "venue", "venue", force=False),
    ):
        raise OSError(28, "No space left on device")
    assert tree(tmp_path) == []


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    build(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(InputError):
        build(tmp_path, fail=True, force=True)
    assert tree(tmp_path) == before


def test_what_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    build(tmp_path)
    with pytest.raises(UsageError, match="something else of that name already"):
        build(tmp_path)
    (tmp_path / "docs_snapshot/venue/exchange.toml").touch()
    with pytest.raises(UsageError, match="an exchange of that name already"):
        build(tmp_path)


def test_an_empty_folder_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "docs_snapshot/venue").mkdir(parents=True)
    build(tmp_path)


def test_replaced_when_asked_to(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "docs_snapshot/venue/old.md").touch()
    build(tmp_path, force=True, content="newer")
    assert (tmp_path / "docs_snapshot/venue/page.md").read_text() == "newer"
    assert "docs_snapshot/venue/old.md" not in tree(tmp_path)
    assert len(tree(tmp_path)) == 6


def test_a_publication_that_fails_halfway_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path)
    before = tree(tmp_path)
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if Path(target).parent.name == "schemas" and Path(target).name == "venue":
            monkeypatch.undo()
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(InputError, match="Permission denied"):
        build(tmp_path, force=True, content="newer")
    assert tree(tmp_path) == before
    assert (tmp_path / "docs_snapshot/venue/page.md").read_text() == "new"


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "docs_snapshot").touch()
    with pytest.raises(InputError, match="cannot be made"):
        build(tmp_path)
    assert tree(tmp_path) == ["docs_snapshot"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "-x", "é", "x" * 65, "x\n", ".x"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with (
        pytest.raises(UsageError, match="no name for an exchange"),
        staging(tmp_path, tmp_path / "schemas" / "x", name, force=True),
    ):
        pass
    assert tree(tmp_path) == []
