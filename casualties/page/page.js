"use strict";
(async () => {
// What other clocks say is packed: of what the page says already it repeats much.
const bytes = Uint8Array.from(atob(document.getElementById("numbers").textContent), (one) => one.charCodeAt(0));
const data = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
const last = data.times.length - 1;
const make = (tag, ...inside) => {
  const node = document.createElement(tag);
  node.append(...inside);
  return node;
};
// A row as the page holds it of other clocks: its cells are HTML, escaped as that of the page is.
const build = (cells, home) => {
  const inside = (tag, text) => {
    const node = make(tag);
    node.innerHTML = data.texts[text];
    return node;
  };
  if (home.tagName !== "TBODY") return inside("p", cells[0]);
  const tr = make("tr", inside("th", cells[0]), ...cells.slice(1).map((cell) => inside("td", cell)));
  tr.firstChild.scope = "row";
  return tr;
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
// What is not yet known before a clock: names of lines, marks of the key, sides.
const since = [...document.querySelectorAll("[data-from]")].map((node) => [node, Number(node.dataset.from)]);
// The pictures: what each clock sees of one is a window onto it.
const percent = (share) => `${(100 * share).toFixed(2)}%`;
const draw = (tag, attributes, text = "") => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.textContent = text;
  return node;
};
const figures = [...document.querySelectorAll("figure")].map((figure, place) => {
  const [svg, inner] = figure.querySelectorAll(".plate svg");
  const marks = [...svg.querySelectorAll("[data-p]")].map((node) => [node, ...node.dataset.p.split(",").map(Number)]);
  return {
    ...data.pictures[place], figure, svg, inner, grid: svg.querySelector(".grid"),
    marks, names: [...figure.querySelectorAll(".names li")], late: figure.querySelector("[data-late]"),
  };
});
const picture = ({figure, svg, inner, grid, marks, names, late, windows, ticks, lines}, at) => {
  const [right, top, step, kind, squeezed] = windows[at];
  inner.setAttribute("viewBox", `0 ${-top} ${right} ${top}`);
  for (const [node, x, y, born] of marks) {
    node.toggleAttribute("hidden", x > right || born > at);
    node.setAttribute("x", percent(x / right));
    node.setAttribute("y", percent(1 - y / top));
  }
  const rules = [];
  for (let y = 0; y <= top; y += step) {
    const height = percent(1 - y / top);
    rules.push(draw("line", {x2: "100%", y1: height, y2: height}),
      draw("text", {class: "y", y: height}, y.toLocaleString("en")));
  }
  const under = ticks[kind].filter(([x]) => x <= right);
  grid.replaceChildren(...rules, ...under.map(([x, name]) => draw("text", {class: "x", x: percent(x / right), y: "100%"}, name)));
  names.forEach((name, which) => {
    const known = lines[which].filter(([born]) => born <= at);
    name.querySelector("b").innerHTML = known.length ? data.texts[known.at(-1)[1]] : "";
  });
  late.hidden = !squeezed;
  const said = names.filter((name) => !name.hidden).map((name) => name.textContent);
  svg.setAttribute("aria-label", `${figure.querySelector("b").textContent}, as known ${data.times[at]}. ${said.join("; ")}.`);
};
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
    recent.parentElement.hidden = !some.length;
  }
  for (const node of document.querySelectorAll("[data-clock]")) node.textContent = data.times[at];
  for (const [node, from] of since) node.toggleAttribute("hidden", at < from);
  figures.forEach((one) => picture(one, at));
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
  if (!csv.href.startsWith("data:text")) return; // packed: as the browser does it
  const text = decodeURIComponent(csv.href.slice(csv.href.indexOf(",") + 1));
  const a = make("a");
  a.href = URL.createObjectURL(new Blob([text], {type: "text/csv"}));
  a.download = csv.download;
  event.preventDefault();
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
});
})();
