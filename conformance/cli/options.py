"""Options that several commands share; those that belong together reach a command as one value.

Nothing here imports what the commands need: ``--help`` is answered at once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click
from msgspec import Struct

from conformance.cli.command import (
    PATH,
    Choice,
    Decorator,
    InputPath,
    OutputPath,
    argument,
    option,
    whole,
)
from conformance.model.interaction import Origin
from conformance.pipeline import EvidenceChoice, PageChoice, RuleChoice
from conformance.report import FORMATS, ONE_EXCHANGE

EVERYWHERE: Final = tuple(name for name in FORMATS if name != ONE_EXCHANGE)
"""Formats of every command that gives findings; ``drift`` is for ``conformance report`` alone."""
SEVERITIES: Final = ("error", "warning", "info")
CONFIDENCES: Final = ("high", "medium", "low")


class Result(Struct, frozen=True):
    """How findings are given, and which of them make the exit status 1."""

    format: str
    output: Path | None
    fail_on: str
    confidence: str


def _fold_options(
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


def _complete_exchanges(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from conformance.errors import ConformanceError
    from conformance.pages.exchange import find_known_exchanges, find_root

    try:
        known = find_known_exchanges(find_root(ctx.params.get("docs_root")))
    except ConformanceError:
        return []
    return [name for name in known if name.startswith(incomplete)]


def complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The families and ids of rules that begin so, for a shell."""
    from conformance.checks.registry import RULES

    families = dict.fromkeys(family for rule in RULES for family in rule.families)
    return [name for name in (*families, *(r.id for r in RULES)) if name.startswith(incomplete)]


def pages(what: str) -> Decorator:
    """Pages named one by one, or those of the project, as ``pages``."""
    group = "pages"
    paths = argument(
        "paths",
        nargs=-1,
        type=InputPath(),
        metavar="[PATH]...",
        group=group,
        help=f"{what}, - for standard input; default: the project's own docs_snapshot/",
    )
    options = (paths, exchanges(group), docs_root(group))
    return _fold_options("pages", PageChoice, options, ("paths", "exchange", "docs_root"))


def documentation(what: str) -> Decorator:
    """Pages as an option, where the arguments are something else, as ``pages``."""
    group = "documentation"
    options = (docs(what, group), exchanges(group), docs_root(group))
    return _fold_options("pages", PageChoice, options, ("docs", "exchange", "docs_root"))


def project(group: str = "exchanges") -> Decorator:
    """The project and those of its exchanges that are meant, as ``project``."""
    made = functools.partial(PageChoice, ())
    options = (exchanges(group), docs_root(group))
    return _fold_options("project", made, options, ("exchange", "docs_root"))


def docs(what: str, group: str) -> Decorator:
    return option("--docs", greedy=True, type=InputPath(), metavar="PATH...", group=group,
        help=f"{what}: files or folders")  # fmt: skip


def exchanges(group: str, *, required: bool = False) -> Decorator:
    """Exchanges of the project; all of them, unless they have to be named."""
    unnamed = "" if required else "; default: all"
    return option("--exchange", multiple=True, required=required, metavar="NAME", group=group,
        shell_complete=_complete_exchanges,
        help=f"an exchange of docs_snapshot/ (repeatable{unnamed})")  # fmt: skip


def docs_root(
    group: str, what: str = "holds docs_snapshot/ (default: here or the nearest parent)"
) -> Decorator:
    return option(
        "--docs-root", type=PATH, metavar="DIR", group=group, help=f"the folder that {what}"
    )


def jobs(group: str = "pages", what: str = "read") -> Decorator:
    """How many processes do ``what``."""
    return option(
        "-j", "--jobs", type=whole(1, 64), default=1, metavar="N", group=group,
        help=f"{what} with N processes, up to 64 (default: 1)",
    )  # fmt: skip


def rules(group: str = "rules") -> Decorator:
    """Which rules are asked, as ``rules``."""
    options = [
        option(
            name, multiple=True, metavar="RULE", shell_complete=complete_rules, group=group,
            help=f"{what}: ids or a family, repeatable or separated by commas",
        )
        for name, what in (("--select", "only these rules"), ("--ignore", "all but these rules"))
    ]  # fmt: skip
    return _fold_options("rules", RuleChoice, options, ("select", "ignore", "usual"))


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
    return _fold_options("result", Result, options, ("format", "output", "fail_on", "confidence"))


def formats(choices: dict[str, str], group: str = "result") -> Decorator:
    """The formats of a command that gives no findings; the first is the default."""
    words = "; ".join(f"{name}: {what}" for name, what in choices.items())
    default = next(iter(choices))
    return option("--format", type=Choice(tuple(choices)), default=default, group=group, help=words)


def output(group: str = "result", *, formats: bool = True) -> Decorator:
    words = "write the result to FILE, whole or not at all, instead of stdout"
    words += "; its ending chooses the format where none is named" if formats else ""
    return option("-o", "--output", type=OutputPath(), metavar="FILE", group=group, help=words)


def witnesses(what: str, group: str = "pages") -> Decorator:
    """Interactions that help to judge pages, as ``witnesses``."""
    evidence = option(
        "--evidence", greedy=True, type=InputPath(), metavar="FILE...", group=group,
        help=f"recorded interactions that {what}; default with the project's own pages: cassettes/",
    )  # fmt: skip
    return _fold_options(
        "witnesses", EvidenceChoice, (evidence, origin(group)), ("evidence", "origin")
    )


def origin(group: str) -> Decorator:
    """What evidence is worth."""
    return option(
        "--origin", type=Choice(tuple(o.value for o in Origin)), default="recorded", group=group,
        help="what evidence is that does not say so itself, as bare bodies never do (default: "
        "recorded)",
    )  # fmt: skip


def history(group: str = "memory") -> Decorator:
    return option("--history", metavar="URL|FILE", group=group,
        help="the history that runs are remembered in (default: $CONFORMANCE_HISTORY)")  # fmt: skip


def now(group: str = "memory") -> Decorator:
    """Whether what is there now is checked."""
    return option(
        "--now", is_flag=True, group=group,
        help="check pages and stored evidence now, and compare with what is remembered",
    )  # fmt: skip
