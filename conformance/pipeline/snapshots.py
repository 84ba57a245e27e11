"""The pages of an exchange fetched again, compared, and stored together with their schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from conformance.errors import ConformanceError, UsageError
from conformance.model.document import Block, CodeBlock, Document, Heading, Table, walk
from conformance.pages import drafts, page_fetches
from conformance.pages.exchange import SNAPSHOT, Exchange, Page, find_known_exchanges, find_root
from conformance.pages.fetch import Fetched, Fetcher
from conformance.pages.revisions import StateSources
from conformance.pages.sources import TwinPage, exchange_pages
from conformance.pages.staging import clear, exclusive, staging
from conformance.parse import parse_page
from conformance.pipeline import PageChoice
from conformance.pipeline.comparison import compare_all_states, read_sides
from conformance.pipeline.evidence import read_all_evidence
from conformance.pipeline.project import SCHEMAS, find_stored, load_exchanges, schema_files
from conformance.pipeline.weights import apply_own_severities
from conformance.reading import read_document
from conformance.schema.files import write_files


@contextmanager
def lock_project(root: Path, *, dry_run: bool = False) -> Iterator[tuple[str, ...]]:
    """Keep others from changing the pages of the project at ``root``, after putting back and
    clearing what a killed run left; yields a line on each.  A dry run locks nothing.  Raises
    UsageError: another run is changing them; InputError: something cannot be put back."""
    if dry_run:
        yield ()
        return
    with exclusive(root / SNAPSHOT) as alone:
        yield clear(root / SNAPSHOT) if alone else ()


def take_snapshots(
    choice: PageChoice,
    announce: Callable[[str], None],
    progress: Callable[[str], page_fetches.Progress],
    *,
    replaced: Sequence[str] = (),
    allow_http: bool = False,
    dry_run: bool = False,
) -> list[page_fetches.SnapshotResult]:
    """Take a snapshot of each chosen exchange; one that fails leaves the others alone.
    ``progress`` gives each exchange its own; answers for ``replaced`` pages are taken whatever they
    are like.  Raises UsageError: no such exchange, or another run is changing them."""
    root = find_root(choice.docs_root)
    with lock_project(root, dry_run=dry_run) as left_behind:
        for line in left_behind:
            announce(line)
        exchanges = list(_load_exchanges(tuple(dict.fromkeys(choice.exchanges)), root))
        _refuse_unknown(replaced, exchanges)
        fetcher = Fetcher(allow_http)  # one for all: exchanges may share a host
        how = page_fetches.Round(fetcher, judge, frozenset(replaced))
        return [
            found
            if isinstance(found, page_fetches.SnapshotResult)
            else _take_snapshot(found, root, how, dry_run, progress(found.name))
            for found in exchanges
        ]


def _load_exchanges(
    names: Sequence[str], root: Path
) -> Iterator[Exchange | page_fetches.SnapshotResult]:
    """Each exchange, or why it is none.  Raises UsageError: no exchange, or none of such a name."""
    known = find_known_exchanges(root)
    if not known:
        raise UsageError(f"{root}: holds no exchange", hint="set one up with conformance init")
    unknown = [name for name in names if name not in known]
    for name in unknown or names or known:
        try:
            (exchange,) = load_exchanges(root, [name])
            yield exchange
        except UsageError:
            raise
        except ConformanceError as error:
            yield page_fetches.SnapshotResult(exchange=name, failure=str(error))


def _refuse_unknown(
    replaced: Sequence[str], exchanges: Sequence[Exchange | page_fetches.SnapshotResult]
) -> None:
    """A slip in a page's name would go unnoticed."""
    found = [e for e in exchanges if isinstance(e, Exchange)]
    pages = {page.path for exchange in found for page in exchange.pages if page.url}
    for path in replaced:
        if path not in pages:
            known = ", ".join(sorted(pages)[:5]) or "none"
            raise UsageError(f"--replace {path}: no page with an address", hint=f"known: {known}")


def _take_snapshot(
    exchange: Exchange,
    root: Path,
    how: page_fetches.Round,
    dry_run: bool,
    progress: page_fetches.Progress,
) -> page_fetches.SnapshotResult:
    name = exchange.name
    fetches: tuple[page_fetches.PageFetch, ...] = ()
    try:
        with staging(exchange.root, root / SCHEMAS / name, beside=not dry_run) as stage:
            begun = page_fetches.Edition(exchange, stage, dry_run)
            fetches = page_fetches.fetch_pages(exchange, how, progress)
            return _build_edition(begun, fetches, find_stored(exchange, root))
    except ConformanceError as error:
        return page_fetches.SnapshotResult(exchange=name, fetches=fetches, failure=str(error))


def judge(page: Page, old: bytes, answer: Fetched) -> page_fetches.Judgement:
    """Read what was answered beside what is stored."""
    document = parse_page(answer.content, page.path)
    new, stored = _measure_traits(document), _measure_traits(parse_page(old, page.path))
    unsure, note = drafts.misread(answer.content, answer.charset, document.lines)
    refused = drafts.refusal(page.language.partition("-")[0], stored, new)
    return page_fetches.Judgement(
        refusal=refused or unsure, notes=(note,) if note else (), operations=new.operations
    )


def _build_edition(
    begun: page_fetches.Edition,
    fetches: tuple[page_fetches.PageFetch, ...],
    cassettes: Sequence[Path],
) -> page_fetches.SnapshotResult:
    name, dry_run = begun.exchange.name, begun.dry_run
    if not any(page_fetch.renewal for page_fetch in fetches):
        return page_fetches.SnapshotResult(exchange=name, fetches=fetches)
    new = begun.build(fetches)
    if not any(page_fetch.outcome is page_fetches.FetchOutcome.CHANGED for page_fetch in fetches):
        if not dry_run:
            begun.publish_manifest()
        return page_fetches.SnapshotResult(exchange=name, fetches=fetches, stored=not dry_run)
    written = write_files(begun.copy_schemas(), schema_files(new), prune=True)
    # what is recorded tells a page that was corrected from an API that changed
    evidence = read_all_evidence(cassettes).interactions
    before, after = (
        read_sides([_make_sources(exchange, label)]).state
        for exchange, label in ((begun.exchange, "as stored"), (new, "as fetched"))
    )
    result = compare_all_states(before, after, evidence)
    if not dry_run:
        begun.stage.publish()
    return page_fetches.SnapshotResult(
        exchange=name,
        fetches=fetches,
        changes=apply_own_severities(begun.exchange, result.findings),
        problems=result.problems,
        schemas=written,
        stored=not dry_run,
    )


def _make_sources(exchange: Exchange, label: str) -> StateSources:
    pages = tuple(TwinPage(page.page, page) for page in exchange_pages(exchange))
    return StateSources(label=label, pages=pages)


def _measure_traits(document: Document) -> drafts.Traits:
    text = "\n".join(document.lines)
    is_html = document.markup == "html"
    return drafts.Traits(
        form=document.markup,
        language=document.language,
        operations=len(read_document(document).operations),
        substance=sum(_measure_substance(block) for block in walk(document.blocks)),
        unreadable=text.count("\ufffd") / max(1, len(text)),
        closed=is_html and drafts.is_closed(text),
        asks_for_password=is_html and drafts.asks_for_password(text),
    )


def _measure_substance(block: Block) -> int:
    if isinstance(block, Table):
        return len(block.rows)
    return int(isinstance(block, Heading | CodeBlock))
