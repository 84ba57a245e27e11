"""What of the documentation was ever observed: text to read, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from conformance.checks.observed import KINDS, Observed, Sighting
from conformance.report.words import Counts, divide, listed, plural

VERSION: Final = 1
_PLURAL: Final = {
    "status": "statuses",
    "field": "fields",
    "enum": "enum values",
    "condition": "conditions",
}


@dataclass(frozen=True, slots=True)
class ExchangeCoverage:
    """One exchange."""

    name: str
    operations: tuple[Observed, ...]


def coverage_json(exchanges: Sequence[ExchangeCoverage]) -> str:
    """``{"version": 1, "exchanges": [...]}``, each item with its count for each origin."""
    tree = {"version": VERSION, "exchanges": [_exchange(exchange) for exchange in exchanges]}
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def coverage_text(exchanges: Sequence[ExchangeCoverage]) -> str:
    """A table for each operation: what was seen how often, then what never was."""
    lines: list[str] = []
    for exchange in exchanges:
        for told in exchange.operations:
            lines += [*_operation(exchange.name, told), ""]
    return "\n".join(lines)


def _exchange(exchange: ExchangeCoverage) -> dict[str, Any]:
    return {
        "exchange": exchange.name,
        "operations": [
            {
                "operation": told.operation,
                **_by_origin("interactions", told.interactions),
                "items": [_item(sighting) for sighting in told.sightings],
            }
            for told in exchange.operations
        ],
    }


def _item(sighting: Sighting) -> dict[str, Any]:
    item = sighting.item
    return {
        "kind": item.kind,
        "subject": item.subject,
        **({"state": item.state} if item.state or item.kind == "enum" else {}),
        **_by_origin("observed", sighting.seen),
        "documented": {"page": sighting.span.page, "line": sighting.span.line},
    }


def _by_origin(name: str, counts: Counts) -> dict[str, Any]:
    """The counts of what the API answered; apart from them, where there are any, all others."""
    of_api, others = divide(counts)
    return {name: dict(of_api), **({"set_apart": dict(others)} if others else {})}


def _operation(exchange: str, told: Observed) -> Iterator[str]:
    of_api, others = divide(told.interactions)
    yield f"{exchange}: {told.operation}"
    total = plural(sum(number for _, number in of_api), "interaction")
    apart = f"; set apart: {listed(others)}" if others else ""
    yield f"  {total}{': ' if of_api else ''}{listed(of_api)}{apart}"
    for kind in KINDS:
        mine = [sighting for sighting in told.sightings if sighting.item.kind == kind]
        if mine:
            seen = [sighting for sighting in mine if divide(sighting.seen)[0]]
            yield f"  {_PLURAL[kind]}: {len(seen)} of {len(mine)} observed"
            yield from (f"    {_line(sighting)}" for sighting in mine)


def _line(sighting: Sighting) -> str:
    item = sighting.item
    state = item.state or ('""' if item.kind == "enum" else "")
    name = f"{item.subject} {state}".rstrip()
    of_api, others = divide(sighting.seen)
    apart = f" (set apart: {listed(others)})" if others else ""
    return f"{name}: {listed(of_api) or 'never'}{apart}  [{sighting.span}]"
