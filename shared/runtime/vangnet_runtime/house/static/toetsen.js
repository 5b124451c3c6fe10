// j and k in a list of links, for whoever works through many. Nothing needs this: Tab and Enter do the same without scripts.
// Single keys can be turned off (WCAG 2.1.4); the choice stays in this browser.
"use strict";
(() => {
  const bar = document.querySelector("[data-toetsen]");
  const links = [...document.querySelectorAll("ol.cards h2 a")];
  if (!bar || !links.length) return;
  const key = "vangnet-toetsen";
  const button = bar.querySelector("button");
  let on = localStorage.getItem(key) !== "uit";
  const show = () => { button.textContent = on ? "Zet sneltoetsen uit" : "Zet sneltoetsen aan"; };
  button.addEventListener("click", () => { on = !on; localStorage.setItem(key, on ? "aan" : "uit"); show(); });
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, select, textarea, [contenteditable]");
    if (!on || busy || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
    links[next].focus();
    event.preventDefault();
  });
  show();
  bar.hidden = false;
})();
