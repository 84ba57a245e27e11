"""The commands that serve what pages document, or ask those who do."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from conformance.cli.parsers import common
from conformance.cli.parsers.common import Commands, Options

_AMOUNT: Final = common.whole(1, 100_000)


def sandbox(commands: Commands) -> None:
    """``conformance sandbox``."""
    parser = common.command(
        commands,
        "sandbox",
        summary="serve what the pages document, on this machine",
        description="Serve every documented operation over HTTP on this machine's own address: "
        "requests are held against the pages, answers are made from them, and orders that are "
        "cancelled are gone. Prints its address; logs requests as JSON lines on stderr; stops on "
        "SIGINT or SIGTERM.",
    )
    pages = parser.add_argument_group("pages, of an exchange or by their paths")
    pages.add_argument("--exchange", metavar="NAME", help="an exchange of docs_snapshot/")
    common.docs(pages, "pages to serve")
    common.docs_root(pages)
    _answers(parser.add_argument_group("answers"))
    _faults(parser.add_argument_group("faults"))
    _serving(parser.add_argument_group("server"))


def _answers(options: Options) -> None:
    options.add_argument(
        "--seed", type=int, default=0, metavar="N", help="what answers are made from (default: 0)"
    )
    options.add_argument(
        "--seed-orders",
        type=Path,
        metavar="FILE",
        help='JSON: {"open": [{"id": "..."}], "finished": [...]}, or a list of open orders',
    )
    options.add_argument(
        "--auth",
        metavar="SCHEME",
        help="how requests have to be signed, whatever the pages say; none: not at all. The keys "
        "are those in CONFORMANCE_SANDBOX_ACCESS_KEY and CONFORMANCE_SANDBOX_SECRET_KEY",
    )


def _faults(options: Options) -> None:
    options.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:SUBJECT]",
        help="do this wrong (repeatable; SUBJECT as in findings: success.orders[].uuid)",
    )
    options.add_argument(
        "--list-faults", action="store_true", help="print the kinds of fault, and serve nothing"
    )


def _serving(options: Options) -> None:
    options.add_argument(
        "--host", default="127.0.0.1", help="a loopback address to listen on (default: 127.0.0.1)"
    )
    options.add_argument(
        "--port", type=int, default=0, metavar="N", help="the port (default: 0, any that is free)"
    )
    options.add_argument(
        "--json", action="store_true", help="print address, operations and orders as one JSON line"
    )
    options.add_argument("--quiet", action="store_true", help="log nothing")


def record(commands: Commands) -> None:
    """``conformance record``."""
    parser = common.command(
        commands,
        "record",
        summary="ask an exchange, or its sandbox, and keep the answers",
        description="Send valid and invalid requests and write the answers to cassettes/NAME "
        "without secrets. A sandbox is sent every documented request; the exchange itself only "
        "GETs of operations that its pages call public, unsigned, and of those that exchange.toml "
        "lists. Server and credentials are read from the variables that exchange.toml names.",
    )
    asked = parser.add_argument_group("who is asked")
    common.exchanges(asked, required=True)
    common.docs_root(asked)
    where = asked.add_mutually_exclusive_group(required=True)
    where.add_argument("--sandbox", action="store_true", help="ask a sandbox made from the pages")
    where.add_argument("--live", action="store_true", help="ask the exchange itself")
    _confirmations(asked)
    _questions(parser.add_argument_group("what is asked"))
    _bounds(parser.add_argument_group("bounds"))


def _confirmations(options: Options) -> None:
    options.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="HOST[:PORT]",
        help="with --live and one --exchange: this is its host, besides those that exchange.toml "
        "confirms",
    )
    options.add_argument(
        "--variable",
        action="append",
        default=[],
        metavar="NAME",
        help="with --live: read this variable although it is not named like the exchange",
    )


def _questions(options: Options) -> None:
    options.add_argument(
        "--examples",
        type=_AMOUNT,
        default=3,
        metavar="N",
        help="valid requests to each operation (default: 3, at most 15)",
    )
    options.add_argument(
        "--allow-state-change",
        action="store_true",
        help="with --live: also send the probes that exchange.toml declares, of operations that "
        "may change state",
    )
    options.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:SUBJECT]",
        help="with --sandbox: let it do this wrong (repeatable; the kinds: conformance sandbox "
        "--list-faults)",
    )


def _bounds(options: Options) -> None:
    for option, default, metavar, what in (
        ("--requests", 300, "N", "most requests to send, in all"),
        ("--seconds", 180, "S", "longest time to take, in all, in seconds"),
        ("--timeout", 20, "S", "longest wait for one answer, in seconds"),
    ):
        options.add_argument(
            option,
            type=_AMOUNT,
            default=default,
            metavar=metavar,
            help=f"{what} (default: {default})",
        )
