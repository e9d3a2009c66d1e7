(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const { saveTable, saveSvg, savePng, copied } = saving;
  root.classList.add("js");

  const rows = all(".sortable tbody tr");
  const profiles = all(".profile");
  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  const headings = all(".sortable thead th");
  const search = searcher(TERMS);
  const places = new Map(rows.map((row, place) => [row.dataset.unit, place]));

  // The address: where the reader is, and after a question mark sorting, region and search. An
  // address of the explorer, e.g. #w=1:2:3, changes nothing here.
  let own = location.hash;
  const read = () => {
    if (!/^#[wycv]=/.test(location.hash)) own = location.hash;
    const [anchor, query] = own.slice(1).split("?");
    const values = new URLSearchParams(query || "");
    return { anchor, sort: values.get("sort") || "", region: values.get("region") || "", search: values.get("search") || "" };
  };
  const written = (view) => {
    const values = new URLSearchParams();
    for (const name of ["sort", "region", "search"]) if (view[name]) values.set(name, view[name]);
    return `#${view.anchor}${values.size ? `?${values}` : ""}`;
  };
  const go = (change, replace) => {
    const address = written({ ...read(), ...change });
    own = address;
    if (address !== location.hash) history[replace ? "replaceState" : "pushState"](null, "", address);
    show();
  };

  // Sorting: a button in each heading; rows without a value stay last in both directions.
  const valueIn = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : cell.dataset.value;
  };
  const compare = (a, b) => (isNaN(a) || isNaN(b) ? a.localeCompare(b, "en") : Number(a) - Number(b));
  const sorted = (sort) => {
    const name = sort.replace(/^-/, "");
    const column = headings.findIndex((heading) => heading.dataset.field.split("|")[0] === name);
    const ascending = !sort.startsWith("-");
    const place = column < 0 ? 0 : column;
    headings.forEach((heading, at) => {
      if (at === place) heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      else heading.removeAttribute("aria-sort");
    });
    const keyed = rows.map((row) => [valueIn(row, place), row]);
    const filled = keyed.filter(([value]) => value !== "");
    if (column >= 0) filled.sort(([a], [b]) => (ascending ? compare(a, b) : compare(b, a)));
    const empty = keyed.filter(([value]) => value === "");
    document.querySelector(".sortable tbody").append(...[...filled, ...empty].map(([, row]) => row));
  };
  for (const heading of headings) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const [name] = heading.dataset.field.split("|");
      const now = heading.getAttribute("aria-sort");
      const first = heading.dataset.best === "highest" ? "descending" : "ascending";
      const next = now === "ascending" || now === "descending" ? (now === "ascending" ? "descending" : "ascending") : first;
      go({ sort: (next === "descending" ? "-" : "") + name });
    });
  }

  // Searching and regions: of the ranking and of the countries below it.
  const inputs = all(".search");
  const chips = all(".chip");
  const filtered = ({ region, search: typed }) => {
    const matches = typed.trim() ? new Set(search(typed)) : null;
    const fits = (unit) => {
      const place = places.get(unit);
      if (place === undefined) return !region && !matches;
      return (!matches || matches.has(place)) && (!region || rows[place].dataset.region === region);
    };
    let n = 0;
    for (const row of rows) {
      row.hidden = !fits(row.dataset.unit);
      n += !row.hidden;
    }
    for (const profile of profiles) profile.hidden = !fits(decodeURIComponent(profile.id));
    for (const input of inputs) if (input !== document.activeElement) input.value = typed;
    for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.region === region));
    for (const output of all(".matches")) output.textContent = matches || region ? `${n} of ${rows.length}` : "";
  };
  for (const input of inputs) {
    input.addEventListener("input", () => go({ search: input.value }, true));
    input.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const first = rows.find((row) => !row.hidden && byId.has(encodeURIComponent(row.dataset.unit)));
      if (first && input.value.trim()) go({ anchor: encodeURIComponent(first.dataset.unit) });
    });
  }
  for (const chip of chips) {
    chip.addEventListener("click", () => go({ region: chip.dataset.region }));
  }

  // Countries: an address, a link, a square of the map or a search opens one.
  let shown = null;
  // An address that is typed may hold % without a code.
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const open = (anchor) => {
    if (anchor === shown) return;
    shown = anchor;
    const profile = byId.get(anchor);
    if (profile) {
      profile.hidden = false;
      profile.open = true;
      profile.scrollIntoView();
      profile.firstElementChild.focus({ preventScroll: true });
    } else if (anchor) {
      const place = document.getElementById(anchor) || document.getElementById(decoded(anchor));
      if (place) place.scrollIntoView();
    }
  };
  let last = "";
  const show = () => {
    const view = read();
    const key = `${view.sort} ${view.region} ${view.search}`;
    if (key !== last) {
      last = key;
      sorted(view.sort);
      filtered(view);
    }
    open(view.anchor);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const anchor = link.getAttribute("href").slice(1);
    if (anchor === ":summary" && link.className === "skip") return;
    event.preventDefault();
    shown = null;
    go({ anchor });
  });
  for (const event of ["hashchange", "popstate"]) {
    addEventListener(event, () => {
      // Back closes the country that the step had opened.
      const { anchor } = read();
      const before = byId.get(shown);
      if (before && anchor !== shown) before.open = false;
      show();
    });
  }

  // The map: one stop for the tab key; arrows lead to the next square.
  const tiles = all(".map a");
  const square = (tile) => tile.querySelector("rect");
  tiles.forEach((tile, at) => tile.setAttribute("tabindex", at ? "-1" : "0"));
  for (const tile of tiles) {
    tile.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = (each, name) => Number(square(each).getAttribute(name));
      const [x, y] = [at(tile, "x"), at(tile, "y")];
      const distance = (each) => {
        const [across, down] = [at(each, "x") - x, at(each, "y") - y];
        const along = across * step[0] + down * step[1];
        return along > 0 ? along + 2 * Math.abs(across * step[1] + down * step[0]) : Infinity;
      };
      const next = tiles.reduce((best, each) => (distance(each) < distance(best) ? each : best), tiles[0]);
      if (distance(next) === Infinity) return;
      tile.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }

  // Files: buttons beside each table and chart, made when they are needed.
  const button = (words, label, act) => {
    const each = document.createElement("button");
    each.type = "button";
    each.textContent = words;
    each.setAttribute("aria-label", label);
    each.addEventListener("click", act);
    return each;
  };
  const bar = (...buttons) => {
    const each = document.createElement("p");
    each.className = "save";
    each.append(...buttons);
    return each;
  };
  const equip = (part) => {
    if ("equipped" in part.dataset) return;
    part.dataset.equipped = "";
    for (const table of all("table[data-file]", part)) {
      const label = table.caption.textContent.trim();
      table.parentElement.after(bar(button("CSV", `Save as CSV: ${label}`, () => saveTable(table))));
    }
    for (const figure of all("figure", part)) {
      const chart = figure.querySelector("svg[viewBox]");
      const caption = figure.querySelector("figcaption").innerText.trim();
      const country = figure.closest(".profile");
      const of = country ? `${country.querySelector("h3").firstChild.textContent.trim()}: ` : "";
      const title = `${document.querySelector("h1").textContent.trim()}. ${of}${caption}`;
      const name = figure.dataset.file || [country ? country.id : "means", caption.toLowerCase()].join("-");
      figure.append(
        bar(
          button("SVG", `Save as SVG: ${of}${caption}`, () => saveSvg(chart, title, name)),
          button("PNG", `Save as PNG: ${of}${caption}`, () => savePng(chart, title, name)),
        ),
      );
    }
    for (const text of all("[data-copy]", part)) {
      const words = text.textContent.trim();
      const each = button("Copy", `Copy with its source: ${words.slice(0, 60)}`, async () => {
        await copied(`${words} (${document.body.dataset.citation})`);
        each.textContent = "Copied";
        setTimeout(() => (each.textContent = "Copy"), 2000);
      });
      each.className = "copy";
      text.append(" ", each);
    }
  };
  for (const part of [document.querySelector("header"), ...all("main > section")]) {
    const closed = all(".profiles", part);
    if (!closed.length) equip(part);
  }
  for (const profile of profiles) {
    if (profile.open) equip(profile);
    profile.addEventListener("toggle", () => {
      if (profile.open) equip(profile);
    });
  }

  // A table or map that is wider than the window says so.
  const cue = (part) => {
    const hidden = part.scrollWidth - part.clientWidth;
    part.classList.toggle("more", hidden - part.scrollLeft > 4);
    if (part.previousElementSibling) part.previousElementSibling.classList.toggle("on", hidden > 1);
  };
  const wide = all(".wide");
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => cue(entry.target)));
  for (const part of wide) {
    watch.observe(part);
    part.addEventListener("scroll", () => cue(part), { passive: true });
  }

  // The contents mark the part in view.
  const links = new Map(all("nav a").map((link) => [link.getAttribute("href").slice(1), link]));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const link = links.get(entry.target.getAttribute("aria-labelledby"));
        if (!link) continue;
        if (entry.isIntersecting) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-30% 0px -65% 0px" },
  );
  for (const part of all("main > section")) seen.observe(part);

  // A print holds the countries that are open, or all.
  let opened = [];
  addEventListener("beforeprint", () => {
    if (profiles.some((profile) => profile.open)) return;
    opened = profiles.filter((profile) => !profile.hidden);
    document.body.classList.add("whole");
    for (const profile of opened) profile.open = true;
  });
  addEventListener("afterprint", () => {
    for (const profile of opened) profile.open = false;
    opened = [];
    document.body.classList.remove("whole");
  });

  show();
})();
