// Makes the package register searchable: filter, facets, order, all of them in the address; copies rows and findings as Markdown.
// Without it the document is whole. It reads the document and nothing else.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const table = document.querySelector(".register");
  const controls = $("controls");
  const rows = table ? Array.from(table.querySelectorAll("tr[id]")) : [];
  const heads = table ? Array.from(table.tHead.rows[0].cells) : [];
  const CELLS = { name: 0, ecosystem: 1, declared: 2, detected: 3, concluded: 4, class: 5, layer: 6, state: 7, basis: 8, verdict: 9 };
  const text = (row, column) => row.cells[CELLS[column]].textContent;
  const purlOf = (row) => row.cells[10].querySelector(".trail").textContent.split("\n", 1)[0];
  const FACETS = {
    class: (row) => text(row, "class").split(",")[0],
    ecosystem: (row) => text(row, "ecosystem"),
    verdict: (row) => text(row, "verdict"),
    state: (row) => text(row, "state").split(" ")[0],
    origin: (row) => text(row, "layer").split(" ")[1] || "not known",
    layer: (row) => text(row, "layer").split(" ")[0],
  };
  const SORTS = ["name", "ecosystem", "declared", "detected", "concluded", "class", "layer", "state", "basis", "verdict"];
  // From mild to strict.
  const STRICT = {
    verdict: ["allow", "review", "deny"],
    class: ["public-domain", "permissive", "weak-copyleft (file)", "weak-copyleft (library)", "strong-copyleft", "network-copyleft", "source-available", "proprietary", "unknown"],
  };
  const state = { q: "", sort: "" };
  const plain = new Intl.Collator("en", { numeric: true });

  // One pass over the rows: what each is searched by, and its value of each facet.
  const index = rows.map((row) => {
    const of = { row, order: 0, shown: true, words: "" };
    for (const name in FACETS) of[name] = FACETS[name](row);
    return of;
  });
  index.forEach((of, i) => { of.order = i; });
  const known = new Map(index.map((of) => [of.row, of]));
  const blocks = table ? Array.from(table.tBodies, (body) => ({
    body, shown: -1, of: Array.from(body.rows, (row) => known.get(row)).filter(Boolean),
  })) : [];
  let searchable = false;
  const readWords = () => {
    if (searchable) return;
    searchable = true;
    for (const of of index) {
      const { cells } = of.row;
      let words = purlOf(of.row);
      for (let i = 0; i < 10; i += 1) words += " " + cells[i].textContent;
      of.words = words.toLowerCase();
    }
  };

  const count = make("output", { id: "count" });
  const note = make("p", { className: "unseen", role: "status" });
  const selects = {};
  const apply = () => {
    const wanted = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.length) readWords();
    const facets = Object.keys(FACETS).filter((name) => state[name]);
    let shown = 0;
    for (const of of index) {
      const keep = facets.every((name) => of[name] === state[name]) && wanted.every((word) => of.words.includes(word));
      if (keep !== of.shown) {
        of.shown = keep;
        of.row.hidden = !keep;
      }
      if (keep) shown += 1;
    }
    count.textContent = shown === rows.length ? rows.length + " packages" : shown + " of " + rows.length + " packages";
    // A block without a row takes no place; one that is not laid out takes that of its rows.
    for (const block of blocks) {
      let n = 0;
      for (const of of block.of) if (of.shown) n += 1;
      if (n === block.shown) continue;
      block.shown = n;
      block.body.hidden = n === 0;
      block.body.style.setProperty("--rows", n);
    }
  };

  const order = () => {
    const column = state.sort.replace(/^-/, "");
    const back = state.sort.startsWith("-") ? -1 : 1;
    const rank = STRICT[column];
    const keys = new Map();
    if (column) {
      for (const of of index) {
        keys.set(of, rank ? String(rank.indexOf(of[column])) : text(of.row, column));
      }
    }
    const sorted = index.slice().sort((a, b) => (column ? back * plain.compare(keys.get(a), keys.get(b)) : 0) || a.order - b.order);
    const size = Math.ceil(sorted.length / blocks.length);
    blocks.forEach((block, i) => {
      block.of = sorted.slice(i * size, (i + 1) * size);
      block.shown = -1;
      block.body.append(...block.of.map((of) => of.row));
    });
    heads.forEach((head, i) => {
      if (SORTS[i] === column && column) head.setAttribute("aria-sort", back < 0 ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  };

  // The address holds the state: #packages?q=ssl&class=permissive&sort=-layer
  let timer = 0;
  const remember = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const parameters = new URLSearchParams();
      for (const name of ["q", ...Object.keys(FACETS), "sort"]) if (state[name]) parameters.set(name, state[name]);
      const words = parameters.toString();
      try { history.replaceState(null, "", "#packages" + (words ? "?" + words : "")); } catch { /* An address that may not change. */ }
    }, 250);
  };
  const recall = () => {
    const hash = location.hash;
    if (hash.startsWith("#packages?") && rows.length) {
      const parameters = new URLSearchParams(hash.slice(10));
      const before = state.sort;
      for (const name of ["q", ...Object.keys(FACETS)]) state[name] = parameters.get(name) || "";
      const sort = parameters.get("sort") || "";
      state.sort = SORTS.includes(sort.replace(/^-/, "")) ? sort : "";
      $("filter").value = state.q;
      for (const name in selects) selects[name].value = state[name];
      if (before !== state.sort) order();
      apply();
      $("packages").scrollIntoView();
      return;
    }
    // A link to something that is filtered away or folded shows it.
    let target = null;
    try { target = $(decodeURIComponent(hash.slice(1))); } catch { /* No name. */ }
    if (!target) return;
    if (target.hidden && rows.includes(target)) clear();
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
  };
  const clear = () => {
    for (const name of ["q", ...Object.keys(FACETS)]) state[name] = "";
    $("filter").value = "";
    for (const name in selects) selects[name].value = "";
    apply();
  };

  // Markdown: what a name holds may not become markup of its own.
  const quote = (words) => words.replace(/\s+/g, " ").trim().replace(/[\\`*_{}[\]<>()#+!|~&$@-]/g, "\\$&");
  const code = (words) => "`` " + words.replace(/`+/g, "'") + " ``";
  const ofRow = (row) => {
    const lines = ["**" + quote(text(row, "name")) + "** " + code(purlOf(row)), ""];
    heads.slice(1, 10).forEach((head, i) => lines.push("- " + head.textContent + ": " + quote(row.cells[i + 1].textContent)));
    return lines.join("\n") + "\n";
  };
  const ofFinding = (article) => {
    const lines = ["**" + quote(article.querySelector("h3").textContent) + "**", "", quote(article.querySelector(".why").textContent), ""];
    for (const pair of article.querySelectorAll("dl > div")) {
      lines.push("- " + pair.firstElementChild.textContent + ": " + quote(pair.lastElementChild.textContent));
    }
    const excerpt = article.querySelector(":scope > blockquote");
    if (excerpt) lines.push("", ...excerpt.textContent.trim().split("\n").map((line) => "> " + quote(line)));
    const fix = article.querySelector(".fix");
    if (fix) lines.push("", quote(fix.textContent));
    const members = article.querySelectorAll(".members > ul > li");
    if (members.length) lines.push("");
    for (const member of members) lines.push("- " + quote(member.querySelector(".who").textContent) + " (#" + member.id + ")");
    return lines.join("\n") + "\n";
  };
  const copy = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      // Where a page from a disk has no clipboard.
      const area = make("textarea", { value: words });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  const copier = (of) => make("button", {
    type: "button",
    className: "copy",
    textContent: "Copy as Markdown",
    onclick: async (event) => {
      await copy(of());
      event.target.textContent = "Copied";
      note.textContent = "copied as Markdown";
      setTimeout(() => { event.target.textContent = "Copy as Markdown"; note.textContent = ""; }, 1500);
    },
  });
  for (const article of document.querySelectorAll(".finding")) article.append(copier(() => ofFinding(article)));
  if (table) {
    table.addEventListener("toggle", (event) => {
      const fold = event.target;
      fold.closest("tr").classList.toggle("opened", fold.open);
      if (!fold.open || fold.querySelector(".copy")) return;
      fold.append(copier(() => ofRow(fold.closest("tr"))));
    }, true);
  }
  document.body.append(note);

  if (rows.length) {
    const filter = make("input", { id: "filter", type: "search", autocomplete: "off", spellcheck: false });
    filter.addEventListener("input", () => { state.q = filter.value; apply(); remember(); });
    controls.append(make("p", { className: "field wide" }, make("label", { htmlFor: "filter", textContent: "Show rows with" }), filter));
    for (const name in FACETS) {
      const counts = new Map();
      for (const of of index) counts.set(of[name], (counts.get(of[name]) || 0) + 1);
      if (counts.size < 2) continue;
      const select = make("select", { id: "facet-" + name }, make("option", { value: "", textContent: "any" }));
      for (const value of Array.from(counts.keys()).sort(plain.compare)) {
        select.append(make("option", { value, textContent: value + " (" + counts.get(value) + ")" }));
      }
      select.addEventListener("change", () => { state[name] = select.value; apply(); remember(); });
      selects[name] = select;
      const label = name === "origin" ? "base or app" : name;
      controls.append(make("p", { className: "field" }, make("label", { htmlFor: select.id, textContent: label }), select));
    }
    const reset = make("button", { type: "button", textContent: "Show all", onclick: () => { clear(); remember(); } });
    controls.append(make("p", { className: "field end" }, reset, count));
    SORTS.forEach((name, i) => {
      const head = heads[i];
      const link = make("a", { href: "#packages?sort=" + name, className: "sort", textContent: head.textContent });
      link.onclick = (event) => {
        event.preventDefault();
        state.sort = state.sort === name ? "-" + name : state.sort === "-" + name ? "" : name;
        order();
        apply();
        remember();
      };
      head.replaceChildren(link);
    });
    controls.hidden = false;
    apply();
    // The first key need not wait for it.
    if (window.requestIdleCallback) requestIdleCallback(readWords, { timeout: 2000 });
  }
  window.addEventListener("hashchange", recall);
  if (location.hash.length > 1) recall();
  document.documentElement.dataset.ready = "yes";
})();
