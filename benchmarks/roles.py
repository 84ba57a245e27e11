"""``python -m benchmarks.roles SETS_FOLDER``: fit the weights of roles, and judge them.

Every table on pages with an official specification is labelled by that specification (most of its
names are inputs or members of the response; others are left out), and a multinomial logistic
regression over the cues of :mod:`conformance.reading.roles` is fitted to the labels.  Its worth is
judged by leaving out one source at a time: fitted on the others, how many tables of that source
get the right role.  ``--write`` stores the weights fitted on all sources.

A set is a folder with ``docs/`` (pages) and ``truth.json`` or ``truth.yaml`` (OpenAPI or Swagger).
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from benchmarks.accuracy.spec import Described, Key, operations, read_spec
from benchmarks.measure import folder
from conformance.errors import ConformanceError
from conformance.pages.exchange import read_bytes
from conformance.pages.sources import find_sources
from conformance.parse import parse_page
from conformance.reading import build_index
from conformance.reading.classification import (
    ClassifiedTable,
    operation_context,
    table_contexts,
)
from conformance.reading.preparation import prepare_page
from conformance.reading.role_features import OperationContext, Side, features
from conformance.reading.roles import SIDES, load_weights
from conformance.reading.tracing import PageTrace, complete_page

_WEIGHTS: Final = Path("conformance/reading/role_weights.toml")
_MOST = 400
"""Tables of one source that count in full: a large site does not outvote the others."""
_EPOCHS, _RATE, _DECAY = 15, 0.05, 0.5
_NONE = (0.0, 0.0, 0.0)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """One table as the fit sees it."""

    source: str
    strengths: Mapping[str, float]
    label: Side
    where: str


def main(argv: Sequence[str] | None = None) -> int:
    """Fit, judge, print; with ``--write`` store the weights."""
    args = _parser().parse_args(argv)
    skipped = set(filter(None, args.skip.split(",")))
    tables = [
        table
        for folder in sorted(args.folder.iterdir())
        if folder.name not in skipped
        for table in _labelled(folder)
    ]
    if not tables:
        print("roles: no set with a specification was found", file=sys.stderr)
        return 2
    _report(tables)
    prior = load_weights()
    print(f"before the fit: {_share_right(prior, tables):.3f} of {len(tables)} tables right")
    weights = fit(tables)
    wrong = [table for table in tables if predict(weights, table.strengths) != table.label]
    print(f"fitted on all: {1 - len(wrong) / len(tables):.3f} of {len(tables)} tables right")
    for table in wrong[: args.misses]:
        print(f"  {table.where}: {predict(weights, table.strengths)}, is {table.label}")
    if args.write:
        _WEIGHTS.write_text(_rendered(weights, tables), "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roles", description=__doc__)
    parser.add_argument("folder", type=folder, help="folder of sets")
    parser.add_argument("--skip", default="", metavar="NAME,NAME", help="sets that are left out")
    parser.add_argument("--misses", type=int, default=0, help="show so many wrong tables")
    parser.add_argument("--write", action="store_true", help=f"write {_WEIGHTS}")
    return parser


def _report(tables: Sequence[LabelledTable]) -> None:
    """Each source by weights fitted on the others."""
    right = 0
    for source in sorted({table.source for table in tables}):
        own = [table for table in tables if table.source == source]
        weights = fit([table for table in tables if table.source != source])
        before = _share_right(load_weights(), own)
        hits = sum(predict(weights, table.strengths) == table.label for table in own)
        right += hits
        labels = Counter(table.label for table in own)
        figures = f"{hits / len(own):.3f} of {len(own):5} ({before:.3f} before)"
        print(f"{source:28} {figures}  {dict(labels)}")
    print(f"{'leaving one source out':28} {right / len(tables):.3f} of {len(tables):5}")


def _labelled(folder: Path) -> Iterator[LabelledTable]:
    """Every table of one set whose operation its specification has."""
    truth = next((p for n in ("truth.json", "truth.yaml") if (p := folder / n).is_file()), None)
    if truth is None:
        return
    want = {_shape(key): described for key, described in operations(read_spec(truth)).items()}
    pages = folder / "docs" if (folder / "docs").is_dir() else folder
    source = folder.name.partition("-")[0]
    for trace in _traces(pages):
        for scope, share in zip(trace.scopes, trace.shares, strict=True):
            described = _found(want, (scope.mention.method, scope.mention.path))
            if described:
                yield from _of_scope(
                    source, share, described, operation_context(scope, trace.prepared.examples)
                )


def _of_scope(
    source: str, share: Iterable[ClassifiedTable], described: Described, context: OperationContext
) -> Iterator[LabelledTable]:
    tables = [t for t in share if not t.from_paragraphs and t.role.kind != "object"]
    before: tuple[Side, ...] = ()
    for t, here in zip(tables, table_contexts(tables, context), strict=True):
        label = _label(t, described)
        if label is None:
            continue
        here = replace(here, before=before)
        words = [w for w in (t.table.caption, *t.piece.place.words()) if w]
        strengths: dict[str, float] = {}
        for name, _, _, strength in features(t.piece, t.table, words, here):
            strengths[name] = strengths.get(name, 0.0) + strength
        yield LabelledTable(source, strengths, label, str(t.table.span))
        before = (*before, label)


def _label(t: ClassifiedTable, described: Described) -> Side | None:
    """What the specification says the table is; None when it does not say clearly."""
    names = [_last(row.name.name) for row in t.table.fields]
    if not names:
        return None
    asked = {_last(name) for name in described.request}
    given = {_last(name) for name in described.response}
    inputs = sum(name in asked for name in names) / len(names)
    outputs = sum(name in given for name in names) / len(names)
    if inputs >= 0.5 and inputs > outputs:
        return "request"
    return "response" if outputs >= 0.5 and outputs > inputs else None


def _last(name: str) -> str:
    return name.replace("[]", "").rpartition(".")[2].lower()


def _traces(folder: Path) -> Iterator[PageTrace]:
    """Each page of a folder, read with what the others know."""
    documents = []
    for page in find_sources([folder]).pages:
        try:
            documents.append(parse_page(read_bytes(page.path), page.page))
        except ConformanceError:
            continue
    prepared = [prepare_page(document) for document in documents]
    index = build_index(prepared)
    yield from (complete_page(page, index) for page in prepared)


def _shape(key: Key) -> Key:
    return key[0], _PLACEHOLDER.sub("{}", key[1]).rstrip("/").lower()


def _found(want: Mapping[Key, Described], key: Key) -> Described | None:
    """The operation of the specification, whatever base path either side writes."""
    method, path = _shape(key)
    for (other, longer), described in want.items():
        short, long = sorted((path, longer), key=len)
        if other == method and long.endswith(short) and short.count("/") >= 1:
            return described
    return None


def fit(tables: Sequence[LabelledTable]) -> dict[str, list[float]]:
    """Weights by AdaGrad on the multinomial log-likelihood, each source weighing alike."""
    counts = Counter(table.source for table in tables)
    prior = load_weights()
    weights: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    weights.update({feature: list(row) for feature, row in prior.items()})
    squares: dict[str, list[float]] = defaultdict(lambda: [1e-6, 1e-6, 1e-6])
    for _ in range(_EPOCHS):
        for table in tables:
            share = min(1.0, _MOST / counts[table.source])
            probabilities = _probabilities(weights, table.strengths)
            for side, name in enumerate(SIDES):
                error = share * (probabilities[side] - (name == table.label))
                for feature, strength in table.strengths.items():
                    pull = weights[feature][side] - prior.get(feature, _NONE)[side]
                    gradient = error * strength + _DECAY * pull
                    squares[feature][side] += gradient * gradient
                    step = _RATE * gradient / math.sqrt(squares[feature][side])
                    weights[feature][side] -= step
    return weights


def _probabilities(
    weights: Mapping[str, Sequence[float]], strengths: Mapping[str, float]
) -> list[float]:
    scores = [
        sum(weights[f][side] * s for f, s in strengths.items() if f in weights)
        for side in range(len(SIDES))
    ]
    exponents = [math.exp(score - max(scores)) for score in scores]
    return [e / sum(exponents) for e in exponents]


def _share_right(weights: Mapping[str, Sequence[float]], tables: Sequence[LabelledTable]) -> float:
    hits = sum(predict(weights, table.strengths) == table.label for table in tables)
    return hits / len(tables)


def predict(weights: Mapping[str, Sequence[float]], strengths: Mapping[str, float]) -> Side:
    """The likeliest role."""
    probabilities = _probabilities(weights, strengths)
    return SIDES[probabilities.index(max(probabilities))]


def _rendered(weights: Mapping[str, Sequence[float]], tables: Sequence[LabelledTable]) -> str:
    sources = len({table.source for table in tables})
    uses = Counter(feature for table in tables for feature in table.strengths)
    lines = [
        "# What each cue is worth for the role of a table: request, response, other.",
        f"# Fitted by benchmarks/roles.py on {len(tables)} tables of {sources} sources; the number",
        "# behind a row is how many of them had the cue.",
        "[weights]",
    ]
    for feature in sorted(weights):
        row = ", ".join(f"{weight:.2f}" for weight in weights[feature])
        lines.append(f'"{feature}" = [{row}]  # {uses[feature]}')
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
