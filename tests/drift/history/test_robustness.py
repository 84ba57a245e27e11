"""Whatever a history lies in or is turned into: a word on what to do, and nothing lost."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import sqlite3
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from conformance.drift.history import database
from conformance.drift.history.store import open_history
from conformance.errors import ConformanceError, InputError, UsageError
from tests.drift.history.conftest import SERVER, needs_postgresql
from tests.drift.history.nights import run

_NOBODY = 65534


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A history with three nights."""
    path = tmp_path / "history.sqlite"
    for number in range(3):
        open_history(str(path)).remember(run(number, "abc"[: number + 1]))
    return path


def _zeroed(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:8192] + bytes(len(data) - 8192))


def _foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE places (url TEXT)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda path: path.write_bytes(b""), "is empty.*restore it"),
        (lambda path: path.write_text("title = 'no database'\n" * 50), "no SQLite database"),
        (lambda path: path.write_bytes(path.read_bytes()[:20_000]), "damaged.*restore"),
        (_zeroed, "damaged.*restore"),
        (_foreign, "SQLite database of something else"),
    ],
    ids=["empty", "text", "truncated", "zeroed", "foreign"],
)
def test_a_spoiled_file_is_told_and_left_alone(
    file: Path, spoil: Callable[[Path], None], why: str
) -> None:
    spoil(file)
    before = file.read_bytes()
    store = open_history(str(file))
    for ask in (lambda: store.remember(run(5)), store.runs, lambda: store.recall("venue")):
        with pytest.raises(InputError, match=f"{file.name}: .*{why}"):
            ask()
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is a folder"),
        ("nowhere/history.sqlite", "cannot be opened.*check that the folder exists"),
        ("file/history.sqlite", "cannot be opened"),
        ("a" * 300, "cannot be opened"),
    ],
)
def test_where_no_file_can_be(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InputError, match=why):
        open_history(str(tmp_path / name)).remember(run(0))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_any_byte_may_be_wrong(file: Path, tmp_path: Path) -> None:
    """Nothing but an error that says so comes of it, or an answer."""
    data, spoiled = file.read_bytes(), tmp_path / "spoiled.sqlite"
    errors = []
    for seed in range(60):
        dice = random.Random(seed)  # noqa: S311
        content = bytearray(data)
        for _ in range(dice.choice([1, 5, 50])):
            content[dice.randrange(len(content))] = dice.randrange(256)
        spoiled.write_bytes(content)
        store = open_history(str(spoiled))
        for ask in (store.runs, store.findings, lambda s=store: s.remember(run(9, "a"))):
            try:
                ask()
            except ConformanceError as error:
                errors.append(str(error))
    assert len(errors) > 20
    assert all(error.startswith(str(spoiled)) for error in errors)


def test_a_document_that_is_not_the_one_that_was_kept(file: Path) -> None:
    other = zlib.compress(b'{"rule":"a","severity":"info","operation":"","subject":""}')
    connection = sqlite3.connect(file)
    connection.execute("UPDATE conformance_payload SET content = ?", (other,))
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match=r"damaged: a document is not the one that was kept"):
        open_history(str(file)).recall("venue")


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that others may look into, with a history in it."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    open_history(str(folder / "history.sqlite")).remember(run(0, "a"))
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def _as_nobody(do: Callable[[], object]) -> object:
    """What ``do`` gives, or raises, to somebody who may not write everywhere."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(_NOBODY)
                os.setuid(_NOBODY)
            result: object = do()
        except BaseException as error:  # whatever it is, the parent is told
            result = f"{type(error).__name__}: {error}"
        os.write(writer, pickle.dumps(result))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pickle.loads(pipe.read())  # noqa: S301 - written above
    os.waitpid(child, 0)
    return told


@pytest.mark.parametrize("spare", ["history.sqlite", ""])
def test_a_history_that_may_only_be_read(shared: Path, spare: str) -> None:
    """Its file, or the folder it lies in: it is read, and not written to."""
    (shared / spare).chmod(0o444 if spare else 0o555)
    file = shared / "history.sqlite"
    if not spare and os.geteuid() == 0:
        os.chown(file, _NOBODY, _NOBODY)
    store = open_history(str(file))
    before = file.read_bytes()
    assert _as_nobody(lambda: len(store.runs())) == 1
    told = _as_nobody(lambda: store.remember(run(1)))
    assert str(told).startswith("InputError: ")
    assert "check the permissions of the file and of its folder" in str(told)
    assert file.read_bytes() == before
    assert len(store.runs()) == 1


def test_a_folder_nobody_may_write_to_gets_no_history(shared: Path) -> None:
    shared.chmod(0o555)
    told = _as_nobody(lambda: open_history(str(shared / "other.sqlite")).remember(run(0)))
    assert "cannot be opened" in str(told)
    assert not (shared / "other.sqlite").exists()


def _limited(monkeypatch: pytest.MonkeyPatch, pages: int) -> None:
    """Disks with room for so many pages of a database."""
    real = sqlite3.connect

    def connect(*args: object, **options: object) -> sqlite3.Connection:
        connection = real(*args, **options)  # type: ignore[call-overload]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", connect)


def test_a_full_disk(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = run(3, exchange="other", findings=run(3, map(str, range(3000))).findings)
    store = open_history(str(file))
    with monkeypatch.context() as patch:
        _limited(patch, 12)
        with pytest.raises(InputError, match=r"no room left on the disk.*make room"):
            store.remember(many)
    assert [each.exchange for each in store.runs()] == ["venue"] * 3
    store.remember(many)
    assert len(store.runs()) == 4


def test_a_disk_too_full_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _limited(monkeypatch, 3)
    with pytest.raises(InputError, match="no room left"):
        open_history(str(tmp_path / "history.sqlite")).remember(run(0))
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_never_ends_is_not_waited_for_for_ever(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PATIENCE", 0.1)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = open_history(str(file))
    with pytest.raises(InputError, match=r"others are writing.*run again"):
        store.remember(run(5))
    assert len(store.runs()) == 3, "who reads does not wait"
    other.close()
    store.remember(run(5))


def test_names_with_odd_characters(tmp_path: Path) -> None:
    for name in ("a?mode=ro#b", "a%41", "a b&c", "ü\udcff", "-", "a" * 240):
        store = open_history(str(tmp_path / name))
        store.remember(run(0, "a"))
        assert len(store.runs()) == 1
        assert (tmp_path / name).is_file()
    assert len(list(tmp_path.iterdir())) == 6


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    store = open_history("postgresql://user:s3cret@localhost/history")
    with pytest.raises(UsageError, match=r"docs-conformance\[postgresql\]") as refused:
        store.remember(run(0))
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("ask", ["remember", "runs"])
def test_a_server_that_is_not_there(ask: str) -> None:
    pytest.importorskip("psycopg")
    store = open_history("postgresql://user:s3cret@127.0.0.1:1/history")
    with pytest.raises(InputError, match=r"cannot be reached.*check host") as refused:
        store.remember(run(0)) if ask == "remember" else store.runs()
    assert "s3cret" not in str(refused.value)


@needs_postgresql
def test_a_database_that_is_not_there() -> None:
    url = sa.make_url(SERVER).set(database="there_is_none", password="s3cret")  # noqa: S106
    store = open_history(url.render_as_string(hide_password=False))
    with pytest.raises(InputError) as refused:
        store.runs()
    assert "there_is_none" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_server_that_only_lets_read(postgresql: str) -> None:
    store = open_history(postgresql)
    store.remember(run(0, "a"))
    read_only = sa.make_url(postgresql)
    options = f"{read_only.query['options']} -cdefault_transaction_read_only=on"
    read_only = read_only.update_query_dict({"options": options})
    reader = open_history(read_only.render_as_string(hide_password=False))
    assert len(reader.runs()) == 1
    with pytest.raises(InputError, match="read-only"):
        reader.remember(run(1))
    assert len(store.runs()) == 1


def test_a_server_with_an_empty_database_is_begun_by_the_first_to_ask(postgresql: str) -> None:
    assert open_history(postgresql).runs() == ()
