"""Finding docs_snapshot/, and the exchanges in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import InputError, UsageError
from conformance.pages.exchange import exchange_folder, find_known_exchanges, find_root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("zeta", "alpha"):
        (tmp_path / "docs_snapshot" / name / "en").mkdir(parents=True)
        (tmp_path / "docs_snapshot" / name / "exchange.toml").touch()
    (tmp_path / "docs_snapshot/README.md").touch()
    (tmp_path / "docs_snapshot/.hidden").mkdir()
    (tmp_path / "docs_snapshot/left-over/en").mkdir(parents=True)
    return tmp_path


def test_found_from_below(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "docs_snapshot/zeta/en")
    assert find_root() == root


def test_given(root: Path) -> None:
    assert find_root(root) == root
    assert find_root(root / "docs_snapshot") == root


@pytest.mark.parametrize("name", ["docs_snapshot/zeta", "missing"])
def test_given_wrongly(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match="holds no docs_snapshot/"):
        find_root(root / name)


def test_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="--docs-root"):
        find_root()


def test_names_are_sorted_and_empty_folders_are_nothing(root: Path) -> None:
    assert find_known_exchanges(root) == ("alpha", "zeta")
    assert exchange_folder(root, "zeta") == root / "docs_snapshot/zeta"


@pytest.mark.parametrize("name", ["beta", "", ".", "../docs_snapshot/zeta", "left-over"])
def test_an_unknown_name_lists_the_known_ones(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match="alpha, zeta"):
        exchange_folder(root, name)


def test_pages_without_a_manifest_are_not_overlooked(root: Path) -> None:
    (root / "docs_snapshot/left-over/en/page.md").touch()
    with pytest.raises(InputError, match=r"left-over: pages without exchange\.toml"):
        find_known_exchanges(root)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        find_known_exchanges(tmp_path)
