"use strict";
/* Draw every chart, follow the width, offer each table as csv, turn the pages. */
function paint(box) {
  const figure = figures.charts[box.dataset.chart];
  const chart = echarts.getInstanceByDom(box) || echarts.init(box, null, { renderer: "svg" });
  chart.resize();
  chart.setOption(frame(draw[figure.kind](figure, box.clientWidth)), { notMerge: true });
  const svg = box.querySelector("svg");
  if (svg) svg.setAttribute("viewBox", `0 0 ${box.clientWidth} ${box.clientHeight}`);
}
const boxes = [...document.querySelectorAll("[data-chart]")];
const widths = new WeakMap();
/* A chart is drawn when it has room: at once where its chapter is open, later when it is turned to. */
function fit(box) {
  const width = box.clientWidth;
  if (!width || width === widths.get(box)) return;
  widths.set(box, width);
  paint(box);
}
const watch = new ResizeObserver(entries => { if (!matchMedia("print").matches) entries.forEach(({ target }) => fit(target)); });
boxes.forEach(box => watch.observe(box));

/* A table wider than its place says so: a line above it, and a dashed edge for as long as more lies beyond. */
function mark(box) {
  const beyond = box.scrollWidth - box.clientWidth;
  box.classList.toggle("cut", beyond > 1);
  box.classList.toggle("read", box.scrollLeft >= beyond - 1);
  box.previousElementSibling.hidden = beyond <= 1;
}
const wide = new ResizeObserver(entries => entries.forEach(({ target }) => mark(target)));
for (const box of document.querySelectorAll(".scroll")) {
  const said = document.createElement("p");
  said.className = "aside";
  said.hidden = true;
  said.setAttribute("aria-hidden", "true");
  said.textContent = "scroll sideways for more \u2192";
  box.before(said);
  box.addEventListener("scroll", () => mark(box), { passive: true });
  wide.observe(box);
}

/* A cell that begins like a formula would run in a spreadsheet: a quote in front keeps it text. */
function cell(text) {
  let words = text.trim().replace(/\u2212/g, "-");
  if (/^[=+@\t\r]/.test(words) || (/^-/.test(words) && !/^-[^a-z]*[\d.,\s]*[a-z%]{0,2}$/i.test(words))) words = "'" + words;
  return `"${words.replace(/"/g, '""')}"`;
}
/* Plain numbers: figures without signs or units, the unit in the head, a range as two columns, drawn ranges left out. */
function plain(table) {
  const [head, ...rows] = [...table.rows].map(row => [...row.children]);
  const columns = head.map((top, place) => {
    const nodes = rows.map(row => row[place]), units = new Set(nodes.map(node => node.dataset.u).filter(Boolean));
    const wide = nodes.some(node => (node.dataset.v || "").includes(" "));
    const said = top.textContent.trim(), name = said === "from \u2026 to" && place ? head[place - 1].textContent.trim() : said;
    const unit = units.size === 1 ? ` (${[...units][0]})` : "";
    return { wide, drawn: top.classList.contains("range"), heads: wide ? [`${name} low${unit}`, `${name} high${unit}`] : [said + unit] };
  });
  const values = (node, wide) => {
    const found = node.dataset.v ? node.dataset.v.split(" ") : [cell(node.title || node.textContent)];
    return wide && found.length === 1 ? [...found, node.dataset.v ? found[0] : '""'] : found;
  };
  const kept = row => row.flatMap((node, place) => columns[place].drawn ? [] : values(node, columns[place].wide));
  return [columns.flatMap(column => column.drawn ? [] : column.heads.map(cell)), ...rows.map(kept)];
}
function save(card) {
  const rows = plain(card.querySelector("table")).map(row => row.join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + rows.join("\r\n")], { type: "text/csv" }));
  link.download = `${card.id.replace("card-", "")}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
for (const card of document.querySelectorAll(".card")) {
  const table = card.querySelector("table");
  if (!table) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "csv";
  button.textContent = "save as csv" + (table.dataset.part ? ` (${table.dataset.part})` : "");
  button.setAttribute("aria-label", `save as csv: ${table.caption.textContent}`);
  button.addEventListener("click", () => save(card));
  table.closest(".scroll").after(button);
}

/* One chapter at a time, chosen by the address; everything where asked for, in print, and without this script. */
const pages = [...document.querySelectorAll(".page")], links = [...document.querySelectorAll(".toc a")], menu = document.querySelector(".menu");
const narrow = matchMedia("(max-width:1100px)"), title = document.title;
function show(pageName, target) {
  const all = pageName === "everything";
  document.body.classList.toggle("paged", !all);
  pages.forEach(page => page.classList.toggle("open", all || page.id === pageName));
  boxes.forEach(fit);
  links.forEach(link => link.getAttribute("href") === `#${pageName}` ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current"));
  const chapter = document.getElementById(pageName), head = chapter && chapter.querySelector(".part-title");
  document.getElementById("where").textContent = pageName === "summary" || !head ? "" : head.textContent;
  document.title = pageName === "summary" || !head ? title : `${head.textContent} \u00b7 ${title}`;
  if (narrow.matches) menu.open = false;
  if (target && target !== chapter) target.scrollIntoView(); else if (!all) window.scrollTo(0, 0);
}
function turn() {
  const name = decodeURIComponent(location.hash.slice(1)) || "summary", target = document.getElementById(name);
  if (name === "main") return;
  const page = target && target.closest(".page");
  show(name === "everything" ? name : page ? page.id : "summary", target);
}
let before = "";
addEventListener("hashchange", turn);
addEventListener("beforeprint", () => { before = location.hash; show("everything"); });
addEventListener("afterprint", () => { if (before !== "#everything") turn(); });
narrow.addEventListener("change", () => { menu.open = !narrow.matches; });
if (narrow.matches) menu.open = false;
turn();
