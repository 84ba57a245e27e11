"""The commands that serve what pages document, or ask those who do."""

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
from conformance.cli.command import PATH, Decorator, command, option, whole
from conformance.cli.main import DONE, FAILED
from conformance.pipeline import PageChoice

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
    made = serving.make_sandbox(choice, progress=Progress("reading"), **answers)
    server = serve_sandbox(made, host=host, port=port, log=discard_log if quiet else JsonLines())
    described = partial(serving.describe_sandbox, made)
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
