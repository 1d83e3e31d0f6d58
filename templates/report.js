// Hides the rows of the package register that do not hold what is typed. Without it the document is whole.
(() => {
  "use strict";
  const input = document.getElementById("filter");
  const count = document.getElementById("filter-count");
  const rows = Array.from(document.querySelectorAll(".register > tbody > tr[id]"));
  if (!input || !count || rows.length === 0) return;
  const words = rows.map((row) => row.textContent.toLowerCase());
  const apply = () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      const keep = wanted.every((word) => words[i].includes(word));
      row.hidden = !keep;
      if (keep) shown += 1;
    });
    count.textContent = wanted.length ? shown + " of " + rows.length : "";
  };
  // A link to a row that is filtered away shows all rows again.
  window.addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.hidden) {
      input.value = "";
      apply();
      target.scrollIntoView();
    }
  });
  input.addEventListener("input", apply);
  input.closest(".filter").hidden = false;
  apply();
})();
