"""Look of the HTML report: light and dark, on a screen and on paper; nothing is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PALETTE: Final[Mapping[str, tuple[str, str]]] = {
    "page": ("#f6f6f3", "#121417"),
    "card": ("#ffffff", "#1a1d21"),
    "code": ("#f6f6f3", "#131619"),
    "row": ("#fff7dd", "#2b2513"),
    "mark": ("#ffe08a", "#6a5200"),
    "ink": ("#1b1e22", "#e6e8eb"),
    "soft": ("#575c64", "#a4aab3"),
    "link": ("#0a58a6", "#8fc2ff"),
    "error": ("#ad241c", "#ff9f97"),
    "warning": ("#834c00", "#f0bb66"),
    "info": ("#0a58a6", "#8fc2ff"),
    "good": ("#19683a", "#86d8a5"),
    "line": ("#dcdcd5", "#32373e"),
    "edge": ("#7d828a", "#767c86"),
    "focus": ("#0a58a6", "#8fc2ff"),
}
"""Name -> colour in the light and in the dark scheme."""
GROUNDS: Final = ("page", "card", "code", "row", "mark")
TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "ink": GROUNDS,
    "soft": ("page", "card", "code", "row"),
    "link": ("page", "card"),
    "error": ("page", "card"),
    "warning": ("page", "card"),
    "info": ("page", "card"),
    "good": ("page", "card"),
}
"""Colour of text -> what it is written on."""


def _scheme(number: int) -> str:
    return " ".join(f"--{name}: {colours[number]};" for name, colours in PALETTE.items())


_RULES: Final = """
* { box-sizing: border-box; }
html { scroll-padding-top: 9rem; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK KR", sans-serif;
}
.wrap { max-width: 82rem; margin: 0 auto; padding: 0 1.5rem; }
main { padding-bottom: 4rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: .2rem; }
.skip {
  position: absolute; left: -99rem; z-index: 3; background: var(--card); padding: .5rem 1rem;
}
.skip:focus { left: 1rem; top: .5rem; }
.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}
h1, h2, h3, p, dl, dd, figure, fieldset { margin: 0; }
h1 { font-size: 1.65rem; line-height: 1.2; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; font-weight: 650; margin: 2.25rem 0 .6rem; }
h2 .count { color: var(--soft); font-weight: 400; margin-left: .35rem; }
h3 { font-size: 1rem; font-weight: 500; overflow-wrap: anywhere; }
details[open] h3 { font-weight: 600; }
header.wrap { padding-top: 2rem; padding-bottom: 1.25rem; }
header p { max-width: 62rem; color: var(--soft); }
header strong { color: var(--ink); font-weight: 600; }
header .verdict { color: var(--ink); font-size: 1.1rem; margin: .3rem 0 .4rem; }
.states {
  display: flex; flex-wrap: wrap; gap: .5rem 2rem; list-style: none; margin: 1.1rem 0 0; padding: 0;
}
.states a { display: block; color: inherit; text-decoration: none; }
.states a:hover span { text-decoration: underline; }
.states b { display: block; font-size: 1.65rem; line-height: 1.15; font-weight: 600; }
.states span { color: var(--soft); font-size: .85rem; }
b, .number, .count, .line { font-variant-numeric: tabular-nums; }

.tools {
  position: sticky; top: 0; z-index: 2; background: var(--page);
  border-bottom: 1px solid var(--line); padding: .7rem 0;
}
form, .row {
  display: flex; flex-wrap: wrap; gap: .5rem 1.1rem; align-items: center; font-size: .87rem;
}
fieldset {
  border: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: center;
}
legend { float: left; padding: 0 .1rem 0 0; color: var(--soft); }
label { white-space: nowrap; }
input[type=checkbox] { accent-color: var(--link); margin: 0 .3rem 0 0; vertical-align: -.1em; }
select, input[type=search], button {
  font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--edge);
  border-radius: .3rem; padding: .2rem .45rem; max-width: 11.5rem;
}
input[type=search] { width: 13rem; }
button { cursor: pointer; }
output { font-weight: 600; min-width: 9rem; font-variant-numeric: tabular-nums; }
.hint { color: var(--soft); font-size: .87rem; margin-top: .8rem; }
kbd {
  font: .85em ui-monospace, Menlo, Consolas, monospace; border: 1px solid var(--line);
  border-radius: .2rem; padding: 0 .3em; background: var(--card); color: var(--ink);
}

article {
  background: var(--card); border: 1px solid var(--line); border-left: 3px solid var(--tone);
  border-radius: .3rem; margin: 0 0 .3rem;
}
article:has(> details[open]) { margin: .6rem 0; }
.many article { content-visibility: auto; contain-intrinsic-height: auto 2.7rem; }
article[data-severity=error] { --tone: var(--error); }
article[data-severity=warning] { --tone: var(--warning); }
article[data-severity=info] { --tone: var(--info); }
article[data-state=fixed] { --tone: var(--good); }
article:target { outline: 2px solid var(--focus); }
summary {
  display: grid; grid-template-columns: .8rem 5.2rem minmax(0, 1fr) auto; gap: 0 .6rem;
  align-items: baseline; padding: .4rem .9rem .4rem .7rem; cursor: pointer; list-style: none;
}
summary::-webkit-details-marker { display: none; }
summary::before { content: "\\25B8"; color: var(--soft); }
details[open] > summary::before { content: "\\25BE"; }
summary .what { color: var(--tone); font-weight: 600; font-size: .87rem; }
summary .place {
  color: var(--soft); font-size: .85rem; text-align: right; overflow-wrap: anywhere;
  max-width: 30rem;
}
summary .name { color: var(--ink); margin-right: .9rem; }
code, pre, .place, .rule {
  font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono CJK KR", monospace;
}
code { font-size: .88em; overflow-wrap: anywhere; }
.body { padding: .1rem .9rem 1rem 2.1rem; }
.about { color: var(--soft); font-size: .87rem; margin-bottom: .7rem; overflow-wrap: anywhere; }
.about > * { margin-right: 1rem; }
.about .rule { color: var(--ink); }
.why { margin: 0 0 .7rem; max-width: 60rem; }
.sides { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: .5rem 1.25rem; }
.sides > :only-child { grid-column: 1 / -1; }
figcaption { font-size: .83rem; color: var(--soft); margin-bottom: .3rem; overflow-wrap: anywhere; }
figcaption strong { color: var(--ink); font-weight: 550; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .83rem; line-height: 1.4; }
th, td {
  border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: break-word; font-weight: inherit;
}
thead th { background: var(--code); font-weight: 550; }
th.line, thead th.line { color: var(--soft); width: 1%; white-space: nowrap; }
tr.at > *, thead tr.at > th { background: var(--row); }
td.at, th.at { box-shadow: inset 0 0 0 2px var(--warning); }
caption { text-align: left; }
pre {
  margin: 0; padding: .5rem .7rem; background: var(--code); border: 1px solid var(--line);
  border-radius: .2rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem;
  line-height: 1.5;
}
pre .at { display: block; background: var(--row); margin: 0 -.7rem; padding: 0 .7rem; }
.number { color: var(--soft); user-select: none; padding-right: .8rem; }
mark { background: var(--mark); color: var(--ink); border-radius: .15rem; padding: 0 .1em; }
dl {
  display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .15rem .9rem;
  margin-top: .8rem; font-size: .87rem;
}
dt { color: var(--soft); }
dd { overflow-wrap: anywhere; }
dd ul { margin: 0; padding-left: 1.1rem; }
.line-of-time { max-width: 34rem; margin-top: .25rem; }
.line-of-time svg { display: block; width: 100%; height: .6rem; }
.line-of-time .axis { fill: var(--line); }
.line-of-time .seen { fill: var(--tone); }
.ends { display: flex; justify-content: space-between; color: var(--soft); font-size: .8rem; }
.none, .stale { background: var(--card); border: 1px solid var(--line); padding: 1rem 1.2rem; }
.none { font-size: 1.05rem; }
.none.bad { color: var(--error); border-color: var(--error); font-weight: 600; }
.stale ul { margin: .4rem 0 0; padding-left: 1.2rem; }
[hidden] { display: none !important; }
@media screen and (max-width: 56rem) {
  .wrap { padding: 0 .8rem; }
  .tools { position: static; }
  html { scroll-padding-top: 1rem; }
  .sides { grid-template-columns: minmax(0, 1fr); }
  summary { grid-template-columns: .8rem minmax(0, 1fr); }
  summary > * { grid-column: 2; }
  summary .place { text-align: left; max-width: none; }
  .body { padding-left: .9rem; }
  dl { grid-template-columns: minmax(0, 1fr); }
  dd { margin-bottom: .3rem; }
}
"""
_PRINT: Final = """
@media print {
  body { font-size: 9.5pt; background: #fff; }
  header.wrap { padding-top: 0; }
  .wrap, header.wrap { max-width: none; padding: 0; }
  .tools, .skip, .hint { display: none; }
  article, .many article {
    content-visibility: visible; border: 0; border-left: 2pt solid var(--tone); border-radius: 0;
    margin: 0 0 .8rem;
  }
  .body { padding: .1rem 0 .2rem .7rem; }
  details::details-content { display: block; content-visibility: visible; height: auto; }
  summary::before { content: none !important; }
  summary { grid-template-columns: 4.5rem minmax(0, 1fr) auto; padding: .1rem 0 .1rem .7rem; }
  summary, .about { break-after: avoid; }
  figure, tr, pre { break-inside: avoid; }
  h2 { break-after: avoid; }
  pre, table { font-size: 7.5pt; }
  mark, tr.at > *, pre .at, .seen { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  figcaption a[href^=http]::after { content: " (" attr(href) ")"; overflow-wrap: anywhere; }
}
"""

STYLE: Final = (
    f"\n:root {{ color-scheme: light dark; {_scheme(0)} }}\n"
    f"@media (prefers-color-scheme: dark) {{ :root {{ {_scheme(1)} }} }}\n"
    f"@media print {{ :root {{ color-scheme: light; {_scheme(0)} }} }}"
    f"{_RULES}{_PRINT}"
)
