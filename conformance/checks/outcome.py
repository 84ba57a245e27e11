"""Whether a request went well, by what its answer says: a 2xx may carry a failure."""

from __future__ import annotations

import re
from typing import Final

from conformance.evidence.body import JsonError, load_json
from conformance.model.interaction import Reply
from conformance.model.operation import Json, Operation
from conformance.reading.examples import reports_failure
from conformance.reading.schema_from_examples import FAILED

_OUTCOME: Final = re.compile(
    r"(?:.*_)?(?:ret|err|error|status|result|res|biz)?_?(?:code|no)|status|success|ok|result|errors?|err"
)
"""Names, folded, of members that say how a request went, where they are scalars."""
_WELL: Final = re.compile(r"0+|20+|ok|success(?:ful)?|succeed(?:ed)?|true|", re.IGNORECASE)


def succeeded(reply: Reply, operation: Operation) -> bool:
    """Whether every member of its body that says how a 2xx went says so."""
    if not reply.body.strip():
        return reply.status == 204
    try:
        body = load_json(reply.body)
    except JsonError:
        return False
    if not isinstance(body, dict):
        return True
    shown = [
        example.value
        for response in operation.responses
        if response.status.startswith("2")
        for example in response.examples
        if isinstance(example.value, dict)
    ]
    return not reports_failure(body) and all(
        _is_well(value)
        or any(value == one.get(name) for one in shown)
        or _is_state(name, value, operation)
        for name, value in body.items()
        if _OUTCOME.fullmatch(_folded(name))
    )


def _is_state(name: str, value: Json, operation: Operation) -> bool:
    """Whether a member is documented as a state of the record (open, filled), not as an outcome."""
    if not isinstance(value, str) or value.isdigit() or value.lower() in FAILED:
        return False
    answers = (r.value for r in operation.responses if r.status.startswith("2") and r.value)
    found = [field for answer in answers for field in answer.fields if field.name == name]
    return any(value in f.value.enum or _folded(name) == "status" for f in found)


def _is_well(value: Json) -> bool:
    if isinstance(value, list | dict) or value is None:
        return not value or isinstance(value, dict)
    return bool(_WELL.fullmatch(str(value)))


def _folded(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").lower()


def is_json_success(reply: Reply) -> bool:
    """Whether a 2xx with JSON says nothing of a failure; what it is of is not known."""
    if not (200 <= reply.status < 300 and reply.body.lstrip()[:1] in (b"{", b"[")):
        return False
    try:
        return not reports_failure(load_json(reply.body))
    except JsonError:
        return False
