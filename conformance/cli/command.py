"""What every command of the command line has in common, and the values that options take."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from conformance.cli.main import EPILOG, SETTINGS
from conformance.errors import InputError, UsageError
from conformance.patterns import regex
from conformance.pipeline import STDIN, RuleSettings

if TYPE_CHECKING:
    from conformance.pipeline.settings import Settings

_AGO: Final = regex(r"([0-9]{1,5}) ?([hdw])", re.IGNORECASE)
_UNITS: Final = {"h": dt.timedelta(hours=1), "d": dt.timedelta(days=1), "w": dt.timedelta(weeks=1)}


class NamedPath(click.Path):
    """A file or folder.  Empty it is a variable that is not set, not the folder one is in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if not str(value):
            self.fail("the path is empty (the folder you are in is .)", param, ctx)
        return Path(value)


PATH: Final = NamedPath()


class OutputPath(NamedPath):
    """A file that is written; ``-`` is standard output, as if none were named."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return None if str(value) == "-" else super().convert(value, param, ctx)


class InputPath(NamedPath):
    """A file or folder that is read; ``-`` is what comes on standard input."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if str(value) != "-" or ctx is None:
            return super().convert(value, param, ctx)
        _claim_stdin(ctx, param)
        from tempfile import TemporaryDirectory

        # in a folder of that name, too: reports call the sides of a comparison by their folders
        folder = Path(ctx.with_resource(TemporaryDirectory())) / STDIN
        folder.mkdir()
        path = folder / STDIN
        path.write_bytes(sys.stdin.buffer.read())
        return path


class EvidencePath(NamedPath):
    """Evidence, which is read as it comes: ``-`` stays what it is."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if str(value) == "-" and ctx is not None:
            _claim_stdin(ctx, param)
        return super().convert(value, param, ctx)


class StateName(click.Path):
    """A path, a git revision, or ``-``.  Empty means an unset variable, not the latest state."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value.strip():
            self.fail("the path is empty (the latest revision is HEAD)", param, ctx)
        return str(InputPath().convert(value, param, ctx)) if value == "-" else str(value)


def _claim_stdin(ctx: click.Context, param: click.Parameter | None) -> None:
    if STDIN in ctx.meta:
        ctx.close()  # nobody will enter it
        raise click.BadParameter("standard input can be read once", ctx, param)
    ctx.meta[STDIN] = True


class Choice(click.Choice[str]):
    """One of a few words; a slip is answered with the nearest."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            close = get_close_matches(str(value), self.choices, 1)
            hint = f"did you mean {close[0]}? " if close else ""
            known = ", ".join(self.choices)
            self.fail(f"invalid choice: {value!r} ({hint}choose from {known})", param)
        return str(value)

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        return f"Choose from {', '.join(self.choices)}"


def whole(lowest: int, highest: int) -> Callable[[object], int]:
    """The type of a whole number; bounds catch slips of the hand."""

    def convert(value: object) -> int:
        text = str(value)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
        if number is None or not lowest <= number <= highest:
            raise click.BadParameter(f"{text!r} is no number from {lowest} to {highest}")
        return number

    return convert


def folder_inside(value: str) -> str:
    """A folder within a repository."""
    path = PurePosixPath(value.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise click.BadParameter(f"{value!r} leads out of the repository")
    return value


def base_path(value: str) -> str:
    """The path of a base URL, or a path, without the slash at its end."""
    return "/" + (urlsplit(value).path if "://" in value else value).strip("/")


def moment(value: str | dt.datetime) -> dt.datetime:
    """A moment as people give it: a day, or how long ago."""
    return value if isinstance(value, dt.datetime) else moment_of(value, dt.datetime.now(dt.UTC))


def moment_of(text: str, now: dt.datetime) -> dt.datetime:
    """The moment that an ISO 8601 date or time, or ``7d``, ``3w`` means; a day is its first moment,
    in the zone of this machine.  Raises UsageError: it means none, or a future one."""
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago:
            given = now - int(ago[1]) * _UNITS[ago[2].lower()]
        else:
            given = dt.datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        hint = "write 2026-11-03, or how long ago: 12h, 7d, 3w"
        raise UsageError(f"{text!r} is no day", hint=hint) from None
    if given > now:
        raise UsageError(f"{text!r} is yet to come", hint="give a day that has been")
    return given


def nights(value: str) -> int | dt.timedelta:
    """How much of a history: the latest runs, so many, or those of a time up to now."""
    text = value.strip()
    ago = _AGO.fullmatch(text)
    if ago and int(ago[1]):
        return int(ago[1]) * _UNITS[ago[2].lower()]
    if not re.fullmatch(r"[0-9]{1,9}", text) or not int(text):
        raise click.BadParameter(f"{text!r} is no number of runs and no time (90d, 12w, 400)")
    return int(text)


Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]
"""Adds something to a command."""

_ENDINGS: Final = {
    ".htm": "html", ".html": "html", ".json": "json", ".md": "markdown", ".sarif": "sarif",
    ".txt": "text",
}  # fmt: skip
"""What the name of a result's file ends with -> the format that is meant."""
_TYPED: Final = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
_CONFIG: Final = (
    "read settings from FILE (default: the nearest conformance.toml, or pyproject.toml with "
    "[tool.conformance])"
)


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
    """A command whose options stand under titles, take several words, or come from settings."""

    def __init__(self, *args: Any, settings: Mapping[str, str] | None = None, **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self.settings = settings

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
        rest = super().parse_args(ctx, list(self._spread_arguments(args, ctx)))
        if ctx.resilient_parsing:  # a shell completes a line that is not yet whole
            return rest
        if ctx.get_parameter_source("format") is ParameterSource.DEFAULT:
            self._choose_format(ctx)
        if self.settings is not None:
            self._apply_settings(ctx, self.settings)
        return rest

    def _apply_settings(self, ctx: click.Context, names: Mapping[str, str]) -> None:
        from conformance.pipeline.settings import find_settings, read_settings

        config = ctx.params.pop("config")
        found = read_settings(config) if config else find_settings(Path.cwd())
        given = {name for name in ctx.params if ctx.get_parameter_source(name) in _TYPED}
        if given & {"paths", "docs", "exchange"} or any(map(ctx.params.get, ("check", "write"))):
            given |= {"paths", "docs", "exchange"}  # which pages are meant is stated together
        params = {param.name: param for param in self.params}
        for key, name in names.items():
            if key in found.values and name not in given:
                try:
                    ctx.params[name] = params[name].type_cast_value(ctx, found.values[key])
                except click.BadParameter as error:
                    raise InputError(f"{found.file}: {key!r}: {error.message}") from None
        _refuse_absent(found, used="paths" in names and names["paths"] not in given)
        if "select" in ctx.params:
            ctx.params["usual"] = RuleSettings(
                select=tuple(found.values.get("select", ())),
                ignore=tuple(found.values.get("ignore", ())),
                severity=found.severity,
                where=str(found.file or ""),
            )

    def _choose_format(self, ctx: click.Context) -> None:
        """The format of the file's ending, where none is named and the command has it."""
        types = {param.name: param.type for param in self.params}
        output, choice = ctx.params.get("output"), types["format"]
        if not output or not output.suffix or not isinstance(choice, click.Choice):
            return
        meant = _ENDINGS.get(output.suffix.lower(), "")
        if not meant:
            _note_ending(output, ctx.params["format"], choice.choices)
        elif meant in choice.choices:
            ctx.params["format"] = meant
        elif meant != "json":  # the default of a command without that format is JSON of its own
            known = ", ".join(choice.choices)
            raise click.UsageError(f"{output}: no format is {meant} (--format: {known})", ctx)

    def _spread_arguments(self, args: Sequence[str], ctx: click.Context) -> Iterator[str]:
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
        if empty and ctx.resilient_parsing:
            yield current  # its value is what is being typed
        elif empty:
            raise click.BadOptionUsage(current, f"{current}: at least one value is expected", ctx)


def _note_ending(output: Path, form: str, choices: Sequence[str]) -> None:
    """Say that the ending of ``output`` chose nothing, and which ones do."""
    known = [ending for ending, meant in _ENDINGS.items() if meant in choices]
    if "openapi" in choices:  # its own command writes YAML as well
        known += [".json", ".yaml", ".yml"]
    if output.suffix.lower() not in known:
        from conformance.cli.console import say

        endings = ", ".join(sorted(known))
        say(f"{output}: no format has this ending (known: {endings}); it is written as {form}")


def _refuse_absent(settings: Settings, *, used: bool) -> None:
    """A path from the settings is reported with their file; one that is not used now stops
    nothing."""
    for path in settings.values.get("paths", ()):
        if not Path(path).exists():
            error = InputError(f"{settings.file}: 'paths': {path}: no such file or folder")
            if used:
                raise error
            from conformance.cli.console import say

            say(f"{error}; not used here")


class CommandGroup(Command, click.Group):
    """A command that does something by itself, and has others below it."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        Command.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)


def command(
    summary: str, settings: Mapping[str, str] | None = None, below: Sequence[click.Command] = ()
) -> Callable[[Callable[..., int]], Command]:
    """A command of the function's name.  ``summary`` heads its ``--help``; ``settings`` maps a
    setting to the option it stands for (None: no settings are read); ``below`` are subcommands."""
    group: dict[str, Any] = {"commands": below, "invoke_without_command": True}
    group["subcommand_metavar"] = "[COMMAND ...]"

    def decorate(function: Callable[..., int]) -> Command:
        name = function.__name__.rstrip("_")
        if settings is not None:
            option("--config", type=PATH, metavar="FILE", help=_CONFIG)(function)
        made = click.command(
            name, cls=CommandGroup if below else Command, help=summary, epilog=EPILOG,
            context_settings=SETTINGS, settings=settings, **(group if below else {}),
        )  # fmt: skip
        return made(function)

    return decorate


def option(*names: str, group: str = "", **attrs: Any) -> Decorator:
    return click.option(*names, cls=Option, group=group, **attrs)


def argument(name: str, *, group: str = "", **attrs: Any) -> Decorator:
    return click.argument(name, cls=Argument, group=group, **attrs)
