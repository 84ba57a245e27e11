"""The exchanges of a project, and what it keeps about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from conformance.errors import UsageError
from conformance.model.contract import Contract
from conformance.pages.exchange import Exchange, load_exchange, read_page
from conformance.pages.roots import exchange_folder, find_root, known_exchanges
from conformance.pipeline.choice import PageChoice
from conformance.pipeline.pages import read_exchange
from conformance.schema.files import render_files

SCHEMAS = "schemas"
CASSETTES = "cassettes"


def load_exchanges(root: Path, names: Sequence[str]) -> tuple[Exchange, ...]:
    """The named exchanges under ``root``; all of them when none is named.

    Raises:
        UsageError: a name is unknown; the message lists the known ones.
        InputError: a page is missing or is not the one its manifest describes.
    """
    found = tuple(load_exchange(exchange_folder(root, n)) for n in names or known_exchanges(root))
    for exchange in found:
        for page in exchange.pages:
            read_page(exchange, page)
    return found


def choose_pages(
    choice: PageChoice, option: str = "PATH"
) -> tuple[list[Path], tuple[Exchange, ...]]:
    """The paths that are meant, and the exchanges that they are of: none where paths are given.

    Raises:
        UsageError: both paths, by the ``option`` that names them, and exchanges are given; or an
            exchange is unknown.
    """
    if choice.paths and choice.exchanges:
        raise UsageError(f"give either {option} or --exchange, not both")
    if choice.paths:
        return list(choice.paths), ()
    exchanges = load_exchanges(find_root(choice.docs_root), choice.exchanges)
    return [exchange.root for exchange in exchanges], exchanges


def languages(exchange: Exchange) -> tuple[str, ...]:
    """The languages of its pages, in manifest order."""
    return tuple(dict.fromkeys(page.language for page in exchange.pages))


def schema_files(exchange: Exchange) -> dict[str, str]:
    """Every file that belongs under ``schemas/<exchange>/``, by relative path."""
    tags = languages(exchange)
    return render_schemas(exchange, {tag: read_exchange(exchange, tag).contract for tag in tags})


def render_schemas(exchange: Exchange, contracts: Mapping[str, Contract]) -> dict[str, str]:
    """The same of contracts that have been read, by language."""
    files: dict[str, str] = {}
    for language, contract in contracts.items():
        rendered = render_files(contract, title=f"{exchange.title} ({language})")
        files |= {f"{language}/{name}": content for name, content in rendered.items()}
    return files
