"""One operation in both states -> every fact they do not agree about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.checks.change.facts import (
    Change,
    Effect,
    EnumChanged,
    FieldAdded,
    FieldRemoved,
    GroupChanged,
    LimitChanged,
    OperationRemoved,
    Said,
    Side,
    TypeChanged,
)
from conformance.checks.change.members import Place, pair_members
from conformance.checks.change.pages import Told
from conformance.checks.change.trees import Tree
from conformance.checks.change.values import Voice, Voices, root_types
from conformance.checks.parity.align import Member, inputs, members_of
from conformance.checks.wording import listed, named
from conformance.model.operation import Group, Operation, RateLimit, Response, Stated
from conformance.model.span import Span


@dataclass(frozen=True, slots=True)
class Turn:
    """One operation as both states tell it."""

    old: Told
    new: Told

    @property
    def before(self) -> Operation:
        return self.old.operation

    @property
    def after(self) -> Operation:
        return self.new.operation

    def base(
        self,
        subject: str,
        old: str,
        new: str,
        spans: tuple[Span, Span] | None = None,
        side: Side = "request",
    ) -> dict[str, Any]:
        """What every fact about the operation begins with."""
        was, now = spans or (self.before.span, self.after.span)
        return {
            "subject": subject,
            "pointer": "",
            "span": now,
            "side": side,
            "old": Said(old, was),
            "new": Said(new, now),
        }


def compare_operations(turn: Turn) -> list[Change]:
    """Every fact of an operation that both states tell."""
    return [
        *_endpoint(turn),
        *_servers(turn),
        *_auth(turn),
        *_media_of_body(turn),
        *_inputs(turn),
        *_groups(turn),
        *_rates(turn),
        *_responses(turn),
    ]


def _endpoint(turn: Turn) -> Iterator[Change]:
    """Nothing when a page names no endpoint: the name it goes by is not the page's word."""
    if turn.old.named and turn.new.named and turn.old.shape != turn.new.shape:
        yield OperationRemoved(
            **turn.base("endpoint", turn.before.key, turn.after.key), about="endpoint"
        )


def _servers(turn: Turn) -> Iterator[Change]:
    old, new = (
        tuple(dict.fromkeys(s.rstrip("/").lower() for s in o.servers))
        for o in (turn.before, turn.after)
    )
    removed = tuple(s for s in old if s not in new)
    added = tuple(s for s in new if s not in old)
    if not old or not new or not (removed or added):
        return
    effect: Effect = "widened" if not removed else "narrowed"
    yield EnumChanged(
        **turn.base("servers", listed(old), listed(new)),
        about="servers",
        effect="replaced" if set(removed) == set(old) else effect,
        added=added,
        removed=removed,
    )


def _auth(turn: Turn) -> Iterator[Change]:
    """By scheme; where one page only says that some is needed, they may well agree."""
    old, new = ({a.scheme for a in o.auth} for o in (turn.before, turn.after))
    if old == new or ("unspecified" in old | new and old and new and "none" not in old | new):
        return
    texts = [", ".join(sorted(schemes)) for schemes in (old, new)]
    spans = tuple(o.auth[0].span if o.auth else o.span for o in (turn.before, turn.after))
    base = turn.base("authentication", texts[0], texts[1], (spans[0], spans[1]))
    if old and new and "none" not in old | new:
        yield TypeChanged(**base, about="authentication", effect="replaced")
        return
    effect: Effect = "stated" if not old else "unstated"
    if old and new:
        effect = "narrowed" if "none" in old else "widened"
    if effect == "stated" and new == {"none"}:
        effect = "widened"
    yield GroupChanged(**base, about="authentication", effect=effect)


def _media_of_body(turn: Turn) -> Iterator[Change]:
    old, new = turn.before.body, turn.after.body
    if old and new and old.media_type.lower() != new.media_type.lower():
        yield TypeChanged(
            **turn.base("requestBody.mediaType", old.media_type, new.media_type),
            about="media type",
            effect="replaced",
        )


def _inputs(turn: Turn) -> list[Change]:
    pairs = pair_members(
        inputs(turn.before),
        inputs(turn.after),
        Place("", turn.before.span),
        Place("", turn.after.span),
    )
    return _tree("request", turn).compare(pairs)


def _tree(side: Side, turn: Turn) -> Tree:
    return Tree(side, turn.old.telling.words, turn.new.telling.words)


def _groups(turn: Turn) -> Iterator[Change]:
    old, new = ({frozenset(g.names): g for g in o.groups} for o in (turn.before, turn.after))
    for names in dict.fromkeys((*old, *new)):
        before, after = old.get(names), new.get(names)
        if before and after and before.kind == after.kind:
            continue
        spans = tuple(
            g.span if g else o.span for g, o in ((before, turn.before), (after, turn.after))
        )
        subject = f"parameters.{'|'.join(sorted(names))}"
        yield GroupChanged(
            **turn.base(subject, _bound(before), _bound(after), (spans[0], spans[1])),
            about="group",
            effect=_effect_of_groups(before, after),
            names=names,
        )


def _effect_of_groups(before: Group | None, after: Group | None) -> Effect:
    if before is None:
        return "stated"
    if after is None:
        return "unstated"
    if before.kind == "exactly-one":
        return "widened"
    return "narrowed" if after.kind == "exactly-one" else "replaced"


def _bound(group: Group | None) -> str:
    return f"{group.kind.replace('-', ' ')} of {', '.join(group.names)}" if group else ""


def _rates(turn: Turn) -> Iterator[Change]:
    """Rates of one scope, the most restrictive of each."""
    old, new = (_by_scope(o.rate_limits) for o in (turn.before, turn.after))
    if len(old) == len(new) == 1:  # the words for the scope may be others
        new = dict(zip(old, new.values(), strict=True))
    for scope in dict.fromkeys((*old, *new)):
        before, after = old.get(scope), new.get(scope)
        rates = [r.count / r.seconds if r else 0 for r in (before, after)]
        if rates[0] == rates[1]:
            continue
        effect: Effect = "narrowed" if rates[1] < rates[0] else "widened"
        effect = "stated" if before is None else "unstated" if after is None else effect
        spans = tuple(
            r.span if r else o.span for r, o in ((before, turn.before), (after, turn.after))
        )
        yield LimitChanged(
            **turn.base("rateLimit", _rate(before), _rate(after), (spans[0], spans[1])),
            about="rate limit",
            effect=effect,
        )


def _by_scope(rates: Sequence[RateLimit]) -> dict[str, RateLimit]:
    found: dict[str, RateLimit] = {}
    for rate in rates:
        known = found.setdefault(rate.scope.casefold(), rate)
        if rate.count / rate.seconds < known.count / known.seconds:
            found[rate.scope.casefold()] = rate
    return found


def _rate(rate: RateLimit | None) -> str:
    if rate is None:
        return ""
    scope = f" by {rate.scope}" if rate.scope else ""
    return f"{rate.count} in {rate.seconds:g} s{scope}"


def _responses(turn: Turn) -> Iterator[Change]:
    old = {r.status: r for r in turn.before.responses}
    new = {r.status: r for r in turn.after.responses}
    pairs = [(s, r, new[s]) for s, r in old.items() if s in new]
    lone = [r for s, r in old.items() if s not in new], [r for s, r in new.items() if s not in old]
    for before, after in _unnamed(*lone):
        pairs.append((after.status, before, after))
        lone[0].remove(before)
        lone[1].remove(after)
    for status, before, after in pairs:
        yield from _response(status, before, after, turn)
    yield from _lone_answers(turn, *lone)


def _unnamed(old: Sequence[Response], new: Sequence[Response]) -> list[tuple[Response, Response]]:
    """The one answer of each state, where one page shows it without its status."""
    if len(old) == len(new) == 1 and not (old[0].stated and new[0].stated):
        return [(old[0], new[0])]
    return []


def _response(status: str, old: Response, new: Response, turn: Turn) -> Iterator[Change]:
    subject = f"responses.{status}"
    if old.media_type.lower() != new.media_type.lower():
        yield TypeChanged(
            **turn.base(
                f"{subject}.mediaType",
                old.media_type,
                new.media_type,
                (old.span, new.span),
                "response",
            ),
            about="media type",
            effect="replaced",
        )
    voices = [
        Voice(Member("", r.value), t.telling.words) if r.value else None
        for r, t in ((old, turn.old), (new, turn.new))
    ]
    if voices[0] and voices[1]:
        yield from root_types(Voices(subject, "response", voices[0], voices[1]))
    places = [
        Place(
            subject + ("[]" if r.value and r.value.kind == "array" else ""),
            r.value.span if r.value else r.span,
        )
        for r in (old, new)
    ]
    pairs = pair_members(_members(old), _members(new), places[0], places[1])
    yield from _tree("response", turn).compare(pairs)


def _members(response: Response) -> list[Member]:
    told = members_of(response.value) if response.value else ()
    return [Member(f.name, f.value, f.required) for f in told]


def _lone_answers(turn: Turn, old: Sequence[Response], new: Sequence[Response]) -> Iterator[Change]:
    """Answers one state has; where the other names none, one that tells no more than success is
    no news."""
    old, new = (
        [r for r in lone if _members(r) or other or not r.status.startswith("2")]
        for lone, other in ((old, turn.after.responses), (new, turn.before.responses))
    )
    for response in old:
        spans = response.span, turn.after.span
        base = turn.base(f"responses.{response.status}", response.status, "", spans, "response")
        yield FieldRemoved(
            **{**base, "span": response.span},
            about="presence",
            name=response.status,
            required=Stated.NOT_STATED,
            answer=True,
            consequences=_with(response),
        )
    for response in new:
        spans = turn.before.span, response.span
        yield FieldAdded(
            **turn.base(f"responses.{response.status}", "", response.status, spans, "response"),
            name=response.status,
            required=Stated.NOT_STATED,
            answer=True,
            consequences=_with(response),
        )


def _with(response: Response) -> tuple[str, ...]:
    names = [named(m.name) for m in _members(response)]
    return (f"and its members {listed(names)}",) if names else ()
