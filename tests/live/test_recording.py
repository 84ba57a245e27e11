"""Cassettes: read back as they were, without secrets, old or new and never half."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.errors import InputError
from conformance.evidence.loading import read_evidence
from conformance.evidence.manifest import read_manifest, refresh_manifest
from conformance.evidence.replay import replay
from conformance.live.recording import Recording, RecordingSource, cassette, write_recordings
from conformance.live.redact import Redactor, SecretInAnswerError
from conformance.live.secrets import SecretNames
from conformance.model.interaction import Interaction, Origin, Reply, Request
from tests.forks import fork

KEY = "access-key-4f1d20c7"
SOURCE = RecordingSource(
    title="Venue, orders", origin=Origin.LIVE, date="2026-11-21", docs="ab" * 32
)


def redactor() -> Redactor:
    return Redactor(SecretNames(), (KEY,))


def answer(body: bytes, sent: bytes = b"") -> Interaction:
    url = "https://api.venue.example/orders?a=%20b"
    return Interaction(
        request=Request(method="GET", url=url, headers=(("X-Note", "x"),), body=sent),
        reply=Reply(status=200, headers=(("Content-Type", "application/json"),), body=body),
        origin=Origin.LIVE,
        where="live:venue#0",
        date="2026-11-21",
    )


def recording(*bodies: bytes, case: str = "valid") -> Recording:
    return Recording(case=case, interactions=[answer(b) for b in bodies], note="As documented.")


def bodies(folder: Path) -> list[bytes]:
    evidence = read_evidence(folder)
    assert evidence.problems == ()
    return [i.reply.body for i in evidence.interactions]


def test_what_was_written_is_read_and_replayed(tmp_path: Path) -> None:
    (path,) = write_recordings(tmp_path / "new", [recording(b"{}", b"[1]")], SOURCE, redactor())
    evidence = read_evidence(tmp_path / "new")
    assert evidence.problems == ()
    assert [i.reply.body for i in evidence.interactions] == [b"{}", b"[1]"]
    assert {i.origin for i in evidence.interactions} == {Origin.LIVE}
    assert {i.date for i in evidence.interactions} == {"2026-11-21"}
    assert "placeholders" in evidence.interactions[0].note
    assert tuple(replay(path)) == evidence.interactions
    assert read_manifest(path.parent).cassettes[0].docs == "ab" * 32


@given(body=st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_any_body_is_kept_to_the_octet(body: bytes, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("any")
    done = Recording(case="valid", interactions=[answer(body, body)], note="x")
    write_recordings(folder, [done], SOURCE, redactor())
    (read,) = read_evidence(folder).interactions
    assert (read.reply.body, read.request and read.request.body) == (body, body)


def test_a_new_recording_takes_the_place_of_the_old(tmp_path: Path) -> None:
    write_recordings(
        tmp_path, [recording(b"1"), recording(b"2", case="invalid")], SOURCE, redactor()
    )
    write_recordings(tmp_path, [recording(b"3")], SOURCE, redactor())
    assert bodies(tmp_path) == [b"3"]
    assert len(list(tmp_path.iterdir())) == 2
    assert refresh_manifest(tmp_path) == ()


@pytest.mark.parametrize(
    "name", [KEY, KEY.upper(), "YWNjZXNzLWtleS00ZjFkMjBjNw==", "access%2Dkey-4f1d20c7"]
)
def test_a_secret_that_came_through_is_not_kept(tmp_path: Path, name: str) -> None:
    """As the name of a header that was sent, of which only the value is ever replaced."""
    write_recordings(tmp_path, [recording(b"old")], SOURCE, redactor())
    sent = Request(method="GET", url="https://api.venue.example/orders", headers=((name, "x"),))
    told = replace(answer(b"{}"), request=sent)
    other = Recording(case="x", interactions=[told], note="As documented.")
    with pytest.raises(InputError, match="a secret was in it: removed") as failed:
        write_recordings(tmp_path, [recording(b"new"), other], SOURCE, redactor())
    assert KEY not in str(failed.value)
    assert bodies(tmp_path) == [b"old"]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=200, headers=((KEY, "x"),)),
        Reply(status=200, headers=(("X-A", KEY[:9]), ("X-B", KEY[9:]))),
        Reply(status=200, body=KEY[::-1].encode()),
    ],
)
def test_an_answer_with_a_secret_in_disguise_is_not_stored(tmp_path: Path, reply: Reply) -> None:
    write_recordings(tmp_path, [recording(b"old")], SOURCE, redactor())
    told = replace(answer(b"{}"), reply=reply)
    other = Recording(case="x", interactions=[told], note="As documented.")
    with pytest.raises(SecretInAnswerError, match="the answer is not stored") as failed:
        write_recordings(tmp_path, [recording(b"new"), other], SOURCE, redactor())
    assert not redactor().leaks(str(failed.value).encode())
    assert bodies(tmp_path) == [b"old"]


def test_what_is_learned_late_is_replaced_in_what_came_before(tmp_path: Path) -> None:
    safe = redactor()
    came = [b'{"order": "of acc-77-4411"}', b'{"account_id": "acc-77-4411"}']
    seen = [safe.interaction(answer(body)) for body in came]
    told = Recording(case="valid", interactions=seen, note="As documented.")
    (path,) = write_recordings(tmp_path, [told], SOURCE, safe)
    assert b"acc-77-4411" not in path.read_bytes()


def test_a_secret_in_a_note_is_not_written(tmp_path: Path) -> None:
    noted = Recording(case="valid", interactions=[answer(b"{}")], note=f"with {KEY}")
    with pytest.raises(InputError, match="not written"):
        write_recordings(tmp_path / "a", [noted], SOURCE, redactor())
    assert list(tmp_path.iterdir()) == []


def test_what_an_interrupted_recording_leaves_is_nothing_to_a_reader(tmp_path: Path) -> None:
    """Killed before the manifest was replaced, and before there was one."""
    write_recordings(tmp_path / "a", [recording(b"old")], SOURCE, redactor())
    (other,) = write_recordings(tmp_path / "b", [recording(b"new")], SOURCE, redactor())
    (tmp_path / "a" / other.name).write_bytes(other.read_bytes())
    (tmp_path / "b" / "manifest.toml").unlink()
    assert bodies(tmp_path / "a") == [b"old"]
    assert read_evidence(tmp_path / "b").interactions == ()
    write_recordings(tmp_path / "a", [recording(b"3")], SOURCE, redactor())
    assert len(list((tmp_path / "a").iterdir())) == 2


def test_any_other_file_that_is_not_listed_is_still_told(tmp_path: Path) -> None:
    write_recordings(tmp_path, [recording(b"old")], SOURCE, redactor())
    (tmp_path / "by-hand.yaml").write_bytes(cassette([answer(b"x")]))
    (tmp_path / "valid.00000000.yaml").write_bytes(cassette([answer(b"x")]))
    assert len(read_evidence(tmp_path).problems) == 2


def _write_forever(folder: Path, start: int, told: int) -> NoReturn:
    """Write one recording after the other; a byte for each to the file ``told``."""
    for n in itertools.count(start):
        body = b"%d" % n * 20_000
        recordings = [recording(body, body), recording(body, case="x")]
        write_recordings(folder, recordings, SOURCE, redactor())
        os.write(told, b".")
    os._exit(1)


@contextmanager
def _writer(folder: Path, start: int = 0) -> Iterator[IO[bytes]]:
    """A process that writes until the context ends, which kills it; what it tells."""
    reading, told = os.pipe()
    process = fork(partial(_write_forever, folder, start, told))
    os.close(told)
    with os.fdopen(reading, "rb", buffering=0) as heard:
        try:
            yield heard
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def test_of_two_writers_one_writes_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "cassettes"
    with _writer(folder, 1000) as first, _writer(folder, 5000) as second:
        for writer in (first, second):
            assert all(writer.read(1) for _ in range(4))
    found = bodies(folder)
    assert len(found) == 3
    assert len(set(found)) == 1, "all of one run"


def test_killed_at_any_moment_the_old_or_the_new_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "cassettes"
    for turn in range(6):
        with _writer(folder) as writer:
            assert writer.read(1)
            time.sleep(0.011 * turn)
        found = bodies(folder)
        assert len(found) == 3
        assert len(set(found)) == 1, "all of one run"
    write_recordings(folder, [recording(b"3")], SOURCE, redactor())
    assert len(list(folder.iterdir())) == 2
