"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  root.classList.add("js");

  // Sorting: a button in each heading; rows without a value stay last in both directions.
  const valueIn = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent : cell.dataset.value;
  };
  const compare = (a, b) =>
    isNaN(a) || isNaN(b) ? a.localeCompare(b, "en") : Number(a) - Number(b);
  for (const table of document.querySelectorAll(".sortable")) {
    const headings = [...table.tHead.rows[0].querySelectorAll("th")];
    headings.forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const ascending = heading.getAttribute("aria-sort") !== "ascending";
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        const body = table.tBodies[0];
        const keyed = [...body.rows].map((row) => [valueIn(row, column), row]);
        const filled = keyed.filter(([value]) => value !== "");
        filled.sort(([a], [b]) => (ascending ? compare(a, b) : compare(b, a)));
        const empty = keyed.filter(([value]) => value === "");
        body.append(...[...filled, ...empty].map(([, row]) => row));
      });
    });
  }

  // Searching: case and accents do not matter; every word must match.
  const search = byId(":search");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const rows = [...document.querySelectorAll(".sortable tbody tr")];
  const texts = new Map(rows.map((row) => [row, plain(row.dataset.text)]));
  search.form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", () => {
    const words = plain(search.value).split(/\s+/);
    const matches = rows.filter((row) => words.every((word) => texts.get(row).includes(word)));
    for (const row of rows) row.hidden = !matches.includes(row);
    byId(":matches").textContent = search.value.trim() ? `${matches.length} of ${rows.length}` : "";
  });

  // Countries: one at a time, by picker, link or map; the address names it.
  const sections = [...document.querySelectorAll(".profile")];
  const picker = byId(":picker");
  const [previous, next] = [byId(":previous"), byId(":next")];
  const current = () => sections.findIndex((section) => `#${section.id}` === location.hash);
  const show = () => {
    const place = current();
    const elsewhere = location.hash && place < 0;
    if (elsewhere) return;
    root.classList.toggle("chosen", place >= 0);
    sections.forEach((section, at) => section.classList.toggle("shown", at === place));
    picker.value = place < 0 ? "" : sections[place].id;
    previous.disabled = place <= 0;
    next.disabled = place < 0 || place === sections.length - 1;
    const picking = document.activeElement && document.activeElement.form === picker.form;
    if (place < 0 || picking) return;
    sections[place].scrollIntoView();
    sections[place].focus({ preventScroll: true });
  };
  // Following a link would take the focus away from the picker.
  const go = (id) => {
    history.pushState(null, "", id ? `#${id}` : location.pathname + location.search);
    show();
  };
  picker.form.addEventListener("submit", (event) => event.preventDefault());
  picker.addEventListener("change", () => go(picker.value));
  previous.addEventListener("click", () => go(sections[current() - 1].id));
  next.addEventListener("click", () => go(sections[current() + 1].id));
  addEventListener("hashchange", show);
  addEventListener("popstate", show);
  for (const tile of document.querySelectorAll(".map g")) {
    if (!sections.some((section) => section.id === tile.dataset.unit)) continue;
    tile.dataset.link = "";
    tile.addEventListener("click", () => go(tile.dataset.unit));
  }
  show();
})();
