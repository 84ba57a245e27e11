"""States of the pages: paths first, then revisions, read without touching the work tree."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.errors import ConformanceError, InputError, UsageError
from conformance.pages import revisions
from conformance.pages.gitprogram import Blob
from conformance.pages.revisions import StateSources, open_states

MANIFEST = 'title = "A"\n[[page]]\npath = "en/x.md"\nlanguage = "en"\nsha256 = "00"\n'
Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository with two revisions of a page, the current folder in it."""
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> str:
        who = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "init.defaultBranch=main",
        ]
        command = ["git", *who, "-c", "protocol.file.allow=always", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)  # noqa: S603
        return done.stdout.strip()

    run("init", "-q")
    pages = tmp_path / "docs_snapshot/a/en"
    pages.mkdir(parents=True)
    (tmp_path / "docs_snapshot/a/exchange.toml").write_text(MANIFEST)
    (tmp_path / "readme.md").write_text("# Not a page of an exchange\n")
    for number in (1, 2):
        (pages / "x.md").write_text(f"# Page {number}\n")
        run("add", "-A")
        run("commit", "-q", "-m", str(number))
        run("tag", f"v{number}")
    return run


def texts(state: StateSources) -> dict[str, str]:
    return {p.place: p.source.path.read_text("utf-8") for p in state.pages}


def opened(old: str, new: str, **options: object) -> list[tuple[dict[str, str], StateSources]]:
    with open_states(old, new, **options) as states:  # type: ignore[arg-type]
        return [(texts(state), state) for state in states]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("v1", "v2", "a/en/x.md"),
        ("HEAD~1", "HEAD", "a/en/x.md"),
        ("v1", ".", "a/en/x.md"),
        ("v1", "docs_snapshot", "a/en/x.md"),
        ("v1", "docs_snapshot/a", "en/x.md"),
        ("v1:docs_snapshot/a", "v2", "en/x.md"),
        ("v1:docs_snapshot/a/en/x.md", "docs_snapshot/a/en/x.md", "x.md"),
        ("v1", "docs_snapshot/a/en/x.md", "x.md"),
    ],
)
def test_what_is_compared(git: Git, old: str, new: str, place: str) -> None:
    before, after = opened(old, new)
    assert before[0] == {place: "# Page 1\n"}
    assert after[0] == {place: "# Page 2\n"}


def test_names_are_those_of_git_and_the_exchange_is_the_folder(git: Git) -> None:
    (_, old), (_, new) = opened("v1", ".")
    assert old.pages[0].source.page == "v1:docs_snapshot/a/en/x.md"
    assert new.pages[0].source.page == "docs_snapshot/a/en/x.md"
    assert {s.pages[0].source.exchange for s in (old, new)} == {"a"}
    assert {s.pages[0].source.language for s in (old, new)} == {"en"}
    assert old.file_of(old.pages[0]) == Path.cwd() / "docs_snapshot/a/en/x.md"


def test_the_work_tree_is_not_touched(git: Git) -> None:
    before = git("status", "--porcelain=v2", "--branch")
    Path("docs_snapshot/a/en/x.md").write_text("# Edited\n")
    opened("v1", "v2")
    assert Path("docs_snapshot/a/en/x.md").read_text() == "# Edited\n"
    git("checkout", "--", ".")
    assert git("status", "--porcelain=v2", "--branch") == before


def test_a_path_wins_over_a_revision_and_a_colon_always_means_git(git: Git) -> None:
    folder = Path("v1")
    folder.mkdir()
    (folder / "y.md").write_text("# A folder\n")
    assert opened("v1", "v2:readme.md")[0][0] == {"y.md": "# A folder\n"}
    assert opened("v1:docs_snapshot", "v2")[0][0] == {"a/en/x.md": "# Page 1\n"}


def test_one_exchange(git: Git) -> None:
    other = Path("docs_snapshot/b/en")
    other.mkdir(parents=True)
    (other / "z.md").write_text("# Z\n")
    (other.parent / "exchange.toml").write_text(MANIFEST.replace("x.md", "z.md"))
    assert set(opened("v1", ".", exchanges=["a"])[1][0]) == {"a/en/x.md"}
    with pytest.raises(UsageError, match="v1: no exchange 'b' there"):
        opened("v1", ".", exchanges=["b"])


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ("nope", "no such file or folder, and no revision"),
        ("--help", "no such file or folder, and no revision"),
        ("v1:../x", "leads out of the repository"),
        ("v1:/etc", "leads out of the repository"),
        ("v1:nope", "v1: holds no nope"),
        ("v1:docs_snap", "v1: holds no docs_snap"),
    ],
)
def test_what_is_not_there(git: Git, old: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        opened(old, ".")


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(UsageError, match="is in no git repository"):
        opened("v1", ".")


def test_no_git_program(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match="git, which is not installed"):
        opened("v1", ".")


def test_a_shallow_clone_says_so(git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("clone", "-q", "--depth", "1", f"file://{tmp_path}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    with pytest.raises(UsageError, match="git fetch --unshallow"):
        opened("HEAD~1", "HEAD")


def test_links_and_submodules_are_problems_not_pages(git: Git) -> None:
    Path("docs_snapshot/a/en/link.md").symlink_to("x.md")
    git("add", "-A")
    git(
        "update-index",
        "--add",
        "--cacheinfo",
        f"160000,{git('rev-parse', 'v1')},docs_snapshot/sub.md",
    )
    git("commit", "-q", "-m", "more")
    (before, state), _ = opened("HEAD", "v1")
    assert set(before) == {"a/en/x.md"}
    assert {p.reason.partition(":")[0] for p in state.problems} == {
        "a symbolic link",
        "a submodule",
    }
    assert set(state.unread) == {"a/en/link.md", "sub.md"}
    with pytest.raises(InputError, match="a symbolic link"):
        opened("HEAD:docs_snapshot/a/en/link.md", "v1")
    with pytest.raises(InputError, match="a submodule"):
        opened("HEAD:docs_snapshot/sub.md", "v1")


def test_a_large_file_that_is_elsewhere(git: Git) -> None:
    Path("docs_snapshot/a/en/x.md").write_text("version https://git-lfs.github.com/spec/v1\n")
    git("commit", "-q", "-a", "-m", "large")
    (_, state), _ = opened("HEAD", "v1")
    assert state.problems[0].reason == "its content is not in this clone"


def test_too_much_is_refused(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "_MOST_PAGES", 1)
    with pytest.raises(InputError, match="name a smaller folder"):
        opened("v1", ".")
    monkeypatch.setattr(revisions, "_MOST_PAGES", 10)
    monkeypatch.setattr(revisions, "_LARGEST", 3)
    (_, state), _ = opened("v1", ".")
    assert {p.reason for p in state.problems} == {"larger than 3 bytes"}


@pytest.mark.parametrize("path", ["../x.md", "a/../../x.md", "/x.md", "a//x.md", "a\\..\\x.md"])
def test_a_crafted_tree_writes_nowhere_else(tmp_path: Path, path: str) -> None:
    with pytest.raises(InputError, match="leads out of its folder"):
        revisions._write(tmp_path / "put", Blob("100644", "0" * 40, 1, path).path, b"x")
    assert not (tmp_path / "x.md").exists()


def test_hooks_filters_and_attributes_are_not_obeyed(git: Git) -> None:
    Path(".gitattributes").write_text("*.md filter=evil export-ignore export-subst\n")
    git("config", "filter.evil.smudge", "touch ran")
    git("config", "filter.evil.clean", "cat")
    git("add", ".gitattributes")
    git("commit", "-q", "-m", "attributes")
    assert opened("HEAD", "v1")[0][0] == {"a/en/x.md": "# Page 2\n"}
    assert not Path("ran").exists()


def test_names_of_every_kind(git: Git) -> None:
    strange = Path('docs_snapshot/a/en/sp ace ünï "quoted".md')
    strange.write_text("# Strange\n")
    git("add", "-A")
    git("commit", "-q", "-m", "strange")
    assert 'a/en/sp ace ünï "quoted".md' in opened("HEAD", "v1")[0][0]


def test_nothing_is_left_behind(git: Git) -> None:
    with open_states("v1", "v2") as (old, _):
        path = old.pages[0].source.path
        assert path.exists()
    assert not path.exists()
    with pytest.raises(ConformanceError):
        opened("v1", "v2:nope")
