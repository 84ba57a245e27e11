"""Pages given on the command line: which files, under which names, and what of the rest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.errors import InputError
from conformance.pages.sources import Sources, find_sources


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of docs as people have them; the test runs beside it."""
    for name in (
        "docs/en/orders.md",
        "docs/en/v2/orders.HTML",
        "docs/ko/orders.mdx",
        "docs/zh-TW/orders.txt",
        "docs/ws/feed.htm",
        "docs/README.md",
        "docs/openapi.json",
        "docs/.git/config.md",
        "docs/.hidden.md",
        "snap/venue/exchange.toml",
        "snap/venue/known_drift.toml",
        "snap/venue/README.md",
        "snap/venue/en/orders.md",
        "snap/venue/en/README.md",
        "snap/README.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*paths: str) -> list[str]:
    return [page.page for page in find_sources(map(Path, paths)).pages]


def test_a_folder_names_pages_by_their_place_in_it(tree: Path) -> None:
    assert names("docs") == [
        "README.md",
        "en/orders.md",
        "en/v2/orders.HTML",
        "ko/orders.mdx",
        "ws/feed.htm",
        "zh-TW/orders.txt",
    ]


def test_a_file_is_named_by_its_file_name(tree: Path) -> None:
    assert names("docs/en/orders.md") == ["orders.md"]


def test_a_file_given_itself_needs_no_suffix(tree: Path) -> None:
    assert names("docs/openapi.json") == ["openapi.json"]


def test_a_file_reached_twice_is_read_once(tree: Path) -> None:
    assert names("docs/en", "docs/en/orders.md", "docs/./en") == ["orders.md", "v2/orders.HTML"]


def test_pages_of_one_name_are_told_apart(tree: Path) -> None:
    (tree / "docs/ko/orders.md").touch()
    assert names("docs/en", "docs/ko") == [
        "docs/en/orders.md",
        "v2/orders.HTML",
        "docs/ko/orders.md",
        "orders.mdx",
    ]
    assert names("docs/en/orders.md", "docs/ko/orders.md") == [
        "docs/en/orders.md",
        "docs/ko/orders.md",
    ]


def test_languages_come_from_folder_names(tree: Path) -> None:
    languages = {page.page: page.language for page in find_sources([tree / "docs"]).pages}
    assert languages["en/v2/orders.HTML"] == "en"
    assert languages["zh-TW/orders.txt"] == "zh-TW"
    assert languages["ws/feed.htm"] == ""
    assert [page.language for page in find_sources([tree / "docs/ko"]).pages] == ["ko"]
    assert [page.language for page in find_sources([tree / "docs/ko/orders.mdx"]).pages] == ["ko"]


@pytest.mark.parametrize(
    "given", ["snap", "snap/venue", "snap/venue/en", "snap/venue/en/orders.md"]
)
def test_an_exchange_is_the_nearest_folder_with_a_manifest(tree: Path, given: str) -> None:
    assert {page.exchange for page in find_sources([Path(given)]).pages} == {"venue"}


def test_a_snapshots_own_files_are_no_pages(tree: Path) -> None:
    assert names("snap") == ["venue/en/README.md", "venue/en/orders.md"]
    assert find_sources([Path("snap")]).skipped == ()


def test_what_is_no_page_by_its_name_is_listed(tree: Path) -> None:
    (skipped,) = find_sources([Path("docs")]).skipped
    assert (skipped.path, skipped.reason) == (
        Path("docs/openapi.json"),
        "no OpenAPI or Swagger document, or one extracted from pages",
    )


@pytest.mark.parametrize(
    ("name", "content", "is_page"),
    [
        ("api.json", '{"openapi": "3.0.0", "paths": {}}', True),
        ("api.json", '{"info": {"title": "t"},\n "swagger": "2.0"}', True),
        ("api.yaml", "# ours\nopenapi: 3.1.0\npaths: {}\n", True),
        ("api.yml", "'swagger': '2.0'\n", True),
        ("api.json", '{"name": "swagger", "openapi": "yes"}', False),
        ("api.yaml", "services:\n  openapi: 3\n", False),
        ("api.json", '{"openapi": "3.1.0", "x-documented-at": "a.md:1"}', False),
        ("api.toml", 'openapi = "3.1.0"', False),
    ],
)
def test_a_specification_is_a_page_by_what_it_begins_with(
    tmp_path: Path, name: str, content: str, is_page: bool
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    found = find_sources([tmp_path])
    assert [page.page for page in found.pages] == ([name] if is_page else [])
    assert len(found.skipped) == (not is_page)


BINARY = {
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", True),
    "zeros": (b"\0" * 100, True),
    "UTF-16 without a mark": ("# page".encode("utf-16-le"), True),
    "UTF-16 with a mark": ("# page".encode("utf-16"), False),
    "one stray NUL": (b"# A page with a damaged\0 heading\n", False),
    "Latin-1": (b"# caf\xe9\n", False),
    "a character cut at the sniffed end": (b"\0" + b" " * 8190 + "é".encode(), False),
    "empty": (b"", False),
}


@pytest.mark.parametrize(("content", "binary"), BINARY.values(), ids=BINARY)
def test_binary_under_a_pages_name_is_a_problem(
    tmp_path: Path, content: bytes, binary: bool
) -> None:
    (tmp_path / "page.md").write_bytes(content)
    for given in (tmp_path, tmp_path / "page.md"):
        found = find_sources([given])
        assert [problem.page for problem in found.problems] == ["page.md"] * binary
        assert [page.page for page in found.pages] == ["page.md"] * (not binary)


def test_links_are_followed_once_and_loops_end(tree: Path) -> None:
    (tree / "docs/aaa").symlink_to("en", target_is_directory=True)
    (tree / "docs/en/up").symlink_to("..", target_is_directory=True)
    (tree / "docs/en/out").symlink_to("../../snap/venue/en", target_is_directory=True)
    assert names("docs/en") == [
        "orders.md",
        "out/README.md",
        "out/orders.md",
        "v2/orders.HTML",
    ]
    assert names("docs")[:3] == ["README.md", "en/orders.md", "en/out/README.md"]


@pytest.mark.parametrize("target", ["..", "../..", "/"])
def test_a_link_to_a_folder_around_leads_to_everything_and_is_not_followed(
    tree: Path, target: str
) -> None:
    (tree / "docs/en/up").symlink_to(target, target_is_directory=True)
    found = find_sources([Path("docs/en")])
    assert [page.page for page in found.pages] == ["orders.md", "v2/orders.HTML"]
    assert [(str(skipped.path), skipped.reason) for skipped in found.skipped] == [
        ("docs/en/up", "a link to a folder around it")
    ]


def test_links_to_nowhere_and_pipes_are_problems(tmp_path: Path) -> None:
    (tmp_path / "broken.md").symlink_to("nowhere.md")
    (tmp_path / "self.md").symlink_to("self.md")
    os.mkfifo(tmp_path / "pipe.md")
    found = find_sources([tmp_path])
    assert found.pages == ()
    assert {problem.page: problem.reason for problem in found.problems} == {
        "broken.md": "a link that leads nowhere",
        "pipe.md": "no regular file",
        "self.md": "a link that leads nowhere",
    }


def test_what_cannot_be_opened_is_a_problem(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(Path, "open", refuse)
    found = find_sources([tree / "docs/en"])
    assert [problem.reason for problem in found.problems] == ["Permission denied"] * 2


def test_a_folder_that_cannot_be_listed_is_a_problem(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    (problem,) = find_sources([tree / "docs"]).problems
    assert (problem.path, problem.reason) == (tree / "docs", "Permission denied")


def test_a_name_that_is_not_utf8_can_be_printed(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")).touch()
    except OSError:
        pytest.skip("this file system has UTF-8 names only")
    assert [page.page for page in find_sources([tmp_path]).pages] == ["caf\\xe9.md"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        find_sources([tmp_path / "missing"])


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert find_sources([tmp_path]) == Sources()


def test_five_hundred_folders_deep(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 500)
    deep.mkdir(parents=True)
    (deep / "page.md").touch()
    assert names(str(tmp_path)) == ["d/" * 500 + "page.md"]
