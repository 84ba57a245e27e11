"""GitHub's own program, ``gh``: it knows the account and its token, this software neither."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from conformance.errors import InputError, UsageError
from conformance.report.tracking import Action, Issue, Step

_FIELDS: Final = "number,title,body,state,closedAt"
_NO_LIST: Final = (
    ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
"""What reading something else than a list of issues ends in."""
_SECONDS: Final = 60
_MOST: Final = 5000
"""Tracking issues looked at."""
_LONGEST: Final = 500


def read_issues(repository: str, label: str) -> tuple[Issue, ...]:
    """The issues of ``repository`` that carry ``label``, open and closed.

    Raises:
        UsageError: there is no ``gh``.
        InputError: it fails, or says something else than a list of issues.
    """
    listing = ["issue", "list", "--label", label, "--state", "all", "--limit", str(_MOST)]
    return issues_of(_gh([*listing, "--json", _FIELDS], repository), "gh issue list")


def issues_of(text: str, where: str) -> tuple[Issue, ...]:
    """The issues in what ``gh issue list --json number,title,body,state,closedAt`` prints.

    Raises:
        InputError: the text is something else.
    """
    try:
        answer = json.loads(text)
        if isinstance(answer, list):
            return tuple(map(_issue, answer))
        raise TypeError(type(answer))
    except _NO_LIST as error:
        wanted = f"gh issue list --state all --json {_FIELDS}"
        raise InputError(f"{where}: is no list of issues", hint=f"made by: {wanted}") from error


def make_label(repository: str, label: str) -> None:
    """Make sure that ``label`` can be given to an issue."""
    description = "A finding of conformance; looked after by a program"
    _gh(["label", "create", label, "--force", "--description", description], repository)


def carry_out(action: Action, repository: str, label: str) -> str:
    """Do what ``action`` says; the address of the issue, or what else ``gh`` says.

    Raises:
        InputError: ``gh`` fails.
    """
    output = [_gh(args, repository, text) for args, text in _commands(action, label)]
    return output[-1].strip() if output else ""


def _commands(action: Action, label: str) -> Iterator[tuple[list[str], str]]:
    """Arguments, and what is given on standard input."""
    number = str(action.number)
    text = ["--title", action.title, "--body-file", "-"]
    match action.step:
        case Step.OPEN:
            yield ["issue", "create", *text, "--label", label], action.body
        case Step.UPDATE:
            yield ["issue", "edit", number, *text], action.body
        case Step.REOPEN:
            yield ["issue", "edit", number, *text], action.body
            yield ["issue", "reopen", number, "--comment", action.why], ""
        case Step.CLOSE:
            yield ["issue", "close", number, "--comment", action.why], ""


def _gh(args: Sequence[str], repository: str, text: str = "") -> str:
    program = shutil.which("gh")
    if program is None:
        raise UsageError(
            "the program gh is not there",
            hint="install GitHub's command line, or give --dry-run with --issues FILE",
        )
    what = f"gh {' '.join(args[:2])}"
    command = [program, *args, "--repo", repository]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, its arguments are no shell's
            command,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{what}: no answer in {_SECONDS} seconds", hint="try again") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{what}: cannot be run: {error}") from error
    if done.returncode:
        output = " ".join(done.stderr.split())[:_LONGEST] or f"exit status {done.returncode}"
        raise InputError(f"{what}: {output}", hint="gh auth status says whom it acts for")
    return done.stdout


def _issue(answer: Any) -> Issue:
    return Issue(
        number=int(answer["number"]),
        title=str(answer["title"]),
        body=str(answer["body"] or ""),
        is_open=str(answer["state"]).upper() == "OPEN",
        closed=_moment(answer.get("closedAt")),
    )


def _moment(answer: Any) -> dt.datetime | None:
    return dt.datetime.fromisoformat(answer).astimezone(dt.UTC) if answer else None


def read_list(path: Path) -> tuple[Issue, ...]:
    """The issues in a file.

    Raises:
        InputError: it cannot be read, or is something else.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    return issues_of(text, str(path))
