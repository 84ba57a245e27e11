"""Two states of the pages: folders, files, or revisions of a git repository.

A name is looked for as a path first, then as a revision; ``REV:path`` is always a revision, its
path counted from the root of the repository.  A revision alone stands for what the other state
is, as it was then, or for the project's ``docs_snapshot/``.  A folder that holds
``docs_snapshot/`` stands for that.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import InputError, UsageError
from conformance.pages import sources
from conformance.pages.exchange import KNOWN_DRIFT, MANIFEST, SNAPSHOT, has_manifest
from conformance.pages.files import page_name
from conformance.pages.gitprogram import Blob, Repository, find_repository

_MOST_PAGES: Final = 20_000
_LARGEST: Final = 64 * 2**20
_MOST_BYTES: Final = 512 * 2**20
_LARGE_FILE_POINTER: Final = b"version https://git-lfs.github.com/spec/"


class StateSources(sources.SideSources, frozen=True, kw_only=True):
    """The pages of one state."""

    single: bool = False
    """Whether a single file was named."""
    stored: tuple[Path, Path] | None = None
    """For a revision: where its files are put for reading, and the root of the work tree."""

    def file_of(self, page: sources.TwinPage) -> Path:
        """The page's file in the work tree, whether it still is there or not."""
        if self.stored is None:
            return page.source.path
        put, root = self.stored
        return root / page.source.path.relative_to(put)


class _Local(Struct, frozen=True):
    path: Path


class _Revision(Struct, frozen=True):
    """A folder or file as it was; None where the path is the other state's."""

    name: str
    path: str | None


_Target = _Local | _Revision


@contextmanager
def open_states(
    old: str, new: str, *, exchanges: Sequence[str] = (), start: Path | None = None
) -> Iterator[tuple[StateSources, StateSources]]:
    """The pages of both states, each a path, a revision, or ``REV:path``, while the context is
    open.

    ``exchanges`` limits the folders of ``docs_snapshot/``; ``start`` is the project's folder.
    Raises UsageError: a name is neither path nor revision, or an exchange is in neither state;
    InputError: the repository cannot be read, or is too large.
    """
    here = (start or Path.cwd()).resolve()
    targets = [_read_target(name) for name in (old, new)]
    with TemporaryDirectory(prefix="conformance-") as folder:
        local = [t.path for t in targets if isinstance(t, _Local)]
        names = iter(sources.labels_of(local or [Path()]))
        labels = [next(names) if isinstance(t, _Local) else t.name for t in targets]
        states = []
        for number, target in enumerate(targets):
            if isinstance(target, _Local):
                states.append(_collect(labels[number], target.path, exchanges))
            else:
                put = Path(folder).resolve() / str(number)
                other = targets[1 - number]
                states.append(_load_revision(target, other, exchanges, here, put))
        before, after = states
        if before.single and after.single:  # one page, whatever the files are called
            pages = tuple(replace(page, place=after.pages[0].place) for page in before.pages)
            before = replace(before, pages=pages)
        yield before, after


def _read_target(name: str) -> _Target:
    if os.path.lexists(name):
        path = Path(name)
        inner = path / SNAPSHOT
        return _Local(inner if inner.is_dir() else path)
    revision, colon, path_in = name.partition(":")
    return _Revision(revision or "HEAD", path_in if colon else None)


def _collect(label: str, base: Path, exchanges: Sequence[str]) -> StateSources:
    pages: list[sources.TwinPage] = []
    skipped: list[sources.Skipped] = []
    problems: list[sources.UnreadableSource] = []
    unread: list[str] = []
    for folder, prefix in _list_folders(label, base, exchanges):
        found = sources.find_sources([folder])
        for page in found.pages:
            place = f"{prefix}{page.page}"
            named = sources.rename_page(label, replace(page, page=place))
            exchange = _find_exchange(base, folder, place)
            pages.append(sources.TwinPage(place, replace(named, exchange=exchange)))
        skipped += found.skipped
        for problem in found.problems:
            unread.append(f"{prefix}{problem.page}")
            problems.append(replace(problem, page=f"{label}/{unread[-1]}"))
    single = not base.is_dir() and bool(pages)
    return StateSources(
        label=label,
        pages=tuple(pages),
        skipped=tuple(skipped),
        problems=tuple(problems),
        unread=tuple(unread),
        single=single,
    )


def _list_folders(label: str, base: Path, exchanges: Sequence[str]) -> Iterator[tuple[Path, str]]:
    if not exchanges:
        yield base, ""
    for name in exchanges:
        if (base / name).is_dir() and PurePosixPath(name).name == name:
            yield base / name, f"{name}/"
        elif base.is_dir() and base.resolve().name == name:
            yield base, f"{name}/"
        else:
            raise UsageError(f"{label}: no exchange {name!r} there", hint=_hint_of_known(base))


def _hint_of_known(base: Path) -> str:
    if not base.is_dir():
        return "name a folder that holds exchanges"
    names = sorted(child.name for child in base.iterdir() if has_manifest(child))
    return f"there are {', '.join(names)}" if names else "it holds no exchange"


def _find_exchange(base: Path, folder: Path, place: str) -> str:
    """The folder with a manifest that a page is in, as its path from ``base``."""
    parts = PurePosixPath(place).parent.parts
    for count in range(len(parts), 0, -1):
        if has_manifest(base.joinpath(*parts[:count])):
            return "/".join(parts[:count])
    return folder.name if folder != base else ""


def _load_revision(
    target: _Revision, other: _Target, exchanges: Sequence[str], here: Path, put: Path
) -> StateSources:
    repository = _find_repository(target, other, here)
    commit = repository.commit(target.name)
    path = _find_path_in(target, other, repository, here)
    found = repository.entries(commit, path)
    if not found or (path and not any(f"{blob.path}/".startswith(f"{path}/") for blob in found)):
        hint = f"name another path, {target.name}:PATH"
        raise UsageError(f"{target.name}: holds no {path or 'files'}", hint=hint)
    around = (str(folder / MANIFEST) for folder in PurePosixPath(path).parents)
    manifests = [blob for name in around for blob in repository.entries(commit, name)]
    problems, skipped = _store([*found, *manifests], repository, put)
    if problems and len(found) == 1:
        raise InputError(f"{target.name}:{path}: {problems[0].reason}")
    if not (put / path).exists():
        (put / path).mkdir(parents=True)
    state = _collect(target.name, put / path, exchanges)
    base = f"{path}/" if (put / path).is_dir() and path else path.rpartition("/")[0]
    return _as_stored(state, target.name, base, problems, skipped, (put, repository.root))


def _find_repository(target: _Revision, other: _Target, here: Path) -> Repository:
    starts = [here, *([other.path.resolve()] if isinstance(other, _Local) else [])]
    for start in starts:
        if found := find_repository(start):
            return found
    what = f"{target.name}: no such file or folder, and {here} is in no git repository"
    raise UsageError(what, hint="name two folders or files, or go to a clone")


def _find_path_in(target: _Revision, other: _Target, repository: Repository, here: Path) -> str:
    """The plain path from the repository's root.  Raises UsageError: it leads out."""
    if target.path is not None:
        return _make_plain(target)
    if isinstance(other, _Revision) and other.path is not None:
        return _make_plain(other)
    root = repository.root.resolve()
    if isinstance(other, _Local) and other.path.resolve().is_relative_to(root):
        return _make_relative(other.path.resolve(), root)
    project = next((f for f in (here, *here.parents) if (f / SNAPSHOT).is_dir()), root)
    return _make_relative(project / SNAPSHOT, root) if project.is_relative_to(root) else SNAPSHOT


def _make_relative(path: Path, root: Path) -> str:
    relative = path.relative_to(root).as_posix()
    return "" if relative == "." else relative


def _make_plain(target: _Revision) -> str:
    parts = [part for part in (target.path or "").split("/") if part not in ("", ".")]
    if ".." in parts or (target.path or "").startswith("/"):
        hint = "name the path from the repository's root"
        raise UsageError(f"{target.name}:{target.path}: leads out of the repository", hint=hint)
    return "/".join(parts)


def _store(
    blobs: Sequence[Blob], repository: Repository, put: Path
) -> tuple[list[sources.UnreadableSource], list[sources.Skipped]]:
    """Put the pages and manifests among ``blobs`` below ``put``; what is none or cannot be had.
    Raises InputError: too many, too large, or leading out of the folder."""
    problems: list[sources.UnreadableSource] = []
    wanted: list[Blob] = []
    skipped: list[sources.Skipped] = []
    for blob in {blob.path: blob for blob in blobs}.values():
        if not _is_wanted(blob, alone=len(blobs) == 1):
            skipped.append(sources.Skipped(Path(blob.path), "no page by its name"))
        elif reason := _explain_refusal(blob):
            problems.append(sources.UnreadableSource(Path(blob.path), blob.path, reason))
        else:
            wanted.append(blob)
    if len(wanted) > _MOST_PAGES or sum(blob.size for blob in wanted) > _MOST_BYTES:
        found = f"{len(wanted):,} pages, {sum(b.size for b in wanted):,} bytes"
        hint = f"name a smaller folder: {_MOST_PAGES:,} pages are read, {_MOST_BYTES:,} bytes"
        raise InputError(f"{repository.root}: {found}", hint=hint)
    for blob, content in repository.contents(wanted):
        if content is None or content.startswith(_LARGE_FILE_POINTER):
            reason = "its content is not in this clone"
            problems.append(sources.UnreadableSource(Path(blob.path), blob.path, reason))
        else:
            _write(put, blob.path, content)
    return problems, [s for s in skipped if s.path.name != KNOWN_DRIFT]


def _is_wanted(blob: Blob, *, alone: bool) -> bool:
    path = PurePosixPath(blob.path)
    if any(part.startswith(".") for part in path.parts):
        return False
    suffix = path.suffix.lower()
    named = suffix in sources.SUFFIXES or path.name == MANIFEST
    named = named or (suffix in sources.SPECIFICATION_SUFFIXES and blob.size <= _LARGEST)
    return named or alone or blob.mode == "160000"


def _explain_refusal(blob: Blob) -> str:
    if blob.mode == "120000":
        return "a symbolic link: only what it points to could be read"
    if blob.mode == "160000":
        return "a submodule: its pages are in another repository"
    return f"larger than {_LARGEST:,} bytes" if blob.size > _LARGEST else ""


def _write(put: Path, path: str, content: bytes) -> None:
    """Write below ``put`` only, whatever a crafted tree says."""
    parts = path.split("/")
    if {"", ".", ".."} & set(parts) or "\\" in path:
        raise InputError(f"{path!r} in the repository leads out of its folder")
    file = put.joinpath(*parts)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except (OSError, ValueError) as error:
        raise InputError(f"{path!r} cannot be stored for reading: {error}") from error


def _as_stored(
    state: StateSources,
    name: str,
    base: str,
    problems: Sequence[sources.UnreadableSource],
    skipped: Sequence[sources.Skipped],
    stored: tuple[Path, Path],
) -> StateSources:
    named = ((p, page_name(p.source.path.relative_to(stored[0]))) for p in state.pages)
    pages = tuple(replace(p, source=replace(p.source, page=f"{name}:{own}")) for p, own in named)
    lost = [replace(problem, page=f"{name}:{problem.page}") for problem in problems]
    return replace(
        state,
        pages=pages,
        skipped=tuple(skipped),
        problems=(*state.problems, *lost),
        unread=(*state.unread, *(p.page.removeprefix(base).lstrip("/") for p in problems)),
        stored=stored,
    )
