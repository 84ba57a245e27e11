"""The command line itself: its commands, its exit statuses."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from conformance import __version__
from conformance.errors import ConformanceError, naming_extras

DONE, FOUND, FAILED = 0, 1, 2
COMPLETE: Final = "_CONFORMANCE_COMPLETE"
"""The variable with which a shell asks for completions."""
UNREAD: Final = 141
"""Nobody read the result to its end; what a shell says of programs that SIGPIPE ends."""
EPILOG: Final = (
    "exit status: 0 done, nothing at or above the threshold; 1 findings, or generated files that "
    "are stale; 2 the job could not be done (usage, unreadable input, nothing was checked)."
)


def _measure_help_width() -> int:
    """As wide as the terminal, up to 98; asked without ``shutil``, which loads compression."""
    given = os.environ.get("COLUMNS", "")
    try:
        columns = int(given) if given.isdecimal() else os.get_terminal_size(1).columns
    except (OSError, ValueError):
        columns = 80
    return max(min(columns, 100) - 2, 50)


SETTINGS: Final = {"help_option_names": ["-h", "--help"], "terminal_width": _measure_help_width()}
COMMANDS: Final = {
    "extract": ("pages", "read pages and print the operations they document"),
    "explain": ("pages", "say why a page was read as it was"),
    "lint": ("pages", "hold pages against themselves"),
    "check": ("pages", "hold recorded responses against the documentation"),
    "parity": ("pages", "hold pages against their translations"),
    "diff": ("pages", "say what changed for a client between two states of the pages"),
    "sandbox": ("project", "serve what the pages document, on this machine"),
    "record": ("project", "ask an exchange, or its sandbox, and keep the answers"),
    "proxy": ("project", "pass a client's requests on to an exchange, and keep the answers"),
    "coverage": ("pages", "show what of the documentation was ever observed"),
    "report": ("reports", "report on exchanges: what is new, returned, fixed, open, known"),
    "history": ("reports", "show what earlier runs found"),
    "track": ("reports", "keep one issue on GitHub for each cause"),
    "rules": ("project", "explain what is looked for"),
    "init": ("project", "set up an exchange from its pages"),
    "snapshot": ("project", "fetch the pages of docs_snapshot/ again"),
    "completion": ("project", "make a shell complete commands, options and names"),
}
"""Name -> module of this package with a function of that name, and the line of ``--help``."""


GARBAGE: Final = (50_000, 20, 20)
"""Trees of pages and evidence have few cycles: looking for them took a fifth of a check."""
_SHOWN: Final = (
    *("markdown-it-py", "beautifulsoup4", "lxml", "jsonschema-rs", "orjson"),
    *("vcrpy", "requests", "hypothesis", "pytest"),
)
"""Libraries whose versions matter to what is read and found."""


class Commands(click.Group):
    """The commands of :data:`COMMANDS`, each imported when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"conformance.cli.{COMMANDS[cmd_name][0]}")
        found: click.Command = getattr(module, cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, 1)
            hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command {args[0]!r} ({hint})", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


commands = Commands(
    "conformance",
    help="Read API documentation, turn it into contracts, hold real responses against them, and "
    "say which line of which page is no longer true.",
    epilog=EPILOG,
    context_settings=SETTINGS,
    no_args_is_help=False,
    subcommand_metavar="COMMAND ...",
)


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import version
    from platform import platform, python_version

    lines = [f"conformance {__version__}", f"Python {python_version()} on {platform()}"]
    lines += [f"{name} {version(name)}" for name in _SHOWN]
    click.echo("\n".join(lines))
    context.exit()


click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the versions of this and of what it rests on, and exit.",
)(commands)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; ``--help`` documents the exit status.  Raises SystemExit: nothing was
    run."""
    gc.set_threshold(*GARBAGE)
    words = list(sys.argv[1:] if argv is None else argv)
    context: click.Context | None = None
    if COMPLETE in os.environ:
        from click.shell_completion import shell_complete

        return shell_complete(commands, {}, "conformance", COMPLETE, os.environ[COMPLETE])
    try:
        with naming_extras(), commands.make_context("conformance", words) as context:
            return int(commands.invoke(context) or DONE)
    except click.exceptions.Exit as ended:
        if sys.stdout is None:  # click prints help and versions nowhere without a word
            return _end_failed(context, "standard output is closed")
        raise SystemExit(ended.exit_code) from None
    except click.ClickException as error:
        raise SystemExit(_end_refused(error)) from None
    except ConformanceError as error:
        return _end_failed(context, str(error))
    except KeyboardInterrupt:
        return _end_failed(context, "interrupted")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except OSError as error:  # what --help and --version print does not go through `deliver`
        sys.stdout = None
        return _end_failed(context, str(error))


def _end_refused(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "conformance"
    known = getattr(error, "possibilities", None)
    hint = f" (did you mean {' or '.join(known)}?)" if known else ""
    message = getattr(error, "message", "") if known else error.format_message()
    usage = context.get_usage() if context else ""
    sys.stderr.write(f"{usage}\n{path}: error: {message.rstrip('.')}{hint}\nsee {path} --help\n")
    return FAILED


def _end_failed(context: click.Context | None, why: str) -> int:
    from conformance.cli.console import say  # what it needs would make --help slow

    say(f"conformance {context.invoked_subcommand if context else ''}: {why}")
    return FAILED
