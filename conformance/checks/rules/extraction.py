"""Rules for what of a page could not be read."""

from __future__ import annotations

from conformance.checks.lint.facts import NoOperation, NoResponse, OnlySampled
from conformance.checks.rule import ERROR, INFO, WARNING, Verdict, lint, rule
from conformance.model.contract import Gap


@lint("page-unreadable", ERROR, "A page could not be read at all")
def page_unreadable(gap: Gap) -> Verdict:
    """A page could not be read at all: nothing on it was checked.

    Bad:

        a file without read permission, or one that vanished during the run

    Good:

        any readable file, whatever is in it
    """
    # Says why, in the reader's words.
    return Verdict(ERROR, gap.detail, expected="a readable page", actual="")


@lint("page-without-operation", INFO, "No operation is documented on a page")
def page_without_operation(fact: NoOperation) -> Verdict:
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
    # The page as a whole is meant.
    return Verdict(
        INFO,
        "no operation is documented on this page: nothing of it was checked by itself",
        expected="a method and a path",
        actual="none",
    )


@rule(
    ("lint", "change"),
    "endpoint-missing",
    WARNING,
    "Parameters are documented, method and path are not",
)
def endpoint_missing(gap: Gap | OnlySampled) -> Verdict:
    """A page documents inputs or answers and nowhere says the method and path they belong to.

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
    """
    # The page as a whole is meant.
    if isinstance(gap, OnlySampled):
        return Verdict(
            INFO,
            "method and path stand in sample code and nowhere else",
            expected="a method and a path",
            actual="a sample that uses them",
        )
    return Verdict(WARNING, gap.detail, expected="a method and a path", actual="none")


@lint("operation-conflict", WARNING, "Two pages tell one operation differently")
def operation_conflict(gap: Gap) -> Verdict:
    """The same method and path is documented twice, and the two disagree.

    Bad:

        GET /orders with a required id on one page, with an optional id on another

    Good:

        the same parameters and fields wherever GET /orders is told
    """
    # Says in what.
    return Verdict(WARNING, gap.detail, expected="one contract", actual="two")


@rule(("lint", "change"), "table-garbled", WARNING, "A table makes no sense where it stands")
def table_garbled(gap: Gap) -> Verdict:
    """A table cannot be what it says: inputs under the status of an answer, types without names.

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
    """
    # Says what does not fit.
    return Verdict(WARNING, gap.detail, expected="a table of one thing", actual="")


@rule(("lint", "change"), "row-unread", WARNING, "A table row could not be read")
def row_unread(gap: Gap) -> Verdict:
    """A row of a table of fields could not be read as a field, and no fact was taken from it.

    Bad:

        | Name | Type   |
        | ---- | ------ |
        | —    | string |

    Good:

        | Name | Type   |
        | ---- | ------ |
        | id   | string |
    """
    # Says what stood in the way.
    return Verdict(WARNING, gap.detail, expected="a name", actual="")


@rule(("lint", "change"), "header-unknown", INFO, "A column header means nothing known")
def header_unknown(gap: Gap) -> Verdict:
    """A column of a table has a header that means nothing known: its cells were not read.

    Bad:

        | Name | Type   | Zorp |
        | ---- | ------ | ---- |
        | id   | string | 7    |

    Good:

        | Name | Type   | Required |
        | ---- | ------ | -------- |
        | id   | string | yes      |
    """
    # Names the header.
    return Verdict(INFO, gap.detail, expected="a known header", actual="")


@lint("type-missing", WARNING, "A field has no type where the fields beside it have one")
def type_missing(gap: Gap) -> Verdict:
    """The type cell of a field is empty although the table gives a type for others.

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
    """
    # Names no field: the subject does.
    return Verdict(WARNING, gap.detail, expected="a type", actual="an empty cell")


@lint("type-unknown", INFO, "A type cell cannot be understood")
def type_unknown(gap: Gap) -> Verdict:
    """The words of a type cell are no known type and name nothing that is told elsewhere.

    Bad:

        | Name | Type              |
        | ---- | ----------------- |
        | id   | see the note (ii) |

    Good:

        | Name | Type   |
        | ---- | ------ |
        | id   | string |
    """
    # Quotes the cell.
    return Verdict(INFO, gap.detail, expected="a type", actual="")


@lint("placeholder-undocumented", INFO, "A placeholder of the path is described by no row")
def placeholder_undocumented(gap: Gap) -> Verdict:
    """A placeholder of the path is described by no row.

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
    """
    # Readers can still guess what belongs there.
    return Verdict(INFO, gap.detail, expected="a description", actual="none")


@lint("response-missing", INFO, "No response of an operation is described")
def response_missing(fact: NoResponse) -> Verdict:
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
    # The operation as a whole is meant.
    return Verdict(
        INFO,
        "no page describes a response of it: none can be checked",
        expected="a status, members or an example",
        actual="none",
    )
