// It filters and finds what is there, and adds nothing: what pages and servers say never becomes markup.
"use strict";
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const list = document.getElementById("findings");
  const shown = document.getElementById("shown");
  const groups = [...list.querySelectorAll("section")].map(group => ({
    group,
    count: group.querySelector(".count"),
    cards: [...group.querySelectorAll("article")],
  }));
  const cards = groups.flatMap(one => one.cards);
  const summaries = cards.map(card => card.querySelector("summary"));
  const CHECKED = ["severity", "state"], CHOSEN = ["rule", "operation", "language", "exchange"];
  const boxes = key => [...form.querySelectorAll('input[name="' + key + '"]')];
  const links = [...document.querySelectorAll(".tiles a, .chart a")];
  let texts = null;

  const selected = () => {
    const data = new FormData(form), all = {};
    for (const key of CHECKED) {
      const every = boxes(key), on = data.getAll(key);
      if (on.length < every.length) all[key] = on;
    }
    for (const key of CHOSEN) if (data.get(key)) all[key] = data.get(key);
    const words = data.get("words").trim();
    if (words) all.words = words;
    return all;
  };

  const fits = all => {
    const words = (all.words || "").toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !texts) {
      texts = new Map(cards.map(card => [card, card.textContent.toLowerCase()]));
    }
    return card => {
      const values = card.dataset;
      return CHECKED.every(key => !all[key] || all[key].includes(values[key]))
        && ["rule", "operation", "exchange"].every(
          key => !all[key] || values[key].split("\n").includes(all[key]))
        && (!all.language || values.languages.split(" ").includes(all.language))
        && words.every(word => texts.get(card).includes(word));
    };
  };

  const apply = () => {
    const test = fits(selected());
    let count = 0;
    for (const one of groups) {
      let here = 0;
      for (const card of one.cards) {
        const wanted = test(card);
        if (card.hidden === wanted) card.hidden = !wanted;
        here += wanted;
      }
      const tally = here === one.cards.length ? here : here + " of " + one.cards.length;
      if (one.count.textContent !== String(tally)) one.count.textContent = tally;
      if (one.group.hidden === (here > 0)) one.group.hidden = here === 0;
      count += here;
    }
    shown.textContent = count + " of " + cards.length + " shown";
  };

  const mark = () => {
    for (const link of links) {
      if (link.hash.length > 1 && link.hash === location.hash) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };

  const remember = () => {
    const params = new URLSearchParams();
    for (const [key, value] of Object.entries(selected())) params.set(key, [value].flat().join(","));
    const hash = String(params);
    history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
    mark();
  };

  const recall = () => {
    const params = new URLSearchParams(location.hash.slice(1));
    for (const key of CHECKED) {
      const on = params.has(key) ? params.get(key).split(",") : null;
      for (const box of boxes(key)) box.checked = !on || on.includes(box.value);
    }
    for (const key of CHOSEN) {
      const field = form.elements[key];
      field.value = params.get(key) || "";
      if (field.selectedIndex === -1) field.value = "";
    }
    form.elements.words.value = params.get("words") || "";
    apply();
    mark();
  };

  const reveal = card => {
    if (card.hidden) { form.reset(); apply(); }
    card.querySelector("details").open = true;
    card.scrollIntoView();
    card.querySelector("summary").focus({ preventScroll: true });
  };

  const follow = () => {
    const hash = location.hash.slice(1);
    const card = hash.startsWith("f-") && document.getElementById(hash);
    if (card) reveal(card);
    else if (!hash || hash.includes("=")) recall();
  };

  const step = (from, by) => {
    let next = from + by;
    while (next >= 0 && next < cards.length && cards[next].hidden) next += by;
    if (next >= 0 && next < cards.length) summaries[next].focus();
  };

  const changed = () => { apply(); remember(); };
  form.addEventListener("input", changed);
  form.addEventListener("reset", () => setTimeout(changed));
  form.addEventListener("submit", event => event.preventDefault());
  for (const link of links) {
    link.addEventListener("click", event => {
      if (link.hasAttribute("aria-current")) {
        event.preventDefault();
        location.hash = "";
      } else if (matchMedia("(max-width: 56rem)").matches) list.scrollIntoView();
    });
  }
  form.addEventListener("click", event => {
    if (event.target.value === "more") {
      const folded = event.target.getAttribute("aria-expanded") === "false";
      event.target.setAttribute("aria-expanded", String(folded));
    }
    const open = { open: true, close: false }[event.target.value];
    if (event.target.type !== "button" || open === undefined) return;
    for (const card of cards) if (!card.hidden) card.querySelector("details").open = open;
  });
  list.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { j: 1, k: -1 }[event.key];
    if (by) step(cards.indexOf(event.target.closest("article")), by);
  });
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...list.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
  addEventListener("hashchange", follow);
  addEventListener("load", () => { if (location.hash.startsWith("#f-")) follow(); });
  for (const id of ["tools", "hint"]) document.getElementById(id).hidden = false;
  apply();
  follow();
})();
