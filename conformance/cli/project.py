"""The commands that explain rules, set up exchanges, serve what pages say or ask those who do."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import click

from conformance.cli import options
from conformance.cli.command import PATH, Choice, Decorator, argument, command, option, whole
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
    from conformance.report.words import explain_rule, list_rules

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
    from conformance.report.setup import render_snapshots

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


_PAGES = "pages, of an exchange or by their paths"


@command(
    "Serve every documented operation over HTTP on this machine's own address: requests are held "
    "against the pages, answers are made from them, and orders that are cancelled are gone. "
    "Prints its address; logs requests as JSON lines on stderr; stops on SIGINT or SIGTERM."
)
@option(
    "--exchange", default="", metavar="NAME", group=_PAGES, help="an exchange of docs_snapshot/"
)
@options.docs("pages to serve", _PAGES)
@options.docs_root(_PAGES)
@option(
    "--seed", type=int, default=0, metavar="N", group="answers",
    help="what answers are made from (default: 0)")  # fmt: skip
@option(
    "--seed-orders", type=PATH, metavar="FILE", group="answers",
    help='JSON: {"open": [{"id": "..."}], "finished": [...]}, or a list of open orders',
)  # fmt: skip
@option("--auth", default="", metavar="SCHEME", group="answers",
    help="how requests have to be signed, whatever the pages say; none: not at all. The keys are "
    "those in CONFORMANCE_SANDBOX_ACCESS_KEY and CONFORMANCE_SANDBOX_SECRET_KEY")  # fmt: skip
@option("--fault", "faults", multiple=True, metavar="KIND[:SUBJECT]", group="faults",
    help="do this wrong (repeatable; SUBJECT as in findings: success.orders[].uuid)")  # fmt: skip
@option("--list-faults", is_flag=True, group="faults",
    help="print the kinds of fault, and serve nothing")  # fmt: skip
@option("--host", default="127.0.0.1", metavar="HOST", group="server",
    help="a loopback address to listen on (default: 127.0.0.1)")  # fmt: skip
@option("--port", type=int, default=0, metavar="N", group="server",
    help="the port (default: 0, any that is free)")  # fmt: skip
@option("--json", "as_json", is_flag=True, group="server",
    help="print address, operations and orders as one JSON line")  # fmt: skip
@option("--quiet", is_flag=True, group="server", help="log nothing")
def sandbox(
    exchange: str,
    docs: tuple[Path, ...],
    docs_root: Path | None,
    list_faults: bool,
    host: str,
    port: int,
    as_json: bool,
    quiet: bool,
    **answers: Any,
) -> int:
    """Serve a contract on this machine until a signal ends it."""
    from conformance.cli.console import Progress, deliver
    from conformance.pipeline import serving
    from conformance.sandbox.server import JsonLines, discard_log, serve_sandbox

    if list_faults:
        deliver(serving.list_faults(), None)
        return DONE
    choice = PageChoice(docs, (exchange,) if exchange else (), docs_root)
    sandbox = serving.make_sandbox(choice, progress=Progress("reading"), **answers)
    server = serve_sandbox(sandbox, host=host, port=port, log=discard_log if quiet else JsonLines())
    described = partial(serving.describe_sandbox, sandbox)
    return _serve(server, described if as_json else "{}\n".format)


def _serve(server: AbstractContextManager[str], shown: Callable[[str], str]) -> int:
    """Print where ``server`` is, and let it go on until a signal ends it."""
    from conformance.cli.console import deliver

    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with server as url:
        deliver(shown(url), None)
        while not stop.wait(1):  # in steps, so that a signal is heard on every system
            pass
    return DONE


_TARGET = "who is asked"
_AMOUNT = whole(1, 100_000)


def _make_amount_option(name: str, default: int, metavar: str, what: str) -> Decorator:
    return option(name, type=_AMOUNT, default=default, metavar=metavar, group="bounds",
        help=f"{what} (default: {default})")  # fmt: skip


@command(
    "Send valid and invalid requests and write the answers to cassettes/NAME without secrets. A "
    "sandbox is sent every documented request; the exchange itself only GETs of operations that "
    "its pages call public, unsigned, and of those that exchange.toml lists. Server and "
    "credentials are read from the variables that exchange.toml names."
)
@options.exchanges(_TARGET, required=True)
@options.docs_root(_TARGET)
@option("--sandbox", is_flag=True, group=_TARGET, help="ask a sandbox made from the pages")
@option("--live", is_flag=True, group=_TARGET, help="ask the exchange itself")
@option("--host", multiple=True, metavar="HOST[:PORT]", group=_TARGET,
    help="with --live and one --exchange: this is its host, besides those that exchange.toml "
    "confirms")  # fmt: skip
@option("--variable", multiple=True, metavar="NAME", group=_TARGET,
    help="with --live: read this variable although it is not named like the exchange")  # fmt: skip
@option("--examples", type=_AMOUNT, default=3, metavar="N", group="what is asked",
    help="valid requests to each operation (default: 3, at most 15)")  # fmt: skip
@option("--allow-state-change", is_flag=True, group="what is asked",
    help="with --live: also send the probes that exchange.toml declares, of operations that may "
    "change state")  # fmt: skip
@option("--fault", multiple=True, metavar="KIND[:SUBJECT]", group="what is asked",
    help="with --sandbox: let it do this wrong (repeatable; the kinds: conformance sandbox "
    "--list-faults)")  # fmt: skip
@_make_amount_option("--requests", 300, "N", "most requests to send, in all")
@_make_amount_option("--seconds", 180, "S", "longest time to take, in all, in seconds")
@_make_amount_option("--timeout", 20, "S", "longest wait for one answer, in seconds")
def record(
    exchange: tuple[str, ...],
    docs_root: Path | None,
    sandbox: bool,
    live: bool,
    host: tuple[str, ...],
    variable: tuple[str, ...],
    examples: int,
    allow_state_change: bool,
    fault: tuple[str, ...],
    requests: int,
    seconds: int,
    timeout: int,
) -> int:
    """Record each exchange; 2 where one could not be, what was recorded before is kept."""
    if sandbox == live:
        raise click.UsageError("give either --sandbox or --live")
    from conformance.cli.console import say
    from conformance.live.safety import Policy
    from conformance.live.transport import Budget
    from conformance.pipeline.live import LiveOptions, record_exchanges

    policy = Policy(
        live=live, allow_state_change=allow_state_change, named=exchange, hosts=host,
        variables=variable,
    )  # fmt: skip
    wanted = LiveOptions(
        sandbox=sandbox, faults=fault, policy=policy, announce=say,
        budget=Budget(requests, seconds), timeout=timeout,
    )  # fmt: skip
    choice = PageChoice(exchanges=exchange, docs_root=docs_root)
    return DONE if record_exchanges(choice, wanted, examples) else FAILED


_CLIENT = "the client's side"


@command(
    "Pass what a client asks on to the exchange, and write requests and answers to a HAR file, "
    "without secrets as `record` does. Sends nothing of its own and nothing twice. Prints its "
    "address, which takes the place of the exchange's in the client's settings; stops on SIGINT or "
    "SIGTERM."
)
@option("--exchange", required=True, metavar="NAME", group=_TARGET, help="an exchange")
@options.docs_root(_TARGET)
@option("--to", default="", metavar="URL", group=_TARGET,
    help="its server (default: the one that its pages name)")  # fmt: skip
@option("--host", multiple=True, metavar="HOST[:PORT]", group=_TARGET,
    help="this is its host, besides those that exchange.toml confirms")  # fmt: skip
@option("--record", required=True, type=PATH, metavar="FILE.har", group="result",
    help="where interactions are kept; written anew after each")  # fmt: skip
@option("--port", type=int, default=0, metavar="N", group=_CLIENT,
    help="the port on 127.0.0.1 (default: 0, any that is free)")  # fmt: skip
def proxy(
    exchange: str, docs_root: Path | None, to: str, host: tuple[str, ...], record: Path, port: int
) -> int:
    """Record what passes until a signal ends it."""
    from conformance.cli.console import say
    from conformance.pipeline.serving import recording_proxy

    choice = PageChoice(exchanges=(exchange,), docs_root=docs_root)
    server = recording_proxy(choice, record, say, to=to, hosts=host, port=port)
    return _serve(server, "{}\n".format)
