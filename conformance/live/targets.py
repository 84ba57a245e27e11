"""What a request's words speak of, the address it goes to, and whether both can be read in one way.

Words that speak of changing something take permission to ask away and never give any: no list knows
every operation that changes state.  :mod:`conformance.live.safety` has what gives permission.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

import requests

from conformance.evidence.urls import PORTS
from conformance.model.operation import Operation, walk_values
from conformance.patterns import regex
from conformance.schema.openapi import list_placeholders

SAFE_METHODS: Final = frozenset(("GET", "HEAD"))
"""Methods that change nothing (RFC 9110, section 9.2.1), if a server keeps to it."""
_STEMS: Final = (
    "abort", "accept", "acknowledg", "activat", "add", "adjust", "allocat", "allow", "amend",
    "append", "apply", "approv", "assign", "attach", "authori", "ban", "batch", "begin", "bind",
    "blacklist", "borrow", "bridge", "burn", "buy", "cancel", "cashout", "change", "charge",
    "checkout", "claim", "clear", "clone", "clos", "commit", "complet", "compound", "confirm",
    "conver", "copy", "cover", "creat", "debit", "decline", "decreas", "deduct", "delegat", "delet",
    "delist", "deploy", "deposit", "destroy", "detach", "disabl", "discard", "dismiss", "divest",
    "donat", "drain", "drop", "edit", "enabl", "enrol", "erase", "exec", "exercis", "exit",
    "finish", "flatten", "flip", "flush", "follow", "force", "freez", "generat", "gift", "grant",
    "halt", "harvest", "hedge", "increas", "insert", "invest", "invite", "invok", "join",
    "keepalive", "kill", "launch", "leave", "lend", "leverag", "liquidat", "loan", "lock", "login",
    "logout", "mass", "merge", "migrat", "mint", "modif", "move", "mutat", "new", "notif", "nuke",
    "openposition", "override", "panic", "patch", "pause", "pay", "perform", "permit", "place",
    "pledge", "process", "publish", "purchas", "purge", "quit", "rebalanc", "redeem", "redempt",
    "reduc", "reduct", "refund", "register", "reject", "releas", "remov", "renam", "repay",
    "replac", "reset", "restor", "resum", "revers", "revert", "revoc", "revok", "rollback",
    "rollover", "rotat", "save", "seize", "sell", "send", "set", "signin", "signout", "signup",
    "spend", "split", "squareoff", "stake", "staking", "start", "stop", "store", "submi",
    "subscrib", "subscript", "suspen", "swap", "sweep", "switch", "takeprofit", "terminat",
    "toggle", "topup", "trade", "transfer", "trigger", "undo", "unsub", "unwind", "update",
    "upgrad", "upload", "upsert", "verif", "void", "vote", "whitelist", "wipe", "withdraw", "wrap",
    "write",
)  # fmt: skip
"""Found anywhere in a word, whatever its case: ``cancelAll``, ``BATCHCANCEL``, ``setleverage``."""
_NEUTRAL: Final = frozenset(
    (
        "additional", "address", "addresses", "asset", "assets", "block", "blockchain", "blocks",
        "calendar", "canceled", "cancelled", "clock", "closed", "completed", "created", "dataset",
        "datasets", "exchange", "exchangeinfo", "exchangerate", "exchangerates", "exchanges",
        "executed", "finished", "max", "min", "newest", "news", "offset", "settings", "settled",
        "settlement", "settlements", "startdate", "startid", "starttime", "startts", "trades",
        "updated",
    )
)  # fmt: skip
"""Whole words that have a stem in them and speak of nothing done."""
_NEUTRAL_NAMES: Final = frozenset(("start", "endtime", "starttime", "start_time", "start_at"))
"""Likewise, where they are the whole name of a query parameter."""
_SELECTORS: Final = frozenset(
    (
        "act", "action", "api", "call", "cmd", "command", "do", "endpoint", "exec", "fn", "func",
        "function", "job", "method", "op", "operation", "path", "procedure", "route", "rpc", "task",
        "verb",
    )
)  # fmt: skip
"""Names of inputs whose value chooses what is done: what the path says is then not all."""
_KINDS: Final = frozenset(("code", "kind", "name", "type"))
"""What such a name may go on with: ``actionType``, ``method_name``."""
_STEM: Final = regex("|".join(sorted(_STEMS, key=len, reverse=True)))
_LONG_STEM: Final = regex("|".join(stem for stem in _STEMS if len(stem) > 5))
"""Stems that no two words have between them by chance."""
_LETTERS: Final = regex(r"[^\W\d_]+")
_CAMEL: Final = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+")
_PLAIN: Final = regex(r"[^a-z0-9]+")
_ROUNDS: Final = 8
"""How often a text may have been percent-encoded; one that goes on is refused elsewhere."""


def changes_state(method: str, target: str) -> bool:
    """Whether a request may change something: by its method, or by a word of path or query."""
    return method not in SAFE_METHODS or next(request_words(target), None) is not None


def operation_changes_state(operation: Operation) -> bool:
    """Whether any request to ``operation`` may: also by what its inputs are called and can be."""
    return next(operation_words(operation), None) is not None


def operation_words(operation: Operation) -> Iterator[str]:
    """What speaks of a change in method, path, names of inputs, and their documented values."""
    if operation.method not in SAFE_METHODS:
        yield operation.method
    yield from request_words(operation.path)
    for name in (*list_placeholders(operation.path), *(p.name for p in operation.parameters)):
        yield from name_words(name)
    if operation.body is not None:
        yield operation.body.media_type  # a GET with a body is read in many ways
    for value in (one for p in operation.parameters for one in walk_values(p.value)):
        names = (field.name for field in value.fields)
        for text in (*value.enum, *value.constant, *value.default, *names):
            yield from state_words(str(text))


def request_words(target: str) -> Iterator[str]:
    """What speaks of a change in the path and the query of ``target``, a URL or a part of one."""
    split = urlsplit(target)
    for segment in fully_unquoted(split.path).split("/"):
        yield from state_words(segment)
    if split.fragment:
        yield from state_words(fully_unquoted(split.fragment))
    for pair in re.split("[&;]", split.query):
        name, _, value = pair.partition("=")
        yield from name_words(fully_unquoted(name.replace("+", " ")))
        yield from state_words(fully_unquoted(unquote_plus(value)))


def name_words(name: str) -> Iterator[str]:
    """What speaks of a change in the name of an input, or of choosing what is done."""
    parts = [part.lower() for word in _LETTERS.findall(name) for part in _CAMEL.findall(word)]
    while parts and parts[-1] in _KINDS:
        parts.pop()
    last = parts[-1] if parts else ""
    if not _SELECTORS.isdisjoint((_PLAIN.sub("", name.lower()), last, last.removesuffix("s"))):
        yield name
    elif name.lower() not in _NEUTRAL_NAMES:
        yield from state_words(name)


def state_words(text: str) -> Iterator[str]:
    """The words of ``text`` that speak of a change, as they stand there."""
    joined = ""
    for word in _LETTERS.findall(text):
        if word.lower() in _NEUTRAL:
            joined += "-"
            continue
        parts = ["-" if p.lower() in _NEUTRAL else p.lower() for p in _CAMEL.findall(word)]
        joined += "".join(parts)
        if _STEM.search("".join(parts)):
            yield word
    if _LONG_STEM.search(joined):  # can_cel, with-draw
        yield text


def fully_unquoted(text: str) -> str:
    """``text`` with percent-encoding undone as often as a server and what is before it might."""
    for _ in range(_ROUNDS):
        plain = unquote(text)
        if plain == text:
            break
        text = plain
    return text


_AMBIGUOUS: Final = regex(r"[\\;?#%{}<>|^`\"\s\x00-\x1f\x7f]|[^\x00-\x7f]|//|(?:^|/)\.\.?(?:/|$)")
"""What servers and what stands before them read differently in a path, once it is unquoted."""
_AMBIGUOUS_QUERY: Final = regex(r"[\\;#\x00-\x1f\x7f]|[^\x00-\x7f]|%[0-9A-Fa-f]{2}")
_STAND_FOR_ANOTHER: Final = regex(
    r"_(?:http)?(?:method|verb)|_?x?http(?:method|verb)|xmethod|xverb|.*(?:method|verb)override.*"
)
"""Names, without what is no letter, of headers and parameters that stand for another method."""
_LEADS_ELSEWHERE: Final = regex(
    r".*(?:host|forward|origin|rewrite|override|ur[il]|path|rout(?:e|ing)|proxy|upstream|backend"
    r"|tunnel|destination|upgrade|websocket|envoy|accel).*"
    r"|via|transferencoding|contentlength|contentencoding|connection|te|trailer|expect"
)
"""Names of headers by which a server takes a request for another one, or for two."""


def wire_url(url: str) -> str:
    """``url`` as it goes over the wire; empty for one that is no web address."""
    try:
        return requests.Request("GET", url).prepare().url or ""
    except (ValueError, requests.RequestException):
        return ""


def split_address(url: str) -> SplitResult | None:
    """The parts of an address; None for one that would be read otherwise when it is sent."""
    try:
        split, sent = urlsplit(url), urlsplit(wire_url(url))
        usable = split.scheme in PORTS and bool(split.hostname) and split.port != 0
        return split if usable and sent.hostname == split.hostname else None
    except ValueError:
        return None


def origin_of(split: SplitResult) -> str:
    """Scheme, host and port, comparable: ``https://api.example.com:443``."""
    port = split.port or PORTS[split.scheme]
    return f"{split.scheme}://{_name(split)}:{port}"


def is_host_of(host: str, split: SplitResult) -> bool:
    """Whether ``host`` or ``host:port`` names the server of an address; without a port, 443."""
    port = split.port or PORTS[split.scheme]
    names = {f"{_name(split)}:{port}"} | ({_name(split)} if port == PORTS["https"] else set())
    return host in names


def ambiguity(url: str) -> str:
    """What in ``url`` may be read in another way than it stands there; empty where nothing is."""
    if wire_url(url) != url:
        return "is not sent as it stands"
    split = urlsplit(url)
    path = fully_unquoted(split.path)
    if path.count("/") != split.path.count("/") or _AMBIGUOUS.search(path):
        return "has a path that can be read in several ways"
    if _AMBIGUOUS_QUERY.search(fully_unquoted(split.query)):
        return "has a query that can be read in several ways"
    return ""


def stands_for_another_method(name: str) -> bool:
    """Whether a header or parameter of this name may make a GET something else."""
    mark = "_" if name.startswith("_") else ""
    return bool(_STAND_FOR_ANOTHER.fullmatch(mark + _fold_letters(name)))


def leads_elsewhere(name: str) -> bool:
    """Whether a header of this name may make a request one for another path or host."""
    return bool(_LEADS_ELSEWHERE.fullmatch(_fold_letters(name)))


def _fold_letters(name: str) -> str:
    return re.sub("[^a-z]", "", name.lower())


def _name(split: SplitResult) -> str:
    name = (split.hostname or "").lower().rstrip(".")
    return f"[{name}]" if ":" in name else name


def read_sent_body(request: requests.PreparedRequest) -> bytes:
    """The octets of what is about to be sent."""
    body = request.body or b""
    return body.encode() if isinstance(body, str) else body
