"""Look and behaviour of the HTML report: nothing is loaded from anywhere."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1c2128; --soft: #57606a; --line: #d5dae1;
  --code: #f3f5f8; --mark: #ffe08a; --mark-ink: #3b2c00; --focus: #0b61d8;
  --error: #b3261e; --error-soft: #fdecea; --warning: #8a5300; --warning-soft: #fff4e0;
  --info: #0b5cad; --info-soft: #e8f1fc; --good: #1b6e3c; --good-soft: #e6f5ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11151b; --card: #1a2028; --ink: #e6eaf0; --soft: #a0aab8; --line: #333c49;
    --code: #12171e; --mark: #6b5200; --mark-ink: #fff1c2; --focus: #7ab4ff;
    --error: #ff9a92; --error-soft: #3c1c1a; --warning: #f5bf6b; --warning-soft: #38280f;
    --info: #8cc0ff; --info-soft: #152a42; --good: #84d8a3; --good-soft: #12301e;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK KR", sans-serif;
}
main, header > div { max-width: 70rem; margin: 0 auto; padding: 0 1.25rem; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
header > div { padding-top: 1.75rem; padding-bottom: 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .75rem; }
h3 code { font-weight: 600; }
h3 { font-size: 1rem; margin: 0; font-weight: 600; overflow-wrap: anywhere; }
p { margin: 0; }
.checked { color: var(--soft); }
.counts {
  display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 1rem 0 0; padding: 0;
}
.pill {
  display: inline-block; border-radius: 1rem; padding: .1rem .7rem; font-size: .85rem;
  font-weight: 600; white-space: nowrap;
}
.error { color: var(--error); background: var(--error-soft); }
.warning { color: var(--warning); background: var(--warning-soft); }
.info { color: var(--info); background: var(--info-soft); }
.good { color: var(--good); background: var(--good-soft); }
form {
  position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .75rem 1rem;
  align-items: end; padding: .9rem 0; background: var(--page); border-bottom: 1px solid var(--line);
}
fieldset { border: 0; margin: 0; padding: 0; display: flex; gap: .9rem; align-items: center; }
legend { float: left; padding: 0; }
label, legend { font-size: .85rem; color: var(--soft); }
fieldset label { color: var(--ink); white-space: nowrap; }
form > label { display: grid; gap: .15rem; max-width: 100%; }
select, input[type=search] {
  font: inherit; font-size: .9rem; color: var(--ink); background: var(--card);
  border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .5rem; max-width: 18rem;
}
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
#shown { margin-left: auto; font-size: .85rem; color: var(--soft); padding-bottom: .4rem; }
article {
  background: var(--card); border: 1px solid var(--line); border-left: .3rem solid var(--edge);
  border-radius: .5rem; padding: 1rem 1.1rem; margin: 1rem 0; break-inside: avoid;
}
article[data-severity=error] { --edge: var(--error); }
article[data-severity=warning] { --edge: var(--warning); }
article[data-severity=info] { --edge: var(--info); }
.head { display: flex; flex-wrap: wrap; gap: .35rem .75rem; align-items: baseline; }
.head h3 { flex: 1 1 20rem; }
.rule { font: 600 .85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.about { color: var(--soft); font-size: .85rem; margin: .3rem 0 .8rem; overflow-wrap: anywhere; }
.sides {
  display: grid; grid-template: auto 1fr / minmax(0, 1fr) minmax(0, 1fr); gap: .25rem .9rem;
}
figure { margin: 0; min-width: 0; display: grid; grid-row: span 2; grid-template-rows: subgrid; }
figure:only-child { grid-column: 1 / -1; }
@media (max-width: 46rem) {
  .sides { grid-template: none / minmax(0, 1fr); }
  figure { display: block; grid-row: auto; margin-bottom: .6rem; }
  form { position: static !important; }
}
figcaption { font-size: .8rem; color: var(--soft); margin-bottom: .25rem; overflow-wrap: anywhere; }
figcaption b { color: var(--ink); font-weight: 600; }
pre {
  margin: 0; padding: .6rem .75rem; background: var(--code); border: 1px solid var(--line);
  border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere;
  font: .83rem/1.55 ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono CJK KR", monospace;
}
.number { color: var(--soft); user-select: none; padding-right: .75rem; }
mark { background: var(--mark); color: var(--mark-ink); border-radius: .2rem; padding: .05em .1em; }
code { font: .85em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
dl {
  display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem .9rem;
  margin: .8rem 0 0; font-size: .88rem;
}
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
dd ul { margin: 0; padding-left: 1.1rem; }
.known article { opacity: .85; }
.none {
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1.5rem;
}
footer { color: var(--soft); font-size: .8rem; padding: 2rem 0; }
[hidden] { display: none !important; }
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444;
    --line: #bbb; --code: #fff; --mark: #ffe08a; --mark-ink: #000; }
  body { font-size: 10pt; }
  form { display: none; }
  pre { font-size: 8pt; }
}
"""

SCRIPT: Final = """
"use strict";
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const cards = [...document.querySelectorAll("#findings > article")];
  const shown = document.getElementById("shown");
  const texts = new Map(cards.map(card => [card, card.textContent.toLowerCase()]));
  const apply = () => {
    const asked = new FormData(form);
    const severities = asked.getAll("severity");
    const words = asked.get("words").toLowerCase().trim();
    let count = 0;
    for (const card of cards) {
      const told = card.dataset;
      const fits = severities.includes(told.severity)
        && ["rule", "operation"].every(key => !asked.get(key) || asked.get(key) === told[key])
        && (!asked.get("language") || told.languages.split(" ").includes(asked.get("language")))
        && texts.get(card).includes(words);
      card.hidden = !fits;
      count += fits;
    }
    shown.textContent = count + " of " + cards.length + " shown";
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", event => event.preventDefault());
  apply();
})();
"""
"""Filters what is there; without it everything is shown."""
