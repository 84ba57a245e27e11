"""Rules for what of a page could not be read, or is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from conformance.checks import rule
from conformance.model.contract import Gap
from conformance.model.document import Document
from conformance.model.finding import Severity
from conformance.model.span import Span
from conformance.reading import PageReading


def _make_gap_rule(
    name: str,
    severity: Severity,
    summary: str,
    *,
    expected: str,
    doc: str,
    actual: str = "",
    families: tuple[rule.Family, ...] = ("lint",),
    find: rule.Find | None = None,
    **texts: Unpack[rule.RuleTexts],
) -> rule.Rule:
    """A rule for one kind of gap, which says itself what stood in the way."""

    def judge(gap: Gap) -> rule.Verdict:
        return rule.Verdict(severity, gap.detail, expected, actual)

    page = name, rule.lay_out_page(doc), __name__
    return rule.Rule(*page, families, severity, (), summary, judge, find, **texts)


page_unreadable = _make_gap_rule(
    "page-unreadable",
    rule.ERROR,
    "A page could not be read at all",
    expected="a readable page",
    doc="""A page could not be read at all: nothing on it was checked.

    Bad:
        a file without read permission, or one that vanished during the run
    Good:
        any readable file, whatever is in it
    """,
    title="The page cannot be read",
    why="Nothing on it can be checked, or found by a reader.",
    advice="save the page anew, as text in UTF-8",
)

specification_invalid = _make_gap_rule(
    "specification-invalid",
    rule.ERROR,
    "An OpenAPI document is not valid JSON or YAML",
    expected="valid JSON or YAML",
    families=("lint", "change"),
    doc="""An OpenAPI or Swagger document is read here as far as it goes; other programs refuse it.

    What stands behind the line may be missing from everything else that is said of the page.

    Bad:
        openapi: 3.1.0
        paths:
          /orders:
            get:
              summary: Orders: all of them
    Good:
        openapi: 3.1.0
        paths:
          /orders:
            get:
              summary: "Orders: all of them"
    """,
    title="The document is not valid",
    why="Programs that read such documents refuse it.",
    advice="correct the document at that place",
)


@rule.page_rule(
    rule.INFO,
    "No operation is documented on a page",
    title="{subject} documents no operation",
    why="Programs that read pages find nothing on it.",
    advice="write method and path where an operation is meant; introductions need none",
    asks=("Is an operation meant to be documented here?",),
)
def page_without_operation(document: Document, reading: PageReading) -> Iterator[rule.PageVerdict]:
    """No operation is documented on a page: nothing of it was checked by itself.

    Worth an ``info``: introductions and lists of error codes have none.  On a page that should
    have one, neither a method beside a path nor a table of inputs was found.

    Bad:
        # Get an order

        A script shows the rest of this page.
    Good:
        # Get an order

        GET /orders/{id}
    """
    if not reading.operations:
        first = next(iter(document.blocks), None)
        yield rule.PageVerdict(
            rule.PagePlace("", document.page, first.span if first else Span(document.page, 1, 1)),
            "no operation is documented on this page: nothing of it was checked by itself",
            "a method and a path",
            "none",
        )


def _find_only_sampled(document: Document, reading: PageReading) -> Iterator[rule.PageVerdict]:
    """Operations whose endpoint a reader has to find in sample code."""
    for statement in reading.statements:
        if statement.kind == "only-sampled":
            yield rule.PageVerdict(
                rule.PagePlace(statement.operation, "endpoint", statement.span),
                "method and path stand in sample code and nowhere else",
                "a method and a path",
                "a sample that uses them",
                severity=rule.INFO,
            )


endpoint_missing = _make_gap_rule(
    "endpoint-missing",
    rule.WARNING,
    "Parameters are documented, method and path are not",
    expected="a method and a path",
    actual="none",
    families=("lint", "change"),
    find=_find_only_sampled,
    doc="""A page documents inputs or answers and nowhere says the method and path they belong to.

    Worth an ``info`` when they stand in sample code: they can be found there.

    Bad:
        ## Request Parameters

        | Name | Type   |
        | ---- | ------ |
        | id   | string |
    Good:
        ## GET /orders

        | Name | Type   |
        | ---- | ------ |
        | id   | string |
    """,
    title="{operation}: method and path are not said in words",
    why="A reader has to find them in sample code; programs that read pages do not find them.",
    advice="write method and path in the text, outside of samples",
)
operation_conflict = _make_gap_rule(
    "operation-conflict",
    rule.WARNING,
    "Two pages tell one operation differently",
    expected="one contract",
    actual="two",
    doc="""The same method and path is documented twice, and the two disagree.

    Bad:
        GET /orders with a required id on one page, with an optional id on another
    Good:
        the same parameters and fields wherever GET /orders is documented
    """,
    title="{operation}: documented twice, and differently",
    why="Which of the two a reader finds first decides what the client does.",
    advice="document the operation once, or make both places agree",
    asks=("Which of the two is right?", *rule.TWICE),
)
table_garbled = _make_gap_rule(
    "table-garbled",
    rule.WARNING,
    "A table makes no sense where it stands",
    expected="a table of one thing",
    families=("lint", "change"),
    doc="""\
    A table cannot be what it says: inputs under the status of an answer, types without names.

    Nothing is extracted from such a table.

    Bad:
        # 200

        ## Query Parameters

        | Parameter | Type   | Required |
        | --------- | ------ | -------- |
        | message   | string | No       |
    Good:
        # 200

        | Field   | Type   |
        | ------- | ------ |
        | message | string |
    """,
    title="{subject} makes no sense where it stands",
    why="A reader who takes it for what it says sends inputs that do not exist, or "
    "looks for members that are none.",
    advice="move the table to where it belongs, or delete it",
    asks=(
        "What does this table list?",
        "Members of an answer: it gets a heading that says so, and their names.",
        "Inputs: it moves to where the request is documented.",
        "Nothing that clients need.",
    ),
)
row_unread = _make_gap_rule(
    "row-unread",
    rule.WARNING,
    "A table row could not be read",
    expected="a name",
    families=("lint", "change"),
    doc="""A row of a table of fields could not be read as a field, and no fact was taken from it.

    Bad:
        | Name | Type   |
        | ---- | ------ |
        | —    | string |
    Good:
        | Name | Type   |
        | ---- | ------ |
        | id   | string |
    """,
    title="A table row under {subject} cannot be read",
    why="What the row documents is lost to readers and to programs.",
    advice="give the row the cells of its header, and the name first",
    asks=("What does the row say?",),
)
header_unknown = _make_gap_rule(
    "header-unknown",
    rule.INFO,
    "A column header means nothing known",
    expected="a known header",
    families=("lint", "change"),
    doc="""A column of a table has a header that means nothing known: its cells were not read.

    Bad:
        | Name | Type   | Zorp |
        | ---- | ------ | ---- |
        | id   | string | 7    |
    Good:
        | Name | Type   | Required |
        | ---- | ------ | -------- |
        | id   | string | yes      |
    """,
    title="The column {subject} means nothing known",
    why="Programs that read pages cannot use what stands in the column.",
    advice="use a word for columns that readers know: Name, Type, Required, Description",
    asks=("What does the column hold?",),
)
type_missing = _make_gap_rule(
    "type-missing",
    rule.WARNING,
    "A field has no type where the fields beside it have one",
    expected="a type",
    actual="an empty cell",
    doc="""The type cell of a field is empty although the table gives a type for others.

    Bad:
        | Name | Type   |
        | ---- | ------ |
        | id   | string |
        | size |        |
    Good:
        | Name | Type   |
        | ---- | ------ |
        | id   | string |
        | size | number |
    """,
    title="{names}: no type is given",
    why="Typed clients cannot be written for it; generated ones fall back on anything.",
    advice="state the type",
    facet="type",
)
type_unknown = _make_gap_rule(
    "type-unknown",
    rule.INFO,
    "A type cell cannot be understood",
    expected="a type",
    doc="""The words of a type cell are no known type and name nothing that is documented elsewhere.

    Bad:
        | Name | Type              |
        | ---- | ----------------- |
        | id   | see the note (ii) |
    Good:
        | Name | Type   |
        | ---- | ------ |
        | id   | string |
    """,
    title="{names}: the type cannot be understood",
    why="Typed clients cannot be written for it; generated ones fall back on anything.",
    advice="use a type of JSON: string, number, integer, boolean, array, object",
    asks=("Which type is meant?",),
    facet="type",
)
placeholder_undocumented = _make_gap_rule(
    "placeholder-undocumented",
    rule.INFO,
    "A placeholder of the path is described by no row",
    expected="a description",
    actual="none",
    doc="""A placeholder of the path is described by no row.

    What goes into the path has to be looked up elsewhere or guessed: an identifier of what, and
    where it comes from.

    Bad:
        GET /orders/{order_id}/fills/{fill_id}

        | Name     | Type   |
        | -------- | ------ |
        | order_id | string |
    Good:
        GET /orders/{order_id}/fills/{fill_id}

        | Name     | Type   |
        | -------- | ------ |
        | order_id | string |
        | fill_id  | string |
    """,
    title="{names}: nothing describes what goes into the path",
    why="Readers have to guess which identifier is meant and where it comes from.",
    advice="give the placeholder a row among the parameters",
    asks=("Which identifier goes into the path?",),
)


@rule.page_rule(
    rule.INFO,
    "No response of an operation is described",
    title="{operation}: no response is described",
    why="A client has to find out by trying what comes back, and no answer can be checked.",
    advice="document the fields of the response, or show one",
    asks=(
        "What does it answer?",
        "Nothing (an empty body): the page is to say so.",
        "A body: the page is to describe it.",
    ),
)
def response_missing(document: Document, reading: PageReading) -> Iterator[rule.PageVerdict]:
    """No page describes what an operation answers: no status, no members, no example.

    Nothing that it answers can be checked, and clients have to find out by trying.  Worth an
    ``info``: where nothing but a status comes back, a sentence that says so is enough.

    Bad:
        ## DELETE /orders/{id}

        Cancels the order.
    Good:
        ## DELETE /orders/{id}

        ### Response 204
    """
    return iter(())  # another page may describe it: see checks.lint
