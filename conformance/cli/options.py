"""What the commands of the command line are made of: their options, with types and help.

Options that several commands share are decorators; those that belong together reach the command
as one value.  Nothing here imports what the commands need: ``--help`` is answered at once.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import click

from conformance.cli.main import EPILOG, SETTINGS
from conformance.errors import UsageError
from conformance.model.interaction import Origin
from conformance.pipeline.choice import PageChoice, RuleChoice, Witnesses
from conformance.report.formats import FORMATS, ONE_EXCHANGE

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]
"""Adds something to a command."""

EVERYWHERE: Final = tuple(name for name in FORMATS if name != ONE_EXCHANGE)
"""Formats of every command that gives findings; ``drift`` is for ``conformance report`` alone."""
SEVERITIES: Final = ("error", "warning", "info")
CONFIDENCES: Final = ("high", "medium", "low")
PATH: Final = click.Path(path_type=Path)
_AGO: Final = re.compile(r"([0-9]{1,5}) ?([hdw])", re.IGNORECASE)
_UNITS: Final = {
    "h": dt.timedelta(hours=1),
    "d": dt.timedelta(days=1),
    "w": dt.timedelta(weeks=1),
}


class Option(click.Option):
    """An option under a title of ``--help``; a greedy one takes all words up to the next option."""

    def __init__(self, *args: Any, group: str = "", greedy: bool = False, **attrs: Any) -> None:
        super().__init__(*args, **(attrs | {"multiple": True} if greedy else attrs))
        self.group = group
        self.greedy = greedy


class Argument(click.Argument):
    """An argument under a title of ``--help``, as options are."""

    def __init__(self, *args: Any, group: str = "", **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self.group = group

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        return self.make_metavar(ctx).removesuffix("...").strip("[]"), self.help or ""


class Command(click.Command):
    """A command whose options stand under titles, and some of which take several words."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record:
                records.setdefault(getattr(param, "group", ""), []).append(record)
        general = records.pop("", [])
        for title, rows in (*records.items(), ("options", general)):
            with formatter.section(title):
                formatter.write_dl(rows)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """They stand among the options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(self._spread(args)))

    def _spread(self, args: Sequence[str]) -> Iterator[str]:
        """``--docs a b`` as ``--docs a --docs b``."""
        greedy = {name for p in self.params if getattr(p, "greedy", False) for name in p.opts}
        current, empty = "", False
        for number, word in enumerate(args):
            is_option = word.startswith("-") and word != "-"
            if is_option and empty:
                break
            if word == "--":
                yield from args[number:]
                return
            if is_option:
                current, empty = (word, True) if word in greedy else ("", False)
                yield from () if current else (word,)
            else:
                yield from (current, word) if current else (word,)
                empty = False
        if empty:
            raise click.BadOptionUsage(current, f"{current}: at least one value is expected")


class Choice(click.Choice[str]):
    """One of a few words; a slip is answered with the nearest."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            close = get_close_matches(str(value), self.choices, 1)
            hint = f"did you mean {close[0]}? " if close else ""
            known = ", ".join(self.choices)
            self.fail(f"invalid choice: {value!r} ({hint}choose from {known})", param)
        return str(value)


class Whole(click.ParamType[int]):
    """A whole number; bounds catch slips of the hand."""

    name = "number"

    def __init__(self, lowest: int, highest: int) -> None:
        self.lowest = lowest
        self.highest = highest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
        if number is None or not self.lowest <= number <= self.highest:
            self.fail(f"{text!r} is no number from {self.lowest} to {self.highest}", param)
        return number


class FolderInside(click.ParamType[str]):
    """A folder within a repository."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        path = PurePosixPath(str(value).replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            self.fail(f"{value!r} leads out of the repository", param)
        return str(value)


class BasePath(click.ParamType[str]):
    """The path of a base URL, or a path, without the slash at its end."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        path = urlsplit(value).path if "://" in value else str(value)
        return "/" + path.strip("/")


class Moment(click.ParamType[dt.datetime]):
    """A moment as people give it: a day, or how long ago."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        return (
            value if isinstance(value, dt.datetime) else moment_of(value, dt.datetime.now(dt.UTC))
        )


def moment_of(text: str, now: dt.datetime) -> dt.datetime:
    """The moment that ``text`` means: an ISO 8601 date or date and time, or ``7d``, ``3w``.

    A day is its first moment; without a time zone it is that of this machine.

    Raises:
        UsageError: it means none, or one that is yet to come.
    """
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago:
            given = now - int(ago[1]) * _UNITS[ago[2].lower()]
        else:
            given = dt.datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no day", hint="write 2026-11-03, or how long ago: 12h, 7d, 3w"
        ) from None
    if given > now:
        raise UsageError(f"{text!r} is yet to come", hint="give a day that has been")
    return given


@dataclass(frozen=True, slots=True)
class Result:
    """How findings are given, and which of them make the exit status 1."""

    format: str
    output: Path | None
    fail_on: str
    confidence: str


def command(summary: str) -> Callable[[Callable[..., int]], Command]:
    """A command of the function's name; ``summary`` is what ``--help`` says above the options."""

    def decorate(function: Callable[..., int]) -> Command:
        name = function.__name__.rstrip("_")
        made = click.command(
            name, cls=Command, help=summary, epilog=EPILOG, context_settings=SETTINGS
        )
        return made(function)

    return decorate


def option(*names: str, group: str = "", **attrs: Any) -> Decorator:
    """One option of a command."""
    return click.option(*names, cls=Option, group=group, **attrs)


def argument(name: str, *, group: str = "", **attrs: Any) -> Decorator:
    """One argument of a command."""
    return click.argument(name, cls=Argument, group=group, **attrs)


def _folded(
    name: str, noun: Callable[..., object], options: Sequence[Decorator], names: Sequence[str]
) -> Decorator:
    """Options that reach the command as one value; ``names`` are theirs, in the noun's order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def run(**values: Any) -> Any:
            values[name] = noun(*(values.pop(one) for one in names))
            return function(**values)

        decorated: Callable[..., Any] = run
        for one in reversed(options):
            decorated = one(decorated)
        return decorated

    return decorate


def pages(what: str, group: str = "pages") -> Decorator:
    """Pages named one by one, or those of the project, as ``pages``."""
    paths = argument(
        "paths",
        nargs=-1,
        type=PATH,
        metavar="[PATH]...",
        group=group,
        help=f"{what}; default: the project's own docs_snapshot/",
    )
    options = (paths, exchanges(group), docs_root(group))
    return _folded("pages", PageChoice, options, ("paths", "exchange", "docs_root"))


def documentation(what: str) -> Decorator:
    """Pages as an option, where the arguments are something else, as ``pages``."""
    group = "documentation"
    options = (docs(what, group), exchanges(group), docs_root(group))
    return _folded("pages", PageChoice, options, ("docs", "exchange", "docs_root"))


def project(group: str = "exchanges") -> Decorator:
    """The project and those of its exchanges that are meant, as ``project``."""
    made = functools.partial(PageChoice, ())
    options = (exchanges(group), docs_root(group))
    return _folded("project", made, options, ("exchange", "docs_root"))


def docs(what: str, group: str) -> Decorator:
    """Pages as an option by themselves."""
    return option(
        "--docs", greedy=True, type=PATH, metavar="PATH...", group=group,
        help=f"{what}: files or folders",
    )  # fmt: skip


def exchanges(group: str, *, required: bool = False) -> Decorator:
    """Exchanges of the project; all of them, unless they have to be named."""
    unnamed = "" if required else "; default: all"
    return option(
        "--exchange", multiple=True, required=required, metavar="NAME", group=group,
        help=f"an exchange of docs_snapshot/ (repeatable{unnamed})",
    )  # fmt: skip


def docs_root(
    group: str, what: str = "holds docs_snapshot/ (default: here or the nearest parent)"
) -> Decorator:
    """Where the project is."""
    return option(
        "--docs-root", type=PATH, metavar="DIR", group=group, help=f"the folder that {what}"
    )


def jobs(group: str = "pages", what: str = "read") -> Decorator:
    """How many processes do ``what``."""
    return option(
        "-j", "--jobs", type=Whole(1, 64), default=1, metavar="N", group=group,
        help=f"{what} with N processes, up to 64 (default: 1)",
    )  # fmt: skip


def rules(group: str = "rules") -> Decorator:
    """Which rules are asked, as ``rules``."""
    options = [
        option(
            name, multiple=True, metavar="RULE", group=group,
            help=f"{what}: ids or a family, repeatable or separated by commas",
        )
        for name, what in (("--select", "only these rules"), ("--ignore", "all but these rules"))
    ]  # fmt: skip
    return _folded("rules", RuleChoice, options, ("select", "ignore"))


def result(group: str = "result", *, drift: bool = False) -> Decorator:
    """What every command that gives findings can do with them, as ``result``."""
    choices = tuple(FORMATS) if drift else EVERYWHERE
    words = ", ".join(f"{name} {FORMATS[name][1]}" for name in choices)
    options = (
        option("--format", type=Choice(choices), default="text", group=group, help=words),
        output(group),
        option(
            "--fail-on", type=Choice((*SEVERITIES, "never")), default="error", group=group,
            help="lowest severity that makes the exit status 1 (default: error)",
        ),
        option(
            "--confidence", type=Choice(CONFIDENCES), default="high", group=group,
            help="lowest confidence that makes the exit status 1 (default: high)",
        ),
    )  # fmt: skip
    return _folded("result", Result, options, ("format", "output", "fail_on", "confidence"))


def formats(choices: dict[str, str], group: str = "result") -> Decorator:
    """The formats of a command that gives no findings; the first is the default."""
    words = "; ".join(f"{name}: {what}" for name, what in choices.items())
    default = next(iter(choices))
    return option("--format", type=Choice(tuple(choices)), default=default, group=group, help=words)


def output(group: str = "result") -> Decorator:
    """Where the result goes."""
    return option(
        "-o", "--output", type=PATH, metavar="FILE", group=group,
        help="write the result to FILE, whole or not at all, instead of stdout",
    )  # fmt: skip


def witnesses(what: str, group: str = "pages") -> Decorator:
    """Interactions that help to judge pages, as ``witnesses``."""
    evidence = option(
        "--evidence", greedy=True, type=PATH, metavar="FILE...", group=group,
        help=f"recorded interactions that {what}; default with the project's own pages: cassettes/",
    )  # fmt: skip
    return _folded("witnesses", Witnesses, (evidence, origin(group)), ("evidence", "origin"))


def origin(group: str) -> Decorator:
    """What evidence is worth."""
    return option(
        "--origin", type=Choice(tuple(o.value for o in Origin)), default="recorded", group=group,
        help="what evidence is that does not say so itself, as bare bodies never do (default: "
        "recorded)",
    )  # fmt: skip


def history(group: str = "memory") -> Decorator:
    """The history that runs are remembered in."""
    return option(
        "--history", metavar="URL|FILE", group=group,
        help="the history that runs are remembered in (default: $CONFORMANCE_HISTORY)",
    )  # fmt: skip


def now(group: str = "memory") -> Decorator:
    """Whether what is there now is checked."""
    return option(
        "--now", is_flag=True, group=group,
        help="check pages and stored evidence now, and compare with what is remembered",
    )  # fmt: skip
