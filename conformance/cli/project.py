"""The commands that explain the project's rules and set up its exchanges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conformance.cli import options
from conformance.cli.command import PATH, Choice, argument, command, option, whole
from conformance.cli.main import DONE, FAILED, FOUND
from conformance.errors import UsageError
from conformance.pipeline import PageChoice


@command(
    "List the rules, or explain one: what it finds, what it leaves alone, with an example of each."
)
@argument("id", required=False, metavar="[ID]", group="rule",
    help="the rule, or the family to list; default: list all",
    shell_complete=options.complete_rules)  # fmt: skip
@option("--write", type=PATH, metavar="DIR", help="write a page for each rule")
@option("--check", type=PATH, metavar="DIR", help="exit 1 when the pages in DIR are stale")
@options.output("", formats=False)
def rules(id: str | None, write: Path | None, check: Path | None, output: Path | None) -> int:  # noqa: A002
    """List the rules, explain one, or write or compare the pages about them."""
    from conformance.checks.registry import RULES, rule
    from conformance.cli.console import deliver, say
    from conformance.pipeline.generated import find_stale_rule_pages, write_rule_pages
    from conformance.report.ruledoc import explain_rule, list_rules

    if write and check:
        raise UsageError("give either --write or --check, not both")
    if id and (write or check):
        raise UsageError("--write and --check are about all rules", hint="leave ID out")
    if write:
        say(f"{write}: {write_rule_pages(write)} pages written")
        return DONE
    if check:
        stale = find_stale_rule_pages(check)
        for line in (*stale, *([f"run conformance rules --write {check}"] if stale else [])):
            say(line)
        return FOUND if stale else DONE
    listed = [r for r in RULES if not id or id in r.families]
    deliver(list_rules(listed) if listed else explain_rule(rule(id or "")), output)
    return DONE


@command(
    "Print what makes a shell complete commands, options, exchanges and rules. For bash, add "
    'eval "$(conformance completion bash)" to ~/.bashrc; for zsh the same to ~/.zshrc; for fish, '
    "write it to ~/.config/fish/completions/conformance.fish."
)
@argument("shell", type=Choice(("bash", "zsh", "fish")), group="shell", help="bash, zsh or fish")
def completion(shell: str) -> int:
    from click.shell_completion import get_completion_class

    from conformance.cli.console import deliver
    from conformance.cli.main import COMPLETE, commands

    script = get_completion_class(shell)
    if script:
        deliver(script(commands, {}, "conformance", COMPLETE).source(), None)
    return DONE if script else FAILED


_DESCRIBED = "how it is described"
_SET_UP = "how it is set up"


@command(
    "Copy pages (files, folders, addresses) into docs_snapshot/NAME, describe them there in "
    "exchange.toml, generate schemas/NAME, and say what of the pages was read and what was not. "
    "The suite runs on it at once."
)
@argument(
    "name", metavar="NAME", group="exchange", help="what to call it: letters, digits, '-', '_'"
)
@argument(
    "sources", nargs=-1, required=False, metavar="PATH|URL...", group="exchange",
    help="pages: files, folders, https addresses")  # fmt: skip
@option("--title", default="", metavar="TEXT", group=_DESCRIBED,
    help="its name in reports (default: NAME)")  # fmt: skip
@option("--language", default="", metavar="TAG", group=_DESCRIBED,
    help="of pages whose language is not clear from their words or folder, as in en or zh-TW "
    "(default: und)")  # fmt: skip
@options.docs_root(
    _SET_UP,
    "holds, or will hold, docs_snapshot/ (default: here or the nearest parent that holds one, "
    "else here)",
)
@option("--accept", is_flag=True, group=_SET_UP,
    help="list what is found in the pages themselves in known_drift.toml, for 90 days: the suite "
    "shows it and does not fail on it")  # fmt: skip
@option("--force", is_flag=True, group=_SET_UP,
    help="renew the pages of an exchange of that name; what people wrote in exchange.toml and "
    "known_drift.toml is kept")  # fmt: skip
@option("--allow-http", is_flag=True, group=_SET_UP,
    help="fetch addresses given with plain http, not only from this machine")  # fmt: skip
@option("--follow", type=whole(0, 1000), default=0, metavar="N", group=_SET_UP,
    help="also fetch up to N pages that an address, an index or a sitemap, leads to: on its host, "
    "below its folder, as robots.txt allows (default: 0)")  # fmt: skip
@option("--refresh", is_flag=True, group=_SET_UP,
    help="of an exchange that is set up, without PATH: bring the hashes of pages and cassettes and "
    "schemas/NAME up to date; cassettes without a manifest.toml get one")  # fmt: skip
def init(
    name: str, sources: tuple[str, ...], docs_root: Path | None, refresh: bool, **how: Any
) -> int:
    """Set up an exchange from pages, whole or not at all."""
    if refresh == bool(sources):
        raise UsageError("give either PATH|URL or --refresh", hint="--refresh keeps the pages")
    from conformance.cli.console import deliver, say
    from conformance.pipeline.generated import refresh_exchange
    from conformance.pipeline.setup import SetupRequest, set_up_exchange
    from conformance.report.setup import render_setup

    if refresh:
        refresh_exchange(name, docs_root, say)
        return DONE
    request = SetupRequest(name=name, sources=sources, docs_root=docs_root, **how)
    deliver(render_setup(set_up_exchange(request, say)), None)
    return DONE


_FETCHED = "how they are fetched"


@command(
    "Ask for every page that has a url in exchange.toml, politely and only if it has changed, "
    "store what is new with its date and hash, generate schemas/NAME from it, and say what "
    "changed for a client. An exchange changes whole or not at all; a page that cannot be had, or "
    "whose address answers with something else, is kept as it is."
)
@options.project("pages")
@option("--replace", multiple=True, metavar="PAGE", group=_FETCHED,
    help="take what the address of this page (its path in exchange.toml) answers, even if it "
    "looks like another page (repeatable)")  # fmt: skip
@option("--allow-http", is_flag=True, group=_FETCHED,
    help="ask addresses with plain http, not only on this machine")  # fmt: skip
@option("--dry-run", is_flag=True, group=_FETCHED, help="fetch and compare, and write nothing")
@options.formats(
    {"text": "for people (default)", "json": "for programs", "markdown": "for issues and summaries"}
)
@options.output()
def snapshot(
    project: PageChoice,
    replace: tuple[str, ...],
    allow_http: bool,
    dry_run: bool,
    format: str,  # noqa: A002
    output: Path | None,
) -> int:
    """Take a snapshot of each exchange; 2 where a page, or an exchange, could not be had."""
    from conformance.cli.console import Progress, deliver, say
    from conformance.pipeline.snapshots import take_snapshots
    from conformance.report.snapshots import render_snapshots

    taken = take_snapshots(
        project, say, lambda name: Progress(f"fetching {name}"),
        replaced=replace, allow_http=allow_http, dry_run=dry_run,
    )  # fmt: skip
    deliver(render_snapshots(taken, format, dry_run=dry_run), output)
    for one in taken:
        for problem in one.problems:
            say(f"{one.exchange}: {problem}")
        if one.failure:
            say(f"conformance snapshot: {one.exchange}: {one.failure}")
    return DONE if all(one.is_whole for one in taken) else FAILED
