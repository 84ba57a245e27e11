"""How a program gets at an exchange: who signs what with which names, from which variables.

Example::

    auth = "hmac"

    [auth_details]                            # optional: names the scheme leaves open
    key_header = "X-API-Key"                  # api-key, hmac: the header that holds the key
    timestamp_parameter = "timestamp"         # hmac: milliseconds, put into the query
    signature_parameter = "signature"         # hmac: put last into the query
    query = "decoded"                         # jwt: the query is hashed as sent, or decoded

    [environment]                             # optional: variables that hold what is no fact
    access_key = "EXAMPLE_ACCESS_KEY"
    secret_key = "EXAMPLE_SECRET_KEY"
    server_url = "EXAMPLE_SERVER_URL"

    [redact]                                  # optional: further names whose values are secret
    names = ["accountNumber"]

    [live]                                    # optional: what a person has confirmed
    hosts = ["api.example.com"]               # requests may be sent there; no page says so
    reads = ["GET /v1/orders"]                # sent signed: they change nothing

    [success]                                 # optional: members that tell a success where every
    code = ["0"]                              # answer has the same status, and their values then

Probes are requests that cannot harm an account, as a manifest declares them::

    [[probe]]
    operation = "DELETE /v1/orders/{pair}"
    reason = "The pair has no open orders: looked up before anything is cancelled."
    inputs.pair = "literal:ABC-XYZ"           # what to send for each input
    statuses = ["404"]                        # optional: answers as good as a success
    check.operation = "GET /v1/orders/{pair}" # optional: asked first, with the same inputs
    check.empty = "data.orders"               # the list that has to be empty

What the words for inputs mean, and what a probe has to prove before it is sent to an exchange, is
said in docs/live.md and held by :mod:`conformance.live.request_plans`.  Every input of a probe is
sent and no other.  A probe has to narrow what is changed to nothing: by an input that names nothing
there can be, or by a check, whose query holds placeholders alone: ``&state=open`` in it would leave
out what the probe may change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from conformance.pages.strict_toml import Form
from conformance.patterns import regex

HashedQuery = Literal["as-sent", "decoded"]

DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "api-key": ("key_header",),
    "bearer": (),
    "hmac": ("key_header", "timestamp_parameter", "signature_parameter"),
    "jwt": ("query",),
}
"""Scheme -> what it leaves open; of the others, nothing."""
_TOKEN: Final = regex(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\Z")
"""A field name of HTTP (RFC 9110, section 5.6.2); query parameters have to be one, too."""
_VARIABLE: Final = regex(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")
_HOST: Final = regex(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)*"
    r"|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?\Z"
)
_READ: Final = regex(r"(GET|HEAD) /[^\s?#]*\Z")


def is_field_name(text: str) -> bool:
    """Whether HTTP has such names of headers."""
    return bool(_TOKEN.match(text))


_NO_NAME: Final = ("it without blanks", ", which is no name of a header or parameter")
_Name = Annotated[str, Form(is_field_name, *_NO_NAME)]
_NO_VARIABLE: Final = ("letters, digits and '_'", ", which is no name of a variable")
_Variable = Annotated[str, Form(_VARIABLE.match, *_NO_VARIABLE)]
_Read = Annotated[str, Form(_READ.match, "GET /path, without a query")]


class AuthDetails(Struct, frozen=True, kw_only=True):
    """What a scheme leaves open."""

    key_header: _Name = ""
    """Header that holds the key; empty where the manifest does not say."""
    timestamp_parameter: _Name = "timestamp"
    signature_parameter: _Name = "signature"
    query: HashedQuery = "as-sent"
    """Which text of the query a JWT's ``query_hash`` is of."""


class Environment(Struct, frozen=True, kw_only=True):
    """Names of environment variables; empty where there is none."""

    access_key: _Variable = ""
    secret_key: _Variable = ""
    server_url: _Variable = ""


def is_host(text: str) -> bool:
    """Whether ``text`` is a name or an address of a host, lower case, with a port or without."""
    return bool(_HOST.match(text))


_Host = Annotated[str, Form(is_host, "api.example.com, lower case")]


class LiveAccess(Struct, frozen=True, kw_only=True):
    """What a person has confirmed of the exchange itself; nothing of it is read on a page."""

    hosts: tuple[_Host, ...] = ()
    """``host`` or ``host:port`` to which requests may be sent."""
    reads: tuple[_Read, ...] = ()
    """``GET /path`` of operations that are sent signed, as they change nothing."""


class Redaction(Struct, frozen=True, kw_only=True):
    """What is secret at this exchange, besides the usual."""

    names: tuple[str, ...] = ()


_PLACEHOLDER: Final = regex(r"\{([^{}/]+)\}")
_NAMES_NOTHING: Final = regex(r"random-uuid\Z|unknown:[\w.:-]*\{\}[\w.:-]*\Z", re.ASCII)
"""Words for values that name nothing there is, as ``unknown:A,{}`` and ``unknown:{}*`` may."""
_WIDENS: Final = regex(
    r"(?:.*[^a-z])?(?:[a-z]{3,})?(?:all|any|every(?:thing)?|force|bulk|true|yes|\*)(?:[^a-z].*)?"
)
"""Names and values of literals that may undo what another input narrows."""
_BESIDES: Final = regex(
    r"nonce|time(stamp)?|ts|sign(ature)?|recvwindow|(request|req|trace|correlation|session)id"
    r"|idempotency.*|memo|notes?|comments?|reason|label|tags?|remarks?|callback|format|lang(uage)?"
    r"|locale|version|source|useragent"
)
"""Names of inputs, without what is no letter or digit, that accompany a request and narrow none."""
_NAMES_WHAT_IS_MADE: Final = regex(
    r".*(?:client|custom|extern|userref|userdefined|link|merchant|partner|broker|identifier|uniq"
    r"|clord|outtrade|outorder|name|alias|title|tag|label).*|(?:new)?(?:c|cl|u|cli|ext)?o?u?id"
    r"|uuid|guid|ref(?:erence)?(?:id|no)?|text|key"
)
"""Names of inputs, likewise, by which whoever makes something names it."""
_REMOVES: Final = regex(r"cancel|delet|remov|revok|revoc")
_MAKES: Final = regex(r"replac|new|creat|plac|submi|amend|modif|edit|updat|send|add")
"""Words of a path of which the first take away and the second make or change."""

_Operation = Annotated[str, Form(re.compile(r"[A-Z]{3,10} /\S*\Z").match, "METHOD /path")]
_Question = Annotated[
    str, Form(re.compile(r"(GET|HEAD) /\S*\Z").match, "GET /path: a question changes nothing")
]
_Status = Annotated[str, Form(re.compile(r"[1-5][0-9]{2}\Z").match, "three digits")]
_WORD: Final = regex(
    r"random-uuid\Z|now-m?s\Z|literal:.{1,200}\Z|unknown:[^{}]{0,60}\{\}[^{}]{0,60}\Z"
)
_WORD_HINT: Final = "random-uuid, now-ms, now-s, unknown:TEXT{}TEXT or literal:TEXT"
_Word = Annotated[str, Form(_WORD.match, _WORD_HINT)]


class Check(Struct, frozen=True, kw_only=True):
    """A question that has to be answered with an empty list before a probe is sent."""

    operation: _Question
    """``GET /path``; placeholders and query take the probe's inputs of the same name."""
    empty: str
    """Dotted name of the list in the answer."""


class Probe(Struct, frozen=True, kw_only=True):
    """A request that is harmless by construction, and why."""

    operation: _Operation
    """``METHOD /path`` as the docs have it."""
    reason: str
    """Why no account can be harmed by it."""
    inputs: tuple[tuple[str, _Word], ...] = ()
    """Input name and the word for what to send there, in file order."""
    statuses: tuple[_Status, ...] = ()
    """Statuses that are as good an answer to it as a success."""
    check: Check | None = None

    def refusals(self) -> Iterator[tuple[str, str]]:
        """What keeps the probe from being harmless, and what to do about it."""
        if not self.operation.startswith(("GET ", "HEAD ")) and not self.narrows:
            hint = "give an input random-uuid or unknown:TEXT{}TEXT, or a check that looks first"
            yield f"the probe of {self.operation} narrows nothing", hint
        for what in _list_unproved_parts(self):
            hint = "ask for all there is, or by the probe's inputs: {name}"
            yield f"the check holds {what}", hint

    @property
    def narrows(self) -> bool:
        """Whether nothing can match: an input names nothing, or a check says so."""
        if self.check is not None and not self._checked_inputs:
            return True
        proved = self.check is not None or bool(self.narrowing)
        return proved and not any(_widens(*one) for one in self.inputs)

    @property
    def narrowing(self) -> frozenset[str]:
        """Inputs whose value names nothing there is; a name that its sender gives to what is
        created narrows nothing."""
        named = {name for name, word in self.inputs if _NAMES_NOTHING.match(word)}
        if not self.removes:
            named = {name for name in named if not _NAMES_WHAT_IS_MADE.fullmatch(_make_plain(name))}
        return frozenset(name for name in named if not _accompanies(name))

    @property
    def literals(self) -> frozenset[str]:
        """Inputs of a known value that no check asks for."""
        if self.check is not None and not self._checked_inputs:
            return frozenset()
        known = {name for name, word in self.inputs if word.startswith("literal:")}
        return frozenset(known - self._checked_inputs)

    @property
    def removes(self) -> bool:
        """Whether the operation can only take away what is there, by its method and path."""
        method, _, path = self.operation.lower().partition(" ")
        return (method == "delete" or bool(_REMOVES.search(path))) and not _MAKES.search(path)

    @property
    def _checked_inputs(self) -> frozenset[str]:
        """Inputs that the check asks for; the time of sending is none."""
        target = self.check.operation if self.check else ""
        clocks = {name for name, word in self.inputs if word.startswith("now-")}
        return frozenset(_PLACEHOLDER.findall(target)) - clocks


def _accompanies(name: str) -> bool:
    return bool(_BESIDES.fullmatch(_make_plain(name)))


def _make_plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def _widens(name: str, word: str) -> bool:
    kind, _, text = word.partition(":")
    spelt = (re.sub(r"(?<=[a-z])(?=[A-Z])", "-", one).lower() for one in (name, text))
    return kind == "literal" and any(_WIDENS.fullmatch(one) for one in spelt)


def _list_unproved_parts(probe: Probe) -> Iterator[str]:
    target = probe.check.operation.partition(" ")[2] if probe.check else ""
    names = dict(probe.inputs)
    for name in _PLACEHOLDER.findall(target):
        if name not in names:
            yield f"{{{name}}}, which is no input of the probe"
        elif _accompanies(name) and not names[name].startswith("now-"):
            yield f"{{{name}}}, which narrows nothing"
    for name, value in parse_qsl(urlsplit(target).query, keep_blank_values=True):
        if not _PLACEHOLDER.fullmatch(value):
            yield f"{name}={value}"
