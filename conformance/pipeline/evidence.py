"""What was recorded, read and held against what is documented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from conformance.checks.match import matcher
from conformance.checks.mentions import Mentions
from conformance.checks.partial import PartialResult
from conformance.checks.runner import Checker, CheckResult
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
    interactions: Iterable[Interaction],
    base_paths: Sequence[str] = (),
    files: Sequence[tuple[str, Path]] | None = None,
) -> CheckResult:
    """Hold interactions against the operations they belong to, under ``base_paths`` as well.

    None of them is kept.  See :class:`EvidenceChecker`.
    """
    checker = EvidenceChecker.of(operations, base_paths, files)
    parts: Parts = {}
    for interaction in interactions:
        checker.take(parts, interaction)
    return checker.result(parts)


Parts: TypeAlias = dict[str, PartialResult]
"""What interactions came to: those an API answered under no name, others under their origin."""


def merge_parts(parts: Parts, others: Parts) -> Parts:
    """``parts``, with what ``others`` has of other interactions added."""
    for origin, result in others.items():
        parts.setdefault(origin, PartialResult()).merge(result)
    return parts


@dataclass(frozen=True, slots=True)
class EvidenceChecker:
    """Holds interactions against the operations they belong to.

    Their requests are judged, too; what the pages say beside the tables counts as documented.
    What an API answered is held by itself, so that no count of it has anything else in it; what
    was not checked is counted of it alone, where there is any.
    """

    api: Checker
    others: Checker

    @classmethod
    def of(
        cls,
        operations: Sequence[Operation],
        base_paths: Sequence[str] = (),
        files: Sequence[tuple[str, Path]] | None = None,
    ) -> EvidenceChecker:
        """Made ready for ``operations``; pages are read in the end, if they are needed at all."""
        found = matcher(operations, base_paths)
        mentions = None if files is None else Mentions(operations, partial(_pages, files))
        return cls(Checker(found, TrafficJudge(mentions)), Checker(found))

    def take(self, parts: Parts, interaction: Interaction) -> None:
        """Hold one interaction against its operations; what comes of it is added to ``parts``."""
        of_api = interaction.origin.is_of_api
        origin = "" if of_api else interaction.origin.value
        result = parts.get(origin)
        if result is None:
            result = parts[origin] = PartialResult()
        (self.api if of_api else self.others).take(result, interaction)

    def result(self, parts: Parts) -> CheckResult:
        """What all of it came to."""
        result = self.api.result(parts.get("", PartialResult()))
        for origin in Origin:
            if origin.value in parts:
                result = _joined(result, self.others.result(parts[origin.value]))
        return result


def _joined(first: CheckResult, other: CheckResult) -> CheckResult:
    return CheckResult(
        findings=(*first.findings, *other.findings),
        origins=tuple(sorted((*first.origins, *other.origins))),
        unmatched=(*first.unmatched, *other.unmatched),
        lost=(*first.lost, *other.lost),
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
