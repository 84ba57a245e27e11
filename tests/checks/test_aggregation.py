"""What a finding says: counts, evidence, confidence."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from conformance.checks.runner import check
from conformance.model.finding import Finding, Severity
from conformance.model.interaction import Interaction
from conformance.model.operation import Value
from tests.builders import NO, YES, array, field, obj, operation, response, seen, span


def found(value: Value, *bodies: object, **facts: Any) -> list[Finding]:
    tapes: list[Interaction] = [seen(b, where=f"tape.json#{n}") for n, b in enumerate(bodies)]
    return list(check([operation(response(value), **facts)], tapes).findings)


def test_everything_a_finding_carries() -> None:
    at = span(7, quote="| price | String |")
    (finding,) = found(obj(field("price", "string", span=at, type_text="String")), {"price": 1.5})
    assert finding.rule == "type-mismatch"
    assert finding.severity is Severity.ERROR
    assert finding.confidence == "high"
    assert finding.operation == "GET /x"
    assert finding.subject == "responses.200.price"
    assert finding.documented == at
    assert finding.observed is not None
    assert (finding.observed.pointer, finding.observed.value) == ("/price", "1.5")
    assert (finding.observed.origin, finding.observed.where) == ("constructed", "tape.json#0")
    assert finding.message == "documented as String, a number without quotes was observed"
    assert (finding.expected, finding.actual) == ("String", "number 1.5")


def test_the_fingerprint_keeps_whatever_else_changes() -> None:
    (first,) = found(obj(field("price", "string", line=7)), {"price": 1.5})
    (second,) = found(
        obj(field("price", "string", line=9, required=NO)), {}, {"price": 2}, {"price": 3}
    )
    assert first.fingerprint == second.fingerprint
    assert first.message != second.message


def test_seen_often_is_one_finding_with_counts() -> None:
    record = array(obj(field("side", "string", enum=("BUY",))))
    (finding,) = found(record, [{"side": "A"}, {"side": "B"}], [{"side": "BUY"}], [{"side": "A"}])
    assert finding.message.endswith("(in 2 of 3 interactions, 3 values)")
    assert finding.related == ('also observed: "B"',)
    assert finding.observed is not None
    assert finding.observed.pointer == "/0/side"


def test_confidence_is_the_least_on_the_way() -> None:
    record = obj(
        field("a", "object", fields=(field("b", "string"),), confidence="medium"),
        field("c", "string", confidence="low"),
    )
    b, c = found(record, {"a": {"b": 1}, "c": 1})
    assert (b.confidence, b.severity) == ("medium", Severity.ERROR)
    assert (c.confidence, c.severity) == ("low", Severity.WARNING)
    (whole, *_) = found(record, {"a": {"b": 1}}, confidence="low")
    assert whole.confidence == "low"


def test_an_empty_string_may_stand_for_a_value_that_need_not_be_there() -> None:
    record = obj(field("fee", "number", required=YES), field("share", "number"))
    fee, share = found(record, {"fee": "", "share": ""})
    assert (fee.confidence, share.confidence) == ("high", "medium")


def test_an_envelope_that_was_surer_later_speaks_for_itself() -> None:
    record = obj(field("id", "integer"), field("price", "string"), field("side", "string"))
    whole = {"data": [{"id": 1, "price": "1", "side": "BUY"}]}
    (finding,) = found(record, {"data": []}, whole)
    assert finding.confidence == "high"
    assert "was observed under `/data/*`" in finding.message
    assert finding.observed is not None
    assert finding.observed.where == "tape.json#1"


def test_absent_values_have_none() -> None:
    (finding,) = found(obj(field("id", "integer", required=YES), field("x")), {"x": None, "y": {}})[
        :1
    ]
    assert finding.rule == "missing-field"
    assert finding.observed is not None
    assert finding.observed.value == ""


def test_a_long_value_is_shortened() -> None:
    (finding,) = found(obj(field("id", "integer")), {"id": list(range(10_000))})
    assert finding.observed is not None
    assert len(finding.observed.value) == 120
    assert finding.observed.value.endswith("…")


def test_an_actual_value_is_shortened() -> None:
    (finding,) = found(obj(field("count", "integer")), {"count": "n" * 121})
    assert len(finding.actual) == len("string ") + 120


def test_names_from_outside_stay_on_their_line() -> None:
    (finding,) = found(obj(field("id")), {"id": 1, "a\nb\u202e\x00": 1})
    assert finding.message.isprintable()
    assert finding.subject.isprintable()


def test_more_undocumented_members_than_a_page_forgets_are_one_finding() -> None:
    record = array(obj(field("id", "integer")))
    one = found(record, [{"id": 1, **{f"k{n}": n for n in range(200)}}])
    many = found(record, *([{"id": 1, f"k{n}": n}] for n in range(200)))
    for findings in (one, many):
        (finding,) = findings
        assert finding.rule == "undocumented-field"
        assert finding.subject == "responses.200[]"
        assert "`k0`" in finding.actual
        assert finding.message.startswith(("200 different members", "31 different members"))


def test_the_consequences_of_a_wrong_type_are_related() -> None:
    record = obj(field("at", "integer", unit="ms", epoch=True, enum=(1, 2)))
    (finding,) = found(record, {"at": "1525080718"})
    assert finding.related == (
        "nor is it one of the documented values 1, 2",
        "as a moment it is in s, documented is ms",
    )
    assert "a number written as a string" in finding.message


def test_a_member_that_stands_elsewhere_is_one_cause_and_no_sure_finding() -> None:
    inner = field("page", "object", fields=(field("size", "integer"),))
    record = obj(inner, field("cursor", "string", required=YES), field("id", "string"))
    extra, missing = found(record, {"id": "1", "page": {"size": 1, "cursor": "x"}})
    assert (missing.rule, missing.subject) == ("missing-field", "responses.200.cursor")
    assert (extra.rule, extra.subject) == ("undocumented-field", "responses.200.page.cursor")
    assert missing.confidence == extra.confidence == "medium"
    assert missing.related == ("a member of this name was observed elsewhere in the same answer",)
    assert extra.related == ("a member of this name is documented elsewhere in the same answer",)


def test_another_type_under_the_name_is_another_member() -> None:
    inner = field("page", "object", fields=(field("size", "integer"),))
    record = obj(inner, field("cursor", "string", required=YES), field("id", "string"))
    findings = found(record, {"id": "1", "page": {"size": 1, "cursor": 7}})
    assert [f.confidence for f in findings] == ["high", "high"]


def test_an_object_without_most_of_its_members_may_be_another() -> None:
    needed = [field(name, "string", required=YES) for name in ("a", "b", "c", "d")]
    few = found(obj(*needed), {"a": "", "b": ""})
    many = found(obj(*needed), {"a": "", "else": 1})
    assert [f.confidence for f in few] == ["high", "high"]
    assert [f.confidence for f in many] == ["medium"] * 4


def test_members_of_any_name_are_documented_where_the_page_says_so() -> None:
    wallets = replace(obj(field("main", "string")), closed=NO)
    assert found(wallets, {"main": "1", "margin": "2"}) == []
    assert [f.subject for f in found(wallets, {"main": 1, "margin": "2"})] == ["responses.200.main"]


def test_either_container_is_documented_where_the_words_and_the_example_differ() -> None:
    record = obj(field("id", "string"))
    shown_array = obj(field("data", "array", items=record, stated_kind="object"))
    assert found(shown_array, {"data": [{"id": "1"}]}, {"data": {"id": "1"}}) == []
    (wrong,) = found(shown_array, {"data": {"id": 1}})
    assert (wrong.subject, wrong.rule) == ("responses.200.data[].id", "type-mismatch")
    shown_object = obj(field("data", "object", fields=record.fields, stated_kind="array"))
    assert found(shown_object, {"data": [{"id": "1"}]}, {"data": {"id": "1"}}) == []
    (wrong,) = found(shown_object, {"data": [{"id": 1}]})
    assert wrong.observed is not None
    assert (wrong.subject, wrong.observed.pointer) == ("responses.200.data.id", "/data/0/id")
