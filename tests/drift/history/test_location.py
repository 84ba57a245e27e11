"""What names a history, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from conformance.drift.history.location import explain_errors, parse_location
from conformance.errors import InputError, UsageError


@pytest.mark.parametrize(
    ("given", "file"),
    [
        ("history.sqlite", "history.sqlite"),
        ("a folder/ü%20.db", "a folder/ü%20.db"),
        ("/srv/history.sqlite", "/srv/history.sqlite"),
        ("sqlite:///history.sqlite", "history.sqlite"),
        ("sqlite:////srv/history.sqlite", "/srv/history.sqlite"),
        ("sqlite+pysqlite:///history.sqlite", "history.sqlite"),
        ("postgresql:history", "postgresql:history"),
    ],
)
def test_files(given: str, file: str) -> None:
    assert parse_location(given).file == Path(file)
    assert str(parse_location(given)) == file


def test_the_home_folder_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert parse_location("~/history.sqlite").file == Path("/home/somebody/history.sqlite")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_servers(scheme: str) -> None:
    found = parse_location(
        f"{scheme}://us%40er:s3cr%2Fet@db.example.com:5433/history?sslmode=require"
    )
    assert found.file is None
    assert found.url is not None
    assert found.url.drivername == "postgresql+psycopg"
    assert (found.url.username, found.url.password) == ("us@er", "s3cr/et")
    assert "s3cr" not in str(found)
    assert "s3cr" not in repr(found)
    assert "db.example.com:5433/history" in str(found)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "no history is named"),
        ("  ", "no history is named"),
        ("a\0b", "no history is named"),
        ("mysql://user:s3cret@host/db", "mysql: no history is kept in such a database"),
        ("https://user:s3cret@host/db", "https: no history is kept in such a database"),
        ("postgresql://user:s3cret@host:port/db", "postgresql://…: no database URL"),
        ("postgresql+nothing://user:s3cret@[::1/db", "postgresql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://user:s3cret@host/file", "names no file"),
        ("sqlite:///file?mode=ro", "names no file"),
    ],
)
def test_what_is_no_place_is_refused_without_a_word_of_its_password(given: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        parse_location(given)
    assert "s3cret" not in str(refused.value)


def test_a_password_among_the_settings_is_not_told_either() -> None:
    found = parse_location(
        "postgresql://u:s3cr1@h/db?password=s3cr2&sslpassword=s3cr3&sslmode=require"
    )
    for told in (str(found), repr(found)):
        assert "s3cr" not in told
        assert "sslmode=require" in told
    assert found.secrets() == {"s3cr1", "s3cr2", "s3cr3"}
    assert parse_location("history.db").secrets() == frozenset()


def test_what_a_server_says_is_told_without_passwords(tmp_path: Path) -> None:
    where = parse_location("postgresql://h/db?password=s3cr2")
    with pytest.raises(InputError, match=r"\*\*\*") as told, explain_errors(where):
        raise DBAPIError("", {}, Exception("no entry for s3cr2"))
    assert "s3cr2" not in str(told.value)
