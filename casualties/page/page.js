"use strict";
(() => {
const data = JSON.parse(document.getElementById("numbers").textContent);
const last = data.times.length - 1;
const make = (tag, ...inside) => {
  const node = document.createElement(tag);
  node.append(...inside);
  return node;
};
// Before any row is taken out of the page: which reports are listed.
const listed = new Set([...document.querySelectorAll("tr[id]")].map((row) => row.id));
const link = (report) => {
  const name = `[${report + 1}]`;
  if (!listed.has(`r${report + 1}`)) return name;
  const a = make("a", name);
  a.href = `#r${report + 1}`;
  return a;
};
// Words written from the right stand apart, so that what is around them keeps its order.
const letter = "[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc]", word = `${letter}(?:${letter}|[\\u200c\\u200d])*`;
const RIGHT = new RegExp(`(${word}(?:[ 0-9'".,:;،؛·/–-]+(?:\\(${word}(?: ${word})*\\)|${word}))*)`);
const words = (text) => text.split(RIGHT).map((part, place) => place % 2 ? make("bdi", part) : part);
const piece = (it) => {
  if (!Array.isArray(it)) return it < 0 ? [link(-1 - it)] : words(data.texts[it]);
  if (it[0] === 0) return [make("small", ...words(data.texts[it[1]]))];
  return [make("details", make("summary", "explained"), make("p", ...it.slice(1).flatMap(piece)))];
};
// What a cell says in one line.
const flat = (cell) => [...cell.childNodes]
  .map((node) => (node.tagName === "SMALL" ? ", " : "") + node.textContent).join("");
const build = (cells, home) => {
  const parts = cells.map((cell) => (Array.isArray(cell) ? cell : [cell]).flatMap(piece));
  if (home.tagName === "TBODY") {
    const tr = make("tr");
    parts.forEach((part, place) => {
      const cell = make(place ? "td" : "th", ...part);
      if (!place) cell.scope = "row";
      tr.append(cell);
    });
    const [what, number] = tr.children;
    tr.querySelector("summary")?.setAttribute("aria-label",
      `explained: ${number.firstChild.textContent}; ${flat(what)}`);
    return tr;
  }
  const large = home.className === "lead";
  const all = parts.flatMap((part, place) => {
    const inside = large && !place ? [make("strong", ...part)] : part;
    return place ? [" ", ...inside] : inside;
  });
  return make("p", ...all);
};
// Every row of a pool: those in the page, and those that only other clocks have.
const pools = [];
const by = {};
for (const home of document.querySelectorAll("[data-pool]")) {
  const name = home.dataset.pool, most = Number(home.dataset.most ?? Infinity);
  const rest = document.querySelector(`[data-rest="${name}"]`);
  const here = [...home.children, ...(rest?.children ?? [])];
  const rows = [];
  let born = 0; // of a report: as its page
  const stay = (node, lives) => {
    if (!node.id) born = Number(node.dataset.b ?? 0);
    rows.push({node, lives: lives ?? [born, last + 1]});
  };
  for (const entry of data.pools[name] ?? [here.length]) {
    if (typeof entry === "number") for (let n = 0; n < entry; n++) stay(here.shift());
    else if (entry.length === 1) stay(here.shift(), entry[0]);
    else rows.push({cells: entry[1], lives: entry[0]});
  }
  pools.push(by[name] = {home, rest, most, rows, name});
}
// The last changes are the steps of the numbers, by time.
const recent = document.querySelector("[data-recent]");
const changes = recent ? data.recent.map(([path, step]) => ({step: by[`steps-${path}`].rows[step], path})) : [];
const change = ({step, path}) => {
  const [what, source] = about.any[`steps-${path}`][0].firstChild.children;
  const [when, number, why] = [...step.node.children].map((cell) => cell.cloneNode(true));
  const words = [what, source].map((node) => node.cloneNode(true).childNodes);
  return make("tr", when, make("td", ...words[0], make("small", ...words[1])), number, why);
};
const newest = document.querySelector("[data-last]");
const stands = (lives, at) => {
  for (let n = 0; n < lives.length; n += 2) if (lives[n] <= at && at < lives[n + 1]) return true;
  return false;
};
// The elements that tell of a pool, by its name.
const about = {};
for (const kind of ["any", "none", "count"]) {
  about[kind] = {};
  for (const node of document.querySelectorAll(`[data-${kind}]`)) {
    (about[kind][node.dataset[kind]] ??= []).push(node);
  }
}
const each = (kind, name, change) => about[kind][name]?.forEach(change);
const slide = document.getElementById("slide"), when = document.getElementById("when");
const told = new Map();
for (const svg of document.querySelectorAll(".plate svg")) told.set(svg, svg.getAttribute("aria-label"));
// What is not yet known before a clock: marks and labels of pictures, names of their lines.
const since = [...document.querySelectorAll("[data-from]")].map((node) => [node, Number(node.dataset.from)]);
const seen = (nodes) => [...nodes].filter((node) => !node.hasAttribute("hidden")).map((node) => node.textContent);
let now = last;
const show = (at) => {
  now = at;
  const counts = {};
  for (const {home, rest, most, rows, name} of pools) {
    const shown = [];
    for (const row of rows) {
      if (!stands(row.lives, at)) continue;
      row.node ??= build(row.cells, home);
      shown.push(row.node);
    }
    home.replaceChildren(...shown.slice(0, most));
    rest?.replaceChildren(...shown.slice(most));
    counts[name] = shown.filter((node) => node.firstChild.colSpan !== 4).length;
    counts[`${name}+`] = shown.length - most;
    each("any", name, (node) => { node.hidden = !home.children.length; });
    each("any", `${name}+`, (node) => { node.hidden = shown.length <= most; });
    each("none", name, (node) => { node.hidden = shown.length > 0; });
  }
  for (const [name, count] of Object.entries(counts)) {
    each("count", name, (node) => { node.textContent = count.toLocaleString("en"); });
  }
  for (const fold of document.querySelectorAll("[data-inner]")) {
    const some = [...fold.querySelectorAll("details")].filter((one) => !one.hidden).length;
    fold.hidden = !some;
    fold.querySelector("summary span").textContent = some.toLocaleString("en");
  }
  if (recent) {
    const some = changes.filter(({step}) => stands(step.lives, at)).slice(0, Number(recent.dataset.recent));
    recent.replaceChildren(...some.map((one) => one.row ??= change(one)));
    recent.parentElement.hidden = newest.hidden = !some.length;
    some[0]?.row.childNodes.forEach((cell, place) => {
      const copy = cell.cloneNode(true);
      copy.querySelectorAll("small").forEach((one) => one.prepend(", "));
      newest.children[place].replaceChildren(...copy.childNodes);
    });
  }
  for (const node of document.querySelectorAll("[data-clock]")) node.textContent = data.times[at];
  for (const [node, from] of since) node.toggleAttribute("hidden", at < from);
  let place = 0;
  for (const [svg, words] of told) {
    const cover = svg.querySelector(".cover"), right = Number(cover.dataset.right);
    const lefts = data.pictures[place++], left = lefts[at];
    cover.setAttribute("x", left);
    cover.setAttribute("width", at < last ? right - left : 0);
    // Where many clocks stand close together at the beginning, nothing can be read there.
    const close = (x) => x - lefts[0] < (lefts[last] - lefts[0]) / 20;
    const small = at < last && close(left) && lefts.filter(close).length > Math.max(3, lefts.length / 4);
    const figure = svg.closest("figure"), falls = seen(svg.querySelectorAll(".note"));
    figure.querySelector(".plate").hidden = small;
    figure.querySelector(".names").hidden = at === last || small;
    figure.querySelector("[data-cover]").textContent = at === last ? ""
      : small ? `; what was known ${data.times[at]} is too small to be read at this scale, and is not shown`
        : `, all after ${data.times[at]} covered; the scale is that of the page's own clock`;
    svg.setAttribute("aria-label", at < last
      ? `${figure.querySelector("b").textContent}, as known ${data.times[at]}. Lines of: `
        + `${seen(figure.querySelectorAll(".names li")).join(", ")}.`
        + (falls.length ? ` Labelled: ${falls.join("; ")}.` : "") : words);
  }
  document.body.classList.toggle("back", at < last);
  slide.value = at;
  slide.setAttribute("aria-valuetext", data.times[at]);
  when.selectedIndex = last - at;
  document.getElementById("moved").textContent = at < last
    ? `The page as it would have been at ${data.times[at]}. Its own clock is ${data.times[last]}.` : "";
};
const go = (at) => {
  const to = Math.min(Math.max(at, 0), last);
  if (to === now) return;
  show(to);
  const mark = to < last ? `#at=${encodeURIComponent(data.times[to])}` : location.pathname;
  try { history.replaceState(null, "", mark); } catch { /* a page within a page has no address */ }
};
const listen = (id, event, act) => document.getElementById(id).addEventListener(event, act);
for (let at = last; at >= 0; at--) when.append(new Option(data.times[at], at));
listen("slide", "input", () => go(Number(slide.value)));
listen("when", "change", () => go(Number(when.value)));
listen("back", "click", () => go(now - 1));
listen("on", "click", () => go(now + 1));
const follow = () => {
  let mark = "";
  try { mark = decodeURIComponent(location.hash.slice(1)); } catch { /* no address of this page */ }
  if (mark.startsWith("at=")) {
    const at = data.times.lastIndexOf(mark.slice(3));
    if (at >= 0) show(at);
    return;
  }
  const node = mark && document.getElementById(mark);
  for (let fold = node?.parentElement?.closest("details"); fold; fold = fold.parentElement?.closest("details")) fold.open = true;
  if (node) node.scrollIntoView();
};
addEventListener("hashchange", follow);
// What is folded of the reports is printed where the style sheet alone cannot open it.
addEventListener("beforeprint", () => document.querySelectorAll(".all").forEach((fold) => { fold.open = true; }));
if (last > 0) {
  document.getElementById("clock").hidden = false;
  show(last);
}
follow();
const csv = document.getElementById("csv");
csv.addEventListener("click", (event) => {
  const text = decodeURIComponent(csv.href.slice(csv.href.indexOf(",") + 1));
  const a = make("a");
  a.href = URL.createObjectURL(new Blob([text], {type: "text/csv"}));
  a.download = csv.download;
  event.preventDefault();
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
});
})();
