"""Rules for what a page states twice, and differently: types, marks, limits, constants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from conformance.checks.rule import INFO, TWICE, WARNING, PagePlace, PageVerdict, page_rule
from conformance.compare.wording import cut, format_list, format_name, format_value
from conformance.model.contract import Claim
from conformance.model.document import Document
from conformance.model.operation import Stated, Value, members
from conformance.patterns import regex
from conformance.reading import PageReading
from conformance.schema.kinds import BOUND_WORDS, find_bounds_beside_default, find_excluding_bounds
from conformance.vocabulary import phrases

_REPEATED: Final = 3
"""Names that one table has again, from which on it is a table of several objects."""
_OPPOSED: Final = {Stated.YES, Stated.NO}
_NUMBERS: Final = {"integer", "number"}
_SENTENCE_END: Final = regex(r"(?<=[.;!?。；])(?!\d)|<br */?>")
_TOKEN: Final = regex(r"\d+(?:\.\d+)?")
_NAME: Final = regex(r"[A-Za-z]\w*[_A-Z]\w*|(?<=`)\w+(?=`)")
"""What is a name wherever it stands: two words as one, or set as code."""
_BEFORE: Final = regex(r"(?:\A|[,.;:(])\s*\Z")
_AFTER: Final = regex(r"\s*(?:[.,;)。]|\Z)")
"""What stands around a word that is all that a clause says."""


def _group_claims(reading: PageReading) -> Iterator[list[Claim]]:
    """The claims of each thing, in page order; an operation documented again is another thing."""
    groups: dict[tuple[int, str], list[Claim]] = {}
    for claim in reading.claims:
        groups.setdefault((claim.occurrence, claim.subject), []).append(claim)
    yield from groups.values()


def _find_unnested(reading: PageReading) -> frozenset[int]:
    """Occurrences whose answers repeat so many names that their nesting must have been lost."""
    repeated: Counter[int] = Counter()
    for claims in _group_claims(reading):
        if len(claims) > 1 and claims[0].subject.startswith("responses."):
            repeated[claims[0].occurrence] += 1
    return frozenset(number for number, count in repeated.items() if count >= _REPEATED)


@page_rule(
    WARNING,
    "One input or member is documented with two types",
    title="{names}: {expected} in one place, {actual} in another",
    why="Who follows the one place sends or expects another type than who follows the "
    "other; one of them is wrong.",
    asks=("Which type is right?", *TWICE),
    facet="type",
)
def type_conflict(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """A page tells the type of one input or member twice, and differently.

    In two rows of a table, or in a table and in a form that stands beside it.  An integer is a
    number; two inputs or members that only share a name are two things.  Where a table tells
    many names twice, it tells of several objects, and a conflict in it is worth an ``info``.

    Bad:
        | Name | Type          |
        | ---- | ------------- |
        | ids  | Array[String] |
        | ids  | String        |
    Good:
        | Name | Type          |
        | ---- | ------------- |
        | ids  | Array[String] |
    """
    unnested = _find_unnested(reading)
    for claims in _group_claims(reading):
        typed = [claim for claim in claims if claim.kind is not None]
        second = next(
            (c for c in typed if {typed[0].kind, c.kind} not in ({c.kind}, _NUMBERS)), None
        )
        if second is None:
            continue
        first, doubtful = typed[0], typed[0].occurrence in unnested
        texts = [cut(claim.type_text) or str(claim.kind) for claim in (first, second)]
        yield PageVerdict(
            PagePlace(first.operation, first.subject, first.span, second.span),
            f"documented as {texts[0]} here and as {texts[1]} on line {second.span.line}",
            texts[0],
            texts[1],
            severity=INFO if doubtful else WARNING,
            confidence="low" if doubtful else "high",
        )


@page_rule(
    WARNING,
    "One input or member is marked as required and as not required",
    title="{names}: marked as required and as not required",
    why="A reader cannot tell whether the request works without it.",
    advice="mark it in one way wherever it is documented",
    asks=("Is it required?", "Yes.", "No.", "Under a condition, which is …"),
    facet="marks",
)
def required_conflict(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """One input or member is marked as required and as not required.

    By its name, its column of marks and its description, in one row or in several; or it is
    part of the path, which cannot do without it, and marked as not required.  Marks that mean
    the same (``O``, ``√``, ``Yes``) agree; a mark that names a condition contradicts neither.

    Bad:
        | Name | Required | Description         |
        | ---- | -------- | ------------------- |
        | id   | Yes      | Optional. The order |
    Good:
        | Name | Required | Description |
        | ---- | -------- | ----------- |
        | id   | Yes      | The order   |
    """
    unnested = _find_unnested(reading)
    for claims in _group_claims(reading):
        if (optional := next(filter(_is_optional_part, claims), None)) is not None:
            place = PagePlace(optional.operation, optional.subject, optional.span)
            message = "marked as not required, and the path cannot do without it"
            yield PageVerdict(place, message, "required", "not required")
            continue
        torn = next((claim for claim in claims if set(claim.marks) >= _OPPOSED), None)
        marked = [claim for claim in claims if _OPPOSED & set(claim.marks)]
        other = next((c for c in marked if {*marked[0].marks, *c.marks} >= _OPPOSED), None)
        if torn is None and (other is None or other.occurrence in unnested):
            continue
        first = torn or marked[0]
        place = PagePlace(
            first.operation, first.subject, first.span, other.span if other and not torn else None
        )
        message = (
            "marked as required and, "
            f"{'in the same row' if torn else 'on another line'}, as not required"
        )
        yield PageVerdict(place, message, "one mark", "required and not required")


def _is_optional_part(claim: Claim) -> bool:
    """Whether a row marks as not required what the path cannot do without."""
    name = claim.subject.partition(".")[2]
    within = "{" + name + "}" in claim.operation and claim.location in ("", "path")
    return within and claim.subject.startswith("parameters.") and set(claim.marks) == {Stated.NO}


@page_rule(
    WARNING,
    "Inputs that exclude each other are all marked as required",
    title="{names}: only one may be sent, and each is marked as required",
    why="Whoever trusts the marks sends both, which the page itself forbids.",
    advice="mark each as optional, and state that one of them has to be sent",
    facet="marks",
)
def exclusive_yet_required(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """Inputs of which only one may be given are both marked as required.

    Whoever trusts the marks sends both, which the page itself forbids.

    Bad:
        | Name   | Required | Description                                |
        | ------ | -------- | ------------------------------------------ |
        | id     | Yes      |                                            |
        | client | Yes      | Either id or client is required, not both. |
    Good:
        | Name   | Required    | Description                                |
        | ------ | ----------- | ------------------------------------------ |
        | id     | Conditional |                                            |
        | client | Conditional | Either id or client is required, not both. |
    """
    groups = [(o, g) for o in reading.operations for g in o.groups if g.kind != "at-least-one"]
    for operation, group in groups:
        bare = {name.removesuffix("[]") for name in group.names}
        marked = {
            claim.subject: claim.span
            for claim in reversed(reading.claims)
            if claim.operation == operation.key
            and claim.subject.partition(".")[2] in bare
            and Stated.YES in claim.marks
        }
        if len(marked) > 1:
            names = format_list(map(format_name, group.names))
            subject = min(marked, key=lambda name: marked[name].line)
            yield PageVerdict(
                PagePlace(operation.key, subject, marked[subject], group.span),
                f"of {names} only one may be given, and more than one is marked as required",
                "a mark that says that one of them is required",
                "each is marked as required",
            )


@page_rule(
    WARNING,
    "The limits of a value exclude everything",
    title="{names}: the documented limits exclude everything",
    why="A client that keeps to the page can send nothing at all.",
    advice="correct the limit that is wrong",
    asks=("Which limits are right?",),
)
def limit_conflict(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """The limits of a value, or its limits and its listed values, exclude everything.

    Nothing that a client sends or receives can keep to them: one of the numbers is wrong, or
    stands in the row of another name.  So it is with a default beside the limits, but for 0 and
    less, which commonly stand for no value.

    Bad:
        | Name  | Type    | Description                     |
        | ----- | ------- | ------------------------------- |
        | limit | integer | At least 100 and at most 10.    |
    Good:
        | Name  | Type    | Description                     |
        | ----- | ------- | ------------------------------- |
        | limit | integer | At least 10 and at most 100.    |
    """
    for operation in reading.operations:
        found = list(members(operation, shown=False))
        names = {_strip_subject(name) for name, _ in found}
        for name, (value, _) in found:
            inner: Value | None = value
            while inner is not None and not (bounds := find_excluding_bounds(inner)):
                inner = inner.items
            bounds = bounds or find_bounds_beside_default(value)
            if not bounds or _is_of_another(
                value.span.quote, bounds, names - {_strip_subject(name)}
            ):
                continue
            wordings = [BOUND_WORDS[bound].format(cut(str(n))) for bound, n in bounds]
            whatever = "none of the listed values is" if inner and inner.enum else "no value is"
            if not inner and value.default:
                whatever = f"its default {format_value(value.default[0])} is not"
            yield PageVerdict(
                PagePlace(operation.key, name, value.span),
                f"documented as {' and '.join(wordings)}, and {whatever} that",
                "limits that some value keeps to",
                ", ".join(wordings),
            )


def _strip_subject(subject: str) -> str:
    return subject.rpartition(".")[2].removesuffix("[]")


def _is_of_another(
    text: str, bounds: tuple[tuple[str, int | float], ...], others: set[str]
) -> bool:
    """Whether every sentence with one of the numbers names another thing of the operation: what
    it says is no limit of this one, whatever was read of it."""
    sentences = _SENTENCE_END.split(text)
    for _, bound in bounds:
        having = [s for s in sentences if str(bound) in _TOKEN.findall(s)]
        if having and all(others & set(_NAME.findall(s)) for s in having):
            return True
    return False


@page_rule(
    WARNING,
    "A value is said to be constant, and not which",
    title="{names}: said to be constant, and not which value",
    why="A client that tells messages apart by it has nothing to compare with.",
    advice="state the value",
    facet="values",
)
def constant_without_value(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """A value is said to be constant, and the page does not say which value it is.

    Bad:
        | Name | Type   | Description             |
        | ---- | ------ | ----------------------- |
        | type | string | Message type, constant. |
    Good:
        | Name | Type   | Description                       |
        | ---- | ------ | --------------------------------- |
        | type | string | Message type. It is always "NEW". |
    """
    for operation in reading.operations:
        for name, (value, _) in members(operation):
            if value.constant or value.enum or value.default or value.example:
                continue
            if wording := _find_constant_wording(value.description):
                place = PagePlace(operation.key, name, value.span)
                message = f"said to be {wording!r}, without the value"
                yield PageVerdict(place, message, "the constant value", "no value")


def _find_constant_wording(description: str) -> str:
    """The words that say so, where they are a clause of their own; else empty."""
    for hit in phrases("constant.unvalued").finditer(description):
        before = description[: hit.start]
        if phrases("enum.condition").found_in(before):
            continue
        if not _AFTER.match(description, hit.end):
            continue
        if _BEFORE.search(before) or phrases("constant.joint").found_in(before):
            return hit.text
    return ""
