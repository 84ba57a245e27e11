"""A git repository, read through the git program: objects by name, nothing else.

Only plumbing that prints objects is run (``rev-parse``, ``ls-tree``, ``cat-file``): no hook,
filter or attribute of the repository is obeyed, nothing is fetched, nothing is written.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

from conformance.errors import InputError, UsageError

_SECONDS: Final = 60
"""Longest time for one answer of git."""
_MOST_LISTED: Final = 64 * 2**20
"""Bytes of a listing; some 500,000 files."""
_QUIET: Final = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
}


class Blob(Struct, frozen=True):
    """An entry of a tree, at any depth."""

    mode: str
    """``100644``, ``100755``, ``120000`` for a symbolic link, ``160000`` for a submodule."""
    oid: str
    size: int
    """Bytes; 0 for what has none."""
    path: str
    """From the root of the repository, with forward slashes."""


class Repository(Struct, frozen=True):
    """A repository with a work tree."""

    root: Path
    program: str

    def commit(self, revision: str) -> str:
        """The object name of a commit.  Raises UsageError: there is none, or not in this clone."""
        options = ("--verify", "--quiet", "--end-of-options")
        result = self._run("rev-parse", *options, f"{revision}^{{commit}}")
        name = result.stdout.decode("ascii", "replace").strip()
        if result.returncode == 0 and name:
            return name
        if self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
            hint = "the clone is shallow: git fetch --unshallow brings the history in"
        else:
            hint = "name a path that exists, a branch, a tag or a commit"
        what = f"{revision}: no such file or folder, and no revision in {self.root}"
        raise UsageError(what, hint=hint)

    def entries(self, commit: str, path: str) -> list[Blob]:
        """All files at or below ``path`` (empty: the whole tree).  Raises InputError: too many, or
        git fails."""
        pathspec = ["--", path] if path else []
        listing = self._listing("ls-tree", "-r", "-z", "--long", "--full-tree", commit, *pathspec)
        return [_read_entry(line) for line in listing.split(b"\0") if line]

    def contents(self, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, bytes | None]]:
        """The bytes of each; None for what is not in this clone.  Raises InputError: git stopped
        answering."""
        with (
            self._start("cat-file", "--batch") as process,
            _open_pipes(process) as (requests, answers),
        ):
            try:
                for blob in blobs:
                    requests.write(f"{blob.oid}\n".encode())
                    requests.flush()
                    yield blob, _read_content(answers)
            except OSError as error:
                raise InputError(f"{self.root}: git stopped answering: {error}") from error

    def _run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603
                [self.program, "--literal-pathspecs", "-C", str(self.root), *words],
                capture_output=True,
                check=False,
                stdin=subprocess.DEVNULL,
                timeout=_SECONDS,
                env=os.environ | _QUIET,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise InputError(f"{self.root}: git {words[0]} failed: {error}") from error

    def _listing(self, *words: str) -> bytes:
        with self._start(*words) as process, _open_pipes(process) as (_, answer):
            output = answer.read(_MOST_LISTED + 1)
            if len(output) > _MOST_LISTED:
                process.kill()
                raise InputError(f"{self.root}: too many files", hint="name a folder, REV:path")
        if process.returncode:
            raise InputError(f"{self.root}: git {words[0]} failed", hint="see git fsck")
        return output

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603
            [self.program, "--literal-pathspecs", "-C", str(self.root), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | _QUIET,
        )


@contextmanager
def _open_pipes(process: subprocess.Popen[bytes]) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    if process.stdin is None or process.stdout is None:
        raise InputError("git was started without pipes")
    try:
        yield process.stdin, process.stdout
    finally:
        process.stdin.close()


def find_repository(start: Path) -> Repository | None:
    """The repository whose work tree ``start`` is in, if any.  Raises InputError: git is missing or
    refuses."""
    program = shutil.which("git")
    if program is None:
        raise InputError("revisions are read with git, which is not installed")
    folder = start if start.is_dir() else start.parent
    result = Repository(folder, program)._run("rev-parse", "--show-toplevel")
    if result.returncode == 0:
        return Repository(Path(os.fsdecode(result.stdout.rstrip(b"\n"))), program)
    why = result.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    if "not a git repository" in why or "must be run in a work tree" in why:
        return None
    raise InputError(f"{folder}: git refuses: {why.removeprefix('fatal: ')}")


def _read_entry(line: bytes) -> Blob:
    """``mode type oid size<TAB>path``."""
    meta, _, path = line.partition(b"\t")
    mode, _, oid, size = meta.split()
    return Blob(mode.decode(), oid.decode(), int(size) if size.isdigit() else 0, os.fsdecode(path))


def _read_content(answer: IO[bytes]) -> bytes | None:
    """``oid type size``, the bytes, a newline; or ``oid missing``."""
    head = answer.readline().split()
    if len(head) != 3:
        if len(head) == 2 and head[1] == b"missing":
            return None
        raise OSError("an answer that makes no sense")
    content = answer.read(int(head[2]))
    answer.read(1)
    return content
