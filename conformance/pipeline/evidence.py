"""What was recorded, read and checked against what is documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from conformance.checks.mentions import Mentions
from conformance.checks.runner import CheckResult, check
from conformance.checks.traffic import TrafficJudge
from conformance.errors import ConformanceError
from conformance.evidence.coding import DecodingBudget
from conformance.evidence.loading import Evidence, Problem, read_evidence
from conformance.evidence.manifest import Cassette, read_manifest
from conformance.model.interaction import Interaction, Origin
from conformance.model.operation import Operation


def read_all_evidence(
    paths: Sequence[Path], root: Path | None = None, unsaid: Origin = Origin.RECORDED
) -> Evidence:
    """Interactions of all ``paths``, with one problem for each file or entry that is none.

    ``unsaid`` is what an interaction is worth that does not say it.
    """
    budget = DecodingBudget.of_run()
    found = [_evidence(path, root, unsaid, budget) for path in paths]
    return Evidence(
        interactions=tuple(i for e in found for i in e.interactions),
        problems=tuple(p for e in found for p in e.problems),
    )


def cassettes_of(folder: Path) -> tuple[Cassette, ...]:
    """The cassettes that the manifest in ``folder`` lists."""
    return read_manifest(folder).cassettes


def by_origin(interactions: Iterable[Interaction]) -> tuple[tuple[str, int], ...]:
    """How many interactions there are of each origin."""
    return tuple(sorted(Counter(i.origin.value for i in interactions).items()))


def check_all(
    operations: Sequence[Operation],
    interactions: Sequence[Interaction],
    base_paths: Sequence[str] = (),
    files: Sequence[tuple[str, Path]] | None = None,
) -> CheckResult:
    """Hold interactions against the operations they belong to, under ``base_paths`` as well.

    Their requests are judged, too; what the pages, whose ``files`` are read when they are needed,
    say beside the tables counts as documented.  What an API answered is counted by itself, so that
    no count of it has anything else in it; what was not checked is counted of it alone, where
    there is any.
    """
    mentions = None if files is None else Mentions(operations, lambda: _pages(files))
    of_api = [one for one in interactions if one.origin.is_of_api]
    result = check(operations, of_api, base_paths, TrafficJudge(mentions))
    for origin in Origin:
        others = [one for one in interactions if one.origin is origin and not origin.is_of_api]
        if others:
            result = _join(result, check(operations, others, base_paths))
    return result


def _join(first: CheckResult, other: CheckResult) -> CheckResult:
    return CheckResult(
        findings=(*first.findings, *other.findings),
        checked_interactions=first.checked_interactions + other.checked_interactions,
        unmatched=(*first.unmatched, *other.unmatched),
        prefixes=tuple(dict.fromkeys((*first.prefixes, *other.prefixes))),
        judged_interactions=first.judged_interactions + other.judged_interactions,
        unchecked=first.unchecked if first.checked_interactions else other.unchecked,
    )


def _pages(files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Sequence[str]]]:
    for page, path in files:
        yield page, path.read_bytes().decode(errors="replace").splitlines()


def _evidence(path: Path, root: Path | None, unsaid: Origin, budget: DecodingBudget) -> Evidence:
    try:
        return read_evidence(path, root=root, unsaid=unsaid, budget=budget)
    except ConformanceError as error:
        return Evidence(interactions=(), problems=(Problem(str(path), str(error)),))
