"""What of the documentation was ever observed: text to read, JSON for programs, an HTML map."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import Struct

from conformance.checks.evidence_counts import KINDS, ObservedOperation, Sighting
from conformance.compare.wording import plural
from conformance.report.json_v1 import pick_members
from conformance.report.words import Counts, divide_by_origin, list_counts

VERSION: Final = 1
_PLURAL: Final = {"status": "statuses", "enum": "enum values"} | {
    kind: f"{kind}s" for kind in ("field", "condition")
}


class ExchangeCoverage(Struct, frozen=True):
    name: str
    operations: tuple[ObservedOperation, ...]


class Total(Struct, frozen=True):
    """How many things of one kind are documented, by the weightiest evidence that shows them."""

    kind: str
    """``operations`` or the plural of an item's."""
    documented: int
    live: int
    recorded: int

    @property
    def never(self) -> int:
        """Those that no API ever showed."""
        return self.documented - self.live - self.recorded


def render_coverage(exchanges: Sequence[ExchangeCoverage], form: str) -> str:
    """As ``text``, ``json`` or ``html``; ends with a newline."""
    return {
        "text": render_coverage_text,
        "json": render_coverage_json,
        "html": render_coverage_html,
    }[form](exchanges)


def render_coverage_json(exchanges: Sequence[ExchangeCoverage]) -> str:
    """``{"version": 1, "exchanges": [...]}``, each item with its count for each origin."""
    tree = {"version": VERSION, "exchanges": [_render_exchange(exchange) for exchange in exchanges]}
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def render_coverage_text(exchanges: Sequence[ExchangeCoverage]) -> str:
    """A table for each operation: what was observed how often, then what never was; totals last."""
    lines: list[str] = []
    for exchange in exchanges:
        for observed in exchange.operations:
            lines += [*_render_operation(exchange.name, observed), ""]
    lines.append("Total:")
    for total in count_totals(exchanges):
        seen = f"{total.live} seen live, {total.recorded} seen recorded, {total.never} never seen"
        lines.append(f"  {total.kind}: {total.documented} documented, {seen}")
    return "\n".join((*lines, ""))


def render_coverage_html(exchanges: Sequence[ExchangeCoverage]) -> str:
    """A map: a row for each operation, a square for each thing documented."""
    from conformance.report.html import render_page

    names = ", ".join(exchange.name for exchange in exchanges)
    return render_page(
        "coverage.html.j2",
        title=f"{names}: documented and observed" if names else "Documented and observed",
        exchanges=exchanges,
        totals=count_totals(exchanges),
        groups=_group_items,
        worth=find_weightiest,
        line=_render_line,
        list_counts=list_counts,
        divide_by_origin=divide_by_origin,
    )


def _group_items(observed: ObservedOperation) -> Iterator[tuple[str, list[Sighting], int]]:
    for kind in KINDS:
        mine = [sighting for sighting in observed.sightings if sighting.item.kind == kind]
        if mine:
            yield _PLURAL[kind], mine, sum(find_weightiest(one.observed) != "never" for one in mine)


def count_totals(exchanges: Sequence[ExchangeCoverage]) -> list[Total]:
    """Of operations and of items of each kind, where there are any."""
    operations = [observed for exchange in exchanges for observed in exchange.operations]
    counts = {"operations": Counter(find_weightiest(one.interactions) for one in operations)}
    for kind in KINDS:
        observed = (s.observed for one in operations for s in one.sightings if s.item.kind == kind)
        counts[_PLURAL[kind]] = Counter(map(find_weightiest, observed))
    return [
        Total(name, tally.total(), tally["live"], tally["recorded"])
        for name, tally in counts.items()
        if tally
    ]


def find_weightiest(counts: Counts) -> str:
    """``live``, ``recorded`` or ``never``: the weightiest evidence of an API among ``counts``."""
    of_api = dict(divide_by_origin(counts)[0])
    return "live" if of_api.get("live") else "recorded" if any(of_api.values()) else "never"


def _render_exchange(exchange: ExchangeCoverage) -> dict[str, Any]:
    return {
        "exchange": exchange.name,
        "totals": {
            total.kind: pick_members(total, "documented live recorded never")
            for total in count_totals([exchange])
        },
        "operations": [
            {
                "operation": observed.operation,
                **_count_by_origin("interactions", observed.interactions),
                "items": [_render_item(sighting) for sighting in observed.sightings],
            }
            for observed in exchange.operations
        ],
    }


def _render_item(sighting: Sighting) -> dict[str, Any]:
    item = sighting.item
    return {
        **pick_members(item, "kind subject"),
        **({"state": item.state} if item.state or item.kind == "enum" else {}),
        **_count_by_origin("observed", sighting.observed),
        "documented": pick_members(sighting.span, "page line"),
    }


def _count_by_origin(name: str, counts: Counts) -> dict[str, Any]:
    of_api, others = divide_by_origin(counts)
    return {name: dict(of_api), **({"set_apart": dict(others)} if others else {})}


def _render_operation(exchange: str, observed: ObservedOperation) -> Iterator[str]:
    of_api, others = divide_by_origin(observed.interactions)
    yield f"{exchange}: {observed.operation}"
    total = plural(sum(number for _, number in of_api), "interaction")
    apart = f"; set apart: {list_counts(others)}" if others else ""
    yield f"  {total}{': ' if of_api else ''}{list_counts(of_api)}{apart}"
    for kinds, mine, seen in _group_items(observed):
        yield f"  {kinds}: {seen} of {len(mine)} observed"
        yield from (f"    {_render_line(sighting)}" for sighting in mine)


def _render_line(sighting: Sighting) -> str:
    item = sighting.item
    state = item.state or ('""' if item.kind == "enum" else "")
    name = f"{item.subject} {state}".rstrip()
    of_api, others = divide_by_origin(sighting.observed)
    apart = f" (set apart: {list_counts(others)})" if others else ""
    return f"{name}: {list_counts(of_api) or 'never'}{apart}  [{sighting.span}]"
