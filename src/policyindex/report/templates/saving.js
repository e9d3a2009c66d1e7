// Files of what a page shows: a table as CSV, a chart as SVG or PNG. Nothing leaves the page.
const saving = (() => {
  const offer = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  // Text that no spreadsheet takes for a formula, in quotes where it needs them.
  const field = (value) => {
    const text = String(value);
    const formula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text);
    const inert = formula ? `'${text}` : text;
    return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
  };

  const csvOf = (rows) => rows.map((row) => row.map(field).join(",")).join("\r\n") + "\r\n";

  // The rows of a table, with codes, year and source; a range fills two columns.
  const rowsOf = (table) => {
    const heads = [...table.tHead.rows].at(-1).cells;
    const columns = [...heads].map((head) => (head.dataset.field || "").split("|"));
    const number = (text) => text.replace("\u2212", "-").replace(/^\+/, "").replace(/^\u2013$/, "").replace(/^=/, "");
    const cell = (each) => {
      const text = each.textContent.trim();
      const span = text.match(/^(\d+)\u2013(\d+)$/);
      if (span) return [span[1], span[2]];
      if ((each.tagName === "TH" && each.dataset.value === undefined) || each.className === "names") return [text];
      const value = each.dataset.value === undefined ? number(text) : each.dataset.value;
      return [/^[-\d.,]*$/.test(value) ? value.replaceAll(",", "") : value];
    };
    const body = [...table.tBodies[0].rows].filter((row) => !row.hidden);
    const filled = body.map((row) => [...row.cells].map(cell));
    const bounded = columns.map(([name, high], at) => Boolean(name && !high && filled.some((row) => row[at].length > 1)));
    const spread = (values, [name, high], at) => {
      if (!name) return [];
      if (high) return values.length > 1 ? values : [values[0], values[0]];
      if (!bounded[at]) return [values[0]];
      return values.length > 1 ? ["", ...values] : [values[0], values[0], values[0]];
    };
    const names = columns.flatMap(([name, high], at) => {
      if (!name) return [];
      if (high) return [name, high];
      return bounded[at] ? [name, `${name}_low`, `${name}_high`] : [name];
    });
    const { unit, year, tenth } = table.dataset;
    const coded = unit || body.some((row) => row.dataset.unit);
    const header = [
      ...(coded ? ["country"] : []),
      ...(year ? ["year"] : []),
      ...names,
      ...(tenth ? ["rank_low_tenth", "rank_high_tenth"] : []),
      ...(body.some((row) => row.dataset.region !== undefined) ? ["region"] : []),
      "source",
    ];
    const rows = body.map((row, place) => [
      ...(coded ? [unit || row.dataset.unit] : []),
      ...(year ? [year] : []),
      ...columns.flatMap((column, at) => spread(filled[place][at], column, at)),
      ...(tenth ? spread((row.dataset.tenth || "").split("\u2013"), ["low", "high"], 0) : []),
      ...(row.dataset.region !== undefined ? [row.dataset.region] : []),
      document.body.dataset.citation,
    ]);
    return [header, ...rows];
  };

  // A chart as SVG that needs no other file: its look, title and source are in it.
  const LOOK = {
    fill: "", stroke: "none", "stroke-width": "1px", "stroke-dasharray": "none", "stroke-linecap": "butt",
    opacity: "1", "font-family": "", "font-size": "", "font-weight": "400", "text-anchor": "start",
  };

  const lines = (text, most) => {
    const rows = [""];
    for (const word of text.split(/\s+/)) {
      if (rows.at(-1) && rows.at(-1).length + word.length >= most) rows.push("");
      rows[rows.length - 1] += (rows.at(-1) ? " " : "") + word;
    }
    return rows;
  };

  const svgOf = (chart, title) => {
    const create = (name) => document.createElementNS(chart.namespaceURI, name);
    const copy = chart.cloneNode(true);
    for (const use of copy.querySelectorAll("use")) {
      const part = document.getElementById(use.getAttribute("href").slice(1)).cloneNode(true);
      part.removeAttribute("id");
      const kind = use.getAttribute("class");
      if (kind) part.setAttribute("class", kind);
      use.replaceWith(part);
    }
    for (const link of copy.querySelectorAll("a")) {
      const group = create("g");
      group.append(...link.childNodes);
      link.replaceWith(group);
    }
    // The look of a copy is that of its place on the page. It is set as attributes, since the
    // page's policy lets no style be set in elements.
    chart.after(copy);
    const shapes = [...copy.querySelectorAll("path,rect,circle,polygon,line,text")];
    const looks = shapes.map((each) => {
      const look = getComputedStyle(each);
      const names = Object.keys(LOOK).filter((name) => each.tagName === "text" || !/^(font|text)/.test(name));
      return names.map((name) => [name, look.getPropertyValue(name)]).filter(([name, value]) => value && value !== LOOK[name]);
    });
    shapes.forEach((each, at) => {
      for (const [name, value] of looks[at]) each.setAttribute(name, value.replaceAll('"', "'"));
      each.removeAttribute("class");
    });
    const ink = getComputedStyle(document.body);
    copy.remove();
    const [x, y, width, height] = copy.getAttribute("viewBox").split(/[\s,]+/).map(Number);
    const size = Math.max(7, Math.min(13, width / 40));
    const most = Math.floor(width / (size * 0.56));
    const text = (words, place, weight) => {
      const each = create("text");
      each.setAttribute("x", x + size / 2);
      each.setAttribute("y", place);
      each.setAttribute("fill", ink.color);
      each.setAttribute("font-family", ink.getPropertyValue("--sans").replaceAll('"', "'"));
      each.setAttribute("font-size", size);
      each.setAttribute("font-weight", weight);
      each.textContent = words;
      return each;
    };
    const above = lines(title, most);
    const below = lines(`Source: ${document.body.dataset.citation}`, most);
    const [over, under] = [(above.length + 1) * size * 1.35, (below.length + 0.8) * size * 1.35];
    const paper = create("rect");
    for (const [name, value] of Object.entries({ x, y: y - over, width, height: height + over + under, fill: ink.backgroundColor })) paper.setAttribute(name, value);
    copy.prepend(paper);
    above.forEach((words, at) => copy.append(text(words, y - over + (at + 1.1) * size * 1.35, 600)));
    below.forEach((words, at) => copy.append(text(words, y + height + (at + 1) * size * 1.35, 400)));
    copy.setAttribute("viewBox", [x, y - over, width, height + over + under].join(" "));
    const scale = Math.max(1, 900 / width);
    copy.setAttribute("width", Math.round(width * scale));
    copy.setAttribute("height", Math.round((height + over + under) * scale));
    copy.removeAttribute("class");
    return new XMLSerializer().serializeToString(copy);
  };

  const pngOf = async (svg) => {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * image.width;
    canvas.height = 2 * image.height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(image.src);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  };

  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = document.createElement("textarea");
      box.value = text;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
  };

  const saveTable = (table) => {
    const text = "\ufeff" + csvOf(rowsOf(table));
    offer(new Blob([text], { type: "text/csv;charset=utf-8" }), `${table.dataset.file}.csv`);
  };
  const saveSvg = (chart, title, name) => offer(new Blob([svgOf(chart, title)], { type: "image/svg+xml" }), `${name}.svg`);
  const savePng = async (chart, title, name) => offer(await pngOf(svgOf(chart, title)), `${name}.png`);

  return { saveTable, saveSvg, savePng, copied };
})();
