"""Evidence read and checked against pages, here or by the workers of a Dask cluster.

To a cluster the contract is sent once for each worker, files are read by the workers, and the
results are added up by the same merge as everywhere.  What a worker that died was at is done again
by another one: only results that arrive are added, so nothing counts twice.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct, field

from conformance.checks.interactions import Mentions
from conformance.checks.match import matcher
from conformance.checks.runner import Checker, CheckResult, PartialResult
from conformance.checks.traffic import TrafficJudge
from conformance.errors import ConformanceError, InputError, UsageError, naming_extras
from conformance.evidence import loading
from conformance.evidence.coding import DecodingBudget
from conformance.evidence.octets import STDIN
from conformance.evidence.parts import PlainExchange
from conformance.model.contract import Contract
from conformance.model.interaction import Interaction, Origin
from conformance.model.operation import Operation
from conformance.pages.exchange import find_root
from conformance.pipeline import EvidenceChoice, PageChoice
from conformance.pipeline.pages import Progress, read_exchange, read_paths, start_workers
from conformance.pipeline.project import choose_pages, find_stored, languages

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from conformance.report.coverage import ExchangeCoverage

_NAMED: Final = 1_000
"""Files and entries that are named when they cannot be read; all are counted."""


def read_all_evidence(
    paths: Sequence[Path], root: Path | None = None, default_origin: Origin = Origin.RECORDED
) -> loading.Evidence:
    """Interactions of all ``paths``, with one problem for each file or entry that is none;
    ``default_origin`` is the origin of those that state none."""
    budget = DecodingBudget.of_run()
    interactions: list[Interaction] = []
    problems: list[loading.Problem] = []
    for path in paths:
        try:
            found = loading.read_evidence(
                path, root=root, default_origin=default_origin, budget=budget
            )
        except ConformanceError as error:
            problems.append(loading.Problem(str(path), str(error)))
        else:
            interactions += found.interactions
            problems += found.problems
    return loading.Evidence(tuple(interactions), tuple(problems))


def check_all(
    operations: Sequence[Operation],
    interactions: Iterable[Interaction],
    base_paths: Sequence[str] = (),
    files: Sequence[tuple[str, Path]] | None = None,
) -> CheckResult:
    """Hold interactions against the operations they belong to, also under ``base_paths``; none is
    kept."""
    checker = EvidenceChecker.of(operations, base_paths, files)
    parts: OriginParts = {}
    for interaction in interactions:
        checker.take(parts, interaction)
    return checker.result(parts)


OriginParts: TypeAlias = dict[str, PartialResult]
"""What interactions came to: those an API answered under no name, others under their origin."""


def merge_parts(parts: OriginParts, others: OriginParts) -> OriginParts:
    """``parts``, with what ``others`` has of other interactions added."""
    for origin, result in others.items():
        parts.setdefault(origin, PartialResult()).merge(result)
    return parts


class EvidenceChecker(Struct, frozen=True):
    """Holds interactions against the operations they belong to, and judges their requests.  Prose
    counts as documented.  What an API answered is counted apart from everything else."""

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
        mentions = None if files is None else Mentions(operations, partial(_read_pages, files))
        return cls(Checker(found, TrafficJudge(mentions)), Checker(found))

    @property
    def operations(self) -> tuple[Operation, ...]:
        return self.api.matcher.operations

    def take(self, parts: OriginParts, interaction: Interaction) -> None:
        """Hold one interaction against its operations; what comes of it is added to ``parts``."""
        of_api = interaction.origin.is_of_api
        origin = "" if of_api else interaction.origin.value
        result = parts.get(origin)
        if result is None:  # most often it is there, and a new one costs more than the look-up
            result = parts[origin] = PartialResult()
        (self.api if of_api else self.others).take(result, interaction)

    def accepts(self, parts: OriginParts, exchange: PlainExchange, origin: Origin) -> bool:
        """Count an exchange of which there is nothing to say; whether it is one."""
        of_api = origin.is_of_api
        result = parts.get("" if of_api else origin.value)
        checker = self.api if of_api else self.others
        return result is not None and checker.accepts(result, exchange, origin)

    def result(self, parts: OriginParts) -> CheckResult:
        result = self.api.result(parts.get("", PartialResult()))
        for origin in Origin:
            if origin.value in parts:
                other = self.others.result(parts[origin.value])
                result = CheckResult(
                    findings=(*result.findings, *other.findings),
                    origins=tuple(sorted((*result.origins, *other.origins))),
                    unmatched=(*result.unmatched, *other.unmatched),
                    lost=(*result.lost, *other.lost),
                    prefixes=tuple(dict.fromkeys((*result.prefixes, *other.prefixes))),
                    judged_interactions=result.judged_interactions + other.judged_interactions,
                    unchecked=result.unchecked if result.checked_interactions else other.unchecked,
                )
        return result


class EvidenceResult(Struct):
    """What some of the evidence came to: a value, of which several make one."""

    parts: OriginParts = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    """What could not be read, the first of it."""
    failed: int = 0
    aside: str = ""
    """The first entry that is no HTTP answer by its nature."""
    asides: int = 0

    def take(
        self, checker: EvidenceChecker, part: loading.EvidencePart | loading.EvidenceUnit
    ) -> EvidenceResult:
        """This, with what ``part`` comes to."""
        for one in part.read(partial(checker.accepts, self.parts)):
            if isinstance(one, Interaction):
                checker.take(self.parts, one)
            elif one.aside:
                self.asides += 1
                self.aside = self.aside or str(one)
            else:
                self.failed += 1
                self.failures += [str(one)] if len(self.failures) < _NAMED else []
        return self

    def merge(self, other: EvidenceResult) -> EvidenceResult:
        """This, with what comes after it."""
        merge_parts(self.parts, other.parts)
        self.failures += other.failures[: _NAMED - len(self.failures)]
        self.failed += other.failed
        self.aside = self.aside or other.aside
        self.asides += other.asides
        return self


def check_units(
    checker: EvidenceChecker,
    units: Iterable[loading.EvidenceUnit],
    jobs: int = 1,
    progress: Progress | None = None,
) -> EvidenceResult:
    """What all of the evidence comes to, by ``jobs`` processes; nothing of it is kept."""
    parts = _read_parts(list(units), progress)
    if jobs < 2:
        outcome = EvidenceResult()
        for part in parts:
            outcome.take(checker, part)
        return outcome
    with start_workers(jobs, _begin, checker) as pool:
        return _merge_parts(pool, parts, ahead=2 * jobs)


def _read_parts(
    units: Sequence[loading.EvidenceUnit], progress: Progress | None
) -> Iterator[loading.EvidencePart]:
    """The parts of every unit; of a large one progress is reported as it is read."""
    for done, unit in enumerate(units, 1):
        name = unit.path.name
        for part in unit.parts():
            yield part
            if progress and (read := part.last):
                progress(done - 1, len(units), f"{name}: {read:,} interactions")
        if progress:
            progress(done, len(units), name)


def _merge_parts(
    pool: ProcessPoolExecutor, parts: Iterable[loading.EvidencePart], ahead: int
) -> EvidenceResult:
    outcome = EvidenceResult()
    waiting: deque[Future[EvidenceResult]] = deque()
    for part in parts:
        waiting.append(pool.submit(_check_part, part))
        if len(waiting) > ahead:
            outcome.merge(waiting.popleft().result())
    for one in waiting:
        outcome.merge(one.result())
    return outcome


_CHECKER: list[EvidenceChecker] = []
"""That of this process, where it works for another one."""


def _begin(checker: EvidenceChecker) -> None:
    _CHECKER[:] = [checker]


def _check_part(part: loading.EvidencePart) -> EvidenceResult:
    return EvidenceResult().take(_CHECKER[0], part)


def _read_pages(files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Sequence[str]]]:
    for page, path in files:
        yield page, path.read_bytes().decode(errors="replace").splitlines()


BLOCK: Final = 64 * 1024 * 1024
"""Octets of one file of lines that a worker reads at once."""
_TASKS: Final = 10_000
"""Tasks of one run: files beyond that share one."""


def check_on_cluster(
    checker: EvidenceChecker, units: Iterable[loading.EvidenceUnit], address: str
) -> EvidenceResult:
    """What all evidence comes to, worked out by the workers of the scheduler at ``address``, which
    read it themselves; ``local`` is a cluster of processes here.  Raises MissingExtraError: Dask is
    not installed; UsageError: only this process can read it; InputError: the cluster fails."""
    with naming_extras():
        dask: Any = import_module("dask")
        bags: Any = import_module("dask.bag")
        distributed: Any = import_module("distributed")

    work = [block for unit in units for block in unit.blocks(BLOCK)]
    if any(unit.path == STDIN for unit in work):
        raise UsageError("a cluster cannot read standard input", hint="name files or URLs")
    if not work:
        return EvidenceResult()
    contract = dask.delayed(pickle.loads)(pickle.dumps(checker))
    bag = bags.from_sequence(work, npartitions=min(len(work), _TASKS))
    results = bag.map_partitions(_check_all, contract).fold(_add_results, split_every=8)
    try:
        with _connect_client(distributed, address):
            result: EvidenceResult = results.compute()
            return result
    except distributed.scheduler.KilledWorker as error:
        raise InputError(f"the cluster at {address} gave up: {error}") from error


def _connect_client(distributed: Any, address: str) -> Any:
    if address != "local":
        try:
            return distributed.Client(address)
        except (OSError, ValueError) as error:
            raise InputError(f"no Dask scheduler at {address}: {error}") from error
    return distributed.Client(processes=True, threads_per_worker=1, dashboard_address=None)


def _check_all(
    units: Sequence[loading.EvidenceUnit], checker: EvidenceChecker
) -> list[EvidenceResult]:
    result = EvidenceResult()
    for unit in units:
        result.take(checker, unit)
    return [result]


def _add_results(first: EvidenceResult, second: EvidenceResult) -> EvidenceResult:
    return EvidenceResult().merge(first).merge(second)


def observe_pages(
    choice: PageChoice, witnesses: EvidenceChoice
) -> Iterator[tuple[ExchangeCoverage, loading.Evidence]]:
    """Each exchange, or the pages given by path, with the evidence of what was observed of it."""
    paths, exchanges = choose_pages(choice, "--docs")
    origin = Origin(witnesses.origin)
    if not exchanges:
        common = Path.cwd() if len(witnesses.evidence) > 1 else None
        evidence = read_all_evidence(witnesses.evidence, common, origin)
        names = ", ".join(map(str, paths))
        yield _observe_exchange(names, read_paths(paths).contract, evidence), evidence
    for exchange in exchanges:
        root = find_root(choice.docs_root)
        contract = read_exchange(exchange, languages(exchange)[0]).contract
        files = witnesses.evidence or find_stored(exchange, root)
        evidence = read_all_evidence(files, root, origin)
        yield _observe_exchange(exchange.name, contract, evidence), evidence


def _observe_exchange(
    name: str, contract: Contract, evidence: loading.Evidence
) -> ExchangeCoverage:
    from conformance.checks.evidence_counts import observe_operations
    from conformance.report.coverage import ExchangeCoverage

    return ExchangeCoverage(name, observe_operations(contract.operations, evidence.interactions))
