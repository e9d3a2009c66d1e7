"use strict";
// The explorer: what weights.js computes, drawn, moved and put into words.
(() => {
  const root = document.getElementById(":explorer");
  if (!root) return;
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const data = JSON.parse(part("data").content.textContent);
  // The report has its own terms, in another order.
  const matches = part("terms") ? searcher(JSON.parse(part("terms").content.textContent))
    : ((search) => (typed) => search(typed).map((place) => data.order[place]))(searcher(TERMS));
  const { dimensions, units, names, years, shades } = data;
  const n = dimensions.length;
  const EQUAL = Array(n).fill(1);
  const GRID = 100 * n;
  const [mode, drawn] = [n === 2 ? "strip" : n === 3 ? "triangle" : "sliders", n < 4];
  const SVG = root.querySelector("svg").namespaceURI;

  // Words. The first three are those of report/_sentences.py.
  const figure = (number) => number.toLocaleString("en-US");
  const percent = (share) => {
    const rounded = Math.floor(100 * share + 0.5 + 1e-9);
    if (share > 0 && rounded < 1) return "less than 1";
    return share < 1 - 1e-9 && rounded > 99 ? "more than 99" : `${rounded}`;
  };
  const weighted = (name, rank, of, equal, low, high, share, exact = true) =>
    `With these weights ${name} ranks ${figure(rank)} of ${figure(of)} (${figure(equal)} with equal weights). ` +
    (low === high
      ? `Over all weightings it keeps rank ${figure(low)}.`
      : `Over all weightings: ${figure(low)} to ${figure(high)}, ${figure(rank)} or better ${often(share, exact)}.`) +
    (exact ? "" : " The range is sampled.");
  const often = (share, exact) => (share ? `in ${percent(share)} %` : exact ? "on a border only" : "in less than 1 %");
  const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const joined = (words) =>
    words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
  const named = (unit) => (data.articles[unit] === "1" ? "the " : "") + names[unit];
  const who = (list) => joined(list.length > 4
    ? [...list.slice(0, 3).map(named), `${list.length - 3} other countries`]
    : list.map(named));
  const tenths = (weights, grid = 1000) => {
    const sum = total(weights);
    const parts = weights.map((each) => Math.floor((each * grid) / sum));
    const rest = weights.map((each, i) => [(each * grid) % sum, i]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    for (const [, i] of rest.slice(0, grid - total(parts))) parts[i]++;
    return parts;
  };
  // Percent that sum to 100: thirds where these are exact, else tenths.
  const percents = (weights) => {
    const sum = total(weights);
    const exact = weights.every((each) => (each * 300) % sum === 0);
    return exact
      ? weights.map((each) => {
        const thirds = (each * 300) / sum;
        const whole = Math.floor(thirds / 3);
        return (whole || thirds % 3 === 0 ? `${whole}` : "") + ["", "\u2153", "\u2154"][thirds % 3];
      })
      : tenths(weights).map((tenth) => `${tenth / 10}`);
  };
  const inWords = (weights) => {
    const parts = percents(weights);
    const text = joined(dimensions.map((name, i) => `${name} ${parts[i]} %`));
    return weights.every((each) => each === weights[0]) ? `equal weights for ${joined(dimensions)}` : `${text} (${weights.map(figure).join(" : ")})`;
  };

  // Levels by year and country; null where a dimension is missing.
  const levelOf = (year, unit) => {
    const width = data.width;
    const row = data.levels[year].slice(unit * n * width, (unit + 1) * n * width);
    return dimensions.map((_, i) => row.slice(i * width, (i + 1) * width)).map((text) => (text.includes(".") ? null : +text));
  };
  const levels = years.map((_, year) => units.map((_, unit) => levelOf(year, unit)));
  const profiles = levels.map((rows) => rows.map((row) => (row.includes(null) ? null : row)));
  const crowds = profiles.map(crowdOf);

  // The cut of the weights: for all profiles of the scales, or, where scales are long, for the
  // profile of one country.
  const wide = mode === "triangle" && Math.max(...data.spans) > 4;
  let shared = null;
  const cutFor = (year, own) => {
    if (wide) return arrange(tieLines(crowds[year].map(([profile]) => minus(profile, own))));
    if (!shared) {
      const every = () => tieLines(differences(data.spans));
      shared = mode === "triangle" ? arrange(every()) : mode === "strip" ? strip(every()) : sample(n, 4096);
    }
    return shared;
  };
  const cube = n === 3 && !wide
    ? data.spans.reduce((rows, span, i) => rows.flatMap((row) =>
        Array.from({ length: span + 1 }, (_, level) => [...row, data.lowest[i] + level])), [[]])
    : null;
  let cubeSorter = null;
  const ranges = new Map();
  const rangesOf = (year) => {
    if (wide && !ranges.has(year)) {
      const each = new Map(crowds[year].map(([profile]) =>
        [profile.join(), extremes(profile, crowds[year]).map((above) => above + 1)]));
      ranges.set(year, profiles[year].map((profile) => profile && each.get(profile.join())));
    }
    if (!ranges.has(year)) {
      const crowd = crowds[year];
      const cut = cutFor(year, null);
      const list = cube || crowd.map(([profile]) => profile);
      const place = new Map(list.map((profile, i) => [profile.join(), i]));
      const counts = new Int32Array(list.length);
      for (const [profile, count] of crowd) counts[place.get(profile.join())] = count;
      const sweep = cube ? (cubeSorter = cubeSorter || sorter(cut, cube)) : list.length ? sorter(cut, list) : () => [[], []];
      const [low, high] = sweep(counts);
      ranges.set(year, profiles[year].map((profile) => {
        if (!profile) return null;
        const at = place.get(profile.join());
        return [low[at], high[at]];
      }));
    }
    return ranges.get(year);
  };

  // Classes of ranks.
  const classOf = (rank, of) => data.classes.findIndex(([, top, bottom]) => (top ? rank * bottom <= of * top : rank === 1));
  const classRanks = (of) => {
    const rows = data.classes.map(() => null);
    for (let rank = 1; rank <= of; rank++) {
      const row = classOf(rank, of);
      rows[row] = [rows[row] ? rows[row][0] : rank, rank];
    }
    return rows;
  };

  // What is chosen, and everything that follows from the country and the year.
  const state = { w: EQUAL, y: data.year, c: data.country, v: -1 };
  let view = null;
  const surveys = new Map();
  const surveyOf = (year, unit) => {
    const own = profiles[year][unit];
    if (!own) return null;
    const key = `${year},${own}`;
    if (!surveys.has(key)) {
      const cut = cutFor(year, own);
      surveys.set(key, { cut, ...survey(own, cut, crowds[year]) });
    }
    return surveys.get(key);
  };
  const look = () => {
    const rows = profiles[state.y];
    const equal = ranksAt(EQUAL, rows);
    view = {
      rows, equal,
      of: rows.filter(Boolean).length,
      own: rows[state.c],
      survey: surveyOf(state.y, state.c),
      rivals: rows.flatMap((profile, unit) => (profile && unit !== state.c ? [{ profile, unit }] : [])),
      other: state.v >= 0 ? rows[state.v] : null,
    };
  };
  const lacking = (year, unit) => {
    const missing = dimensions.filter((_, i) => levels[year][unit][i] === null);
    return missing.length === n ? "no score" : `lacks ${joined(missing)}`;
  };
  const sentence = (ranks) => {
    const name = named(state.c);
    if (!view.own) return `${capital(name)} is not ranked in ${years[state.y]}: ${lacking(state.y, state.c).replace("no score", "it has no score").replace("lacks", "it lacks")}.`;
    const rank = ranks[state.c];
    const { cut, low, high, exact, share } = view.survey;
    const part = share(1, rank) || (cut.exact ? 0 : 1e-9);
    return weighted(name, rank, view.of, view.equal[state.c], low, high, part, exact);
  };

  // The plane of the picture.
  const [TOP, LEFT, RIGHT] = mode === "strip" ? [0, [30, 70], [610, 70]] : [[320, 42], [30, 544], [610, 544]];
  const spot = (weights) => {
    const sum = total(weights);
    const corners = n === 2 ? [LEFT, RIGHT] : [TOP, LEFT, RIGHT];
    return [0, 1].map((axis) => Math.round((10 * weights.reduce((at, each, i) => at + each * corners[i][axis], 0)) / sum) / 10);
  };
  const nearest = (shares) => {
    const inside = shares.map((share) => Math.max(share, 0));
    const sum = total(inside) || 1;
    return primitive(tenths(inside.map((share) => Math.round((share / sum) * 1e6)), GRID));
  };
  const weightsAt = (x, y) => {
    const across = (x - LEFT[0]) / (RIGHT[0] - LEFT[0]);
    if (n === 2) return [1 - across, across];
    const up = (LEFT[1] - y) / (LEFT[1] - TOP[1]);
    return [up, 1 - across - up / 2, across - up / 2];
  };
  const element = (name, attributes, text) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const path = (loop) => `M${loop.map((point) => spot(point).join(" ")).join("L")}Z`;
  const CORNERS = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

  // The part of the triangle, or strip, where a difference of two profiles is at least 0.
  const half = (lead) => {
    if (n === 2) {
      const tie = [Math.abs(lead[1]), Math.abs(lead[0])];
      const ends = [[1, 0], ...(lead[0] * lead[1] < 0 ? [tie] : []), [0, 1]].filter((point) => dot(point, lead) >= 0);
      return ends.length < 2 ? [] : bar(ends[0], ends[ends.length - 1]);
    }
    return CORNERS.flatMap((corner, i) => {
      const [after, here] = [CORNERS[(i + 1) % 3], lead[i]];
      const there = lead[(i + 1) % 3];
      const crossing = here * there < 0 ? [corner.map((each, j) => each * Math.abs(there) + after[j] * Math.abs(here))] : [];
      return [...(here >= 0 ? [corner] : []), ...crossing];
    });
  };
  const HEIGHT = 60;
  const bar = (from, to) => ({ from, to });
  const shape = (loop) => {
    if (n === 3) return path(loop);
    const [[x0, y0], [x1]] = [spot(loop.from), spot(loop.to)];
    return `M${x0} ${y0 - HEIGHT / 2}H${x1}V${y0 + HEIGHT / 2}H${x0}Z`;
  };
  const chord = (line) => {
    if (n === 2) {
      const [x, y] = spot([Math.abs(line[1]), Math.abs(line[0])]);
      return [[x, y - HEIGHT / 2], [x, y + HEIGHT / 2]];
    }
    const ends = new Map();
    for (const border of CORNERS) {
      let point = cross(line, border);
      if (Math.min(...point) < 0) point = point.map((each) => -each);
      if (Math.min(...point) >= 0 && Math.max(...point) > 0) ends.set(primitive(point).join(), spot(point));
    }
    return [...ends.values()];
  };
  const areaOf = (loop) => {
    if (n === 2) return loop.from ? Math.abs(loop.to[1] / total(loop.to) - loop.from[1] / total(loop.from)) : 0;
    const flat = loop.map((point) => [point[0] / total(point), point[1] / total(point)]);
    return Math.abs(total(flat.map(([x, y], i) => {
      const [u, v] = flat[(i + 1) % flat.length];
      return x * v - u * y;
    })));
  };

  // What the picture shows, as items that the page, the SVG file and the PNG file draw.
  let scene = { areas: [], chords: [], labels: [] };
  const lay = () => {
    const areas = [];
    const chords = new Map();
    const labels = [];
    if (view.own && drawn) {
      if (view.other && state.v !== state.c) {
        const { lead } = duel(view.own, view.other);
        const sides = [[lead, "mine", state.c], [lead.map((each) => -each), "theirs", state.v]];
        const crosses = Math.min(...lead) < 0 && Math.max(...lead) > 0;
        for (const [side, kind, unit] of sides) {
          if (!crosses && (Math.max(...side) <= 0)) continue;
          const loop = half(side);
          areas.push({ kind, d: shape(loop) });
          const corners = n === 2 ? [loop.from, loop.to] : loop;
          const middle = corners.map(spot).reduce(([x, y], [u, v]) => [x + u / corners.length, y + v / corners.length], [0, 0]);
          const [x, y] = spot(EQUAL);
          if (n === 3 && Math.hypot(middle[0] - x, middle[1] - y) < 50) middle[1] = y + 55;
          labels.push({ at: middle, text: `${names[unit]} ahead`, kind });
        }
        if (!areas.length) areas.push({ kind: "level", d: shape(n === 2 ? bar([1, 0], [0, 1]) : CORNERS) });
        const level = CORNERS.filter((_, i) => lead[i] === 0).map(spot);
        if (n === 3 && level.length === 1 && !crosses) chords.set("tie", { ends: [level[0], level[0]], units: [state.v], tie: true });
        if (n === 3 && level.length === 2) chords.set("tie", { ends: level, units: [state.v], tie: true });
        if (crosses) chords.set("tie", { ends: chord(primitive(lead)), units: [state.v], tie: true });
      } else {
        const classes = Array.from(view.survey.cells, (rank) => classOf(rank, view.of));
        const { cut } = view.survey;
        if (n === 3) {
          for (const [kind, loops] of outlines(cut, classes)) areas.push({ kind, d: loops.map(path).join("") });
        } else {
          const start = (i) => cut.nodes[i];
          for (let i = 0, from = 0; i < classes.length; i++) {
            if (classes[i + 1] === classes[i]) continue;
            areas.push({ kind: classes[i], d: shape(bar(start(from), start(i + 1))) });
            from = i + 1;
          }
        }
        for (const { profile, unit } of view.rivals) {
          const [line] = tieLines([minus(profile, view.own)]);
          if (!line) continue;
          const key = line.join();
          if (!chords.has(key)) chords.set(key, { line, ends: chord(line), units: [] });
          chords.get(key).units.push(unit);
        }
        labels.push(...places(classes));
      }
    }
    areas.sort((a, b) => a.kind - b.kind);
    scene = { areas, chords: [...chords.values()], labels };
  };
  // A label of each class, as far from other classes as can be on a lattice.
  const places = () => {
    const ranks = classRanks(view.of);
    if (n === 2) return [];
    const size = 60;
    const grid = [];
    for (let a = 0; a <= size; a++) for (let b = 0; b <= size - a; b++) grid.push([a, b, size - a - b]);
    const index = new Map(grid.map(([a, b], i) => [a * 100 + b, i]));
    const own = ranksOf(view.own, grid, crowds[state.y]);
    const kinds = Array.from(own, (rank) => classOf(rank, view.of));
    const steps = [[1, -1], [1, 0], [0, 1], [-1, 1], [-1, 0], [0, -1]];
    const near = grid.map(([a, b]) => steps.map(([i, j]) => index.get((a + i) * 100 + b + j)));
    const depth = kinds.map(() => 0);
    let front = grid.map((_, i) => i);
    for (let level = 1; front.length; level++) {
      const inner = front.filter((i) => near[i].every((j) => j !== undefined && kinds[j] === kinds[i] && depth[j] >= level - 1));
      for (const i of inner) depth[i] = level;
      front = inner;
    }
    const best = new Map();
    depth.forEach((deep, i) => {
      const row = best.get(kinds[i]);
      if (deep > 1 && (!row || deep > depth[row])) best.set(kinds[i], i);
    });
    return [...best].map(([kind, i]) => {
      const [first, last] = ranks[kind];
      const low = Math.max(first, view.survey.low);
      const high = Math.min(last, view.survey.high);
      return { at: spot(grid[i]), text: low === high ? `${low}` : `${low}\u2013${high}`, kind };
    });
  };

  // Drawing on the page.
  const picture = part("picture");
  const handle = part("handle");
  const draw = () => {
    if (!drawn) return;
    lay();
    const areas = scene.areas.map(({ kind, d }) => element("path", { d, class: `area k${kind}`, "fill-rule": "evenodd" }));
    const run = ({ ends: [[x, y], [u, v]] }) => `M${x} ${y}L${u} ${v}`;
    const thin = scene.chords.filter(({ tie }) => !tie).map(run).join("");
    const chords = [["under", thin], ["chord", thin], ["tie under", scene.chords.filter(({ tie }) => tie).map(run).join("")],
      ["tie", scene.chords.filter(({ tie }) => tie).map(run).join("")]].filter(([, d]) => d).map(([kind, d]) => element("path", { d, class: kind }));
    const labels = scene.labels.map(({ at: [x, y], text, kind }) =>
      element("text", { x, y: y + 5, class: `inside i${kind}` }, text));
    const outline = element("path", { d: shape(n === 2 ? bar([1, 0], [0, 1]) : CORNERS), class: "outline" });
    part("areas").replaceChildren(...areas, ...chords, outline, ...labels);
    if (!view.own) part("areas").append(element("text", { x: 320, y: n === 2 ? 75 : 380, class: "inside" }, `not ranked in ${years[state.y]}`));
    part("areas").setAttribute("aria-label", pictureWords());
  };
  const pictureWords = () => {
    if (!view.own) return sentence([]);
    const { low, high } = view.survey;
    return `${mode === "strip" ? "Strip" : "Triangle"} of all weightings of ${joined(dimensions)} in ${years[state.y]}. ` +
      (view.other ? duelWords().join(" ") : `The rank of ${named(state.c)}, from ${low} to ${high}: ` +
        keyRows().filter((row) => row.share > 0).map((row) => `${row.ranks}, ${percent(row.share)} %`).join("; ") + ".");
  };
  const keyRows = () => {
    const ranks = classRanks(view.of);
    return data.classes.map(([name], kind) => ({
      name, kind,
      ranks: ranks[kind] ? (ranks[kind][0] === ranks[kind][1] ? `${ranks[kind][0]}` : ranks[kind].join("\u2013")) : "\u2013",
      share: view.survey && ranks[kind] ? view.survey.share(...ranks[kind]) : 0,
    })).map((row) => ({ ...row, text: shareWords(row.share, ranks[row.kind]) }));
  };
  // A rank may occur on lines only, which have no area.
  const shareWords = (share, ranks) => {
    if (!view.own || !ranks) return "\u2013";
    const { cut, low, high } = view.survey;
    if (share || ranks[1] < low || ranks[0] > high) return `${percent(share)} %`;
    return cut.exact ? "border only" : "less than 1 %";
  };
  const duelWords = () => {
    const [mine, theirs] = [named(state.c), named(state.v)];
    if (!view.own || !view.other) return [`${capital(view.own ? theirs : mine)} is not ranked in ${years[state.y]}.`];
    const { lead, never_behind, never_ahead, always, never } = duel(view.own, view.other);
    const zero = (sign) => joined(dimensions.filter((_, i) => lead[i] * sign > 0));
    const several = (sign) => dimensions.filter((_, i) => lead[i] * sign > 0).length > 1;
    if (never_behind && never_ahead) return [`${capital(mine)} and ${theirs} have the same levels in ${years[state.y]}. They tie under every weighting.`];
    if (always) return [`${capital(mine)} is ahead of ${theirs} under every weighting.`];
    if (never) return [`${capital(theirs)} is ahead of ${mine} under every weighting.`];
    if (never_behind) return [`${capital(mine)} is never behind ${theirs}.`, `They tie where ${zero(1)} ${several(1) ? "weigh" : "weighs"} nothing.`];
    if (never_ahead) return [`${capital(theirs)} is never behind ${mine}.`, `They tie where ${zero(-1)} ${several(-1) ? "weigh" : "weighs"} nothing.`];
    if (!drawn) {
      const ahead = view.survey.cut.points.filter((point) => dot(point, lead) > 0).length / view.survey.cut.points.length;
      return [`${capital(mine)} is ahead of ${theirs} under about ${percent(ahead)} % of the weightings (sampled).`];
    }
    const ahead = areaOf(half(lead));
    return [`${capital(mine)} is ahead of ${theirs} under ${percent(ahead)} % of the weightings, behind under ${percent(1 - ahead)} %.`, "They tie on the line between."];
  };

  // Key, or the comparison of two countries.
  const key = () => {
    part("key").replaceChildren(...keyRows().map(({ name, ranks, text, kind }) => {
      const row = document.createElement("tr");
      row.className = "0\u2013".includes(text[0]) ? "empty" : "";
      const swatch = document.createElement("td");
      const square = document.createElement("span");
      square.className = `swatch b${kind}`;
      swatch.append(square);
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = name;
      const cells = [ranks, text].map((words) => {
        const cell = document.createElement("td");
        cell.textContent = words;
        return cell;
      });
      row.append(swatch, head, ...cells);
      return row;
    }));
    const two = state.v >= 0;
    part("duel").hidden = !two;
    part("classes").hidden = two && drawn;
    part("duel").textContent = two ? duelWords().join(" ") : "";
    part("basis").textContent = !view.own ? "" : view.survey.exact
      ? `Exact: ${drawn ? `all ${figure(view.survey.cut.points.length)} cells of the ${mode}${n === 3 ? ", their borders included" : ""}` : "no weighting gives another rank, and the shares are sampled"}.`
      : `Sampled: ${figure(view.survey.cut.points.length)} weightings. The true range may be wider.`;
  };

  // The table: its rows stay, and their texts change.
  const body = part("rows");
  const made = units.map(() => {
    const row = document.createElement("tr");
    const cells = Array.from({ length: n + 5 }, (_, i) => {
      const cell = document.createElement(i === 1 ? "th" : "td");
      if (i === 1) cell.scope = "row";
      row.append(cell);
      return cell;
    });
    const button = document.createElement("button");
    button.type = "button";
    cells[1].append(button);
    cells[1] = button;
    button.addEventListener("click", () => choose({ c: +button.dataset.unit }));
    return { row, cells, texts: [] };
  });
  let region = -1;
  let search = null;
  const listed = (unit) => (region < 0 || parseInt(data.regions[unit], 36) === region) && (!search || search.has(unit));
  let order = [];
  const scroll = body.closest(".scroll");
  // While a handle moves, only what is in sight follows; the rest follows when it rests.
  const sight = new Set();
  const watch = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) sight[isIntersecting ? "add" : "delete"](target);
  });
  // The ranges of long scales take a moment for each year: they follow when the page rests.
  let waiting = 0;
  const readyRanges = () => {
    clearTimeout(waiting);
    if (!wide || ranges.has(state.y)) return rangesOf(state.y);
    waiting = setTimeout(() => {
      rangesOf(state.y);
      tabulate(ranksAt(state.w, view.rows), true);
    }, 100);
    return null;
  };
  const tabulate = (ranks, whole) => {
    if (!whole && !sight.has(scroll)) return;
    const range = readyRanges();
    const sum = total(state.w);
    order = view.rows.flatMap((profile, unit) => (profile ? [unit] : [])).sort((a, b) => ranks[a] - ranks[b] || a - b);
    const inTable = order.filter(listed);
    const height = whole ? 0 : body.offsetHeight / Math.max(inTable.length, 1);
    const first = whole ? 0 : Math.floor(scroll.scrollTop / height) - 3;
    const last = whole ? Infinity : first + Math.ceil(scroll.clientHeight / height) + 6;
    made.forEach(({ row, cells, texts }, i) => {
      if (i < first || i > last) return;
      const unit = inTable[i];
      if (row.hidden !== (unit === undefined)) row.hidden = unit === undefined;
      if (unit === undefined) return;
      const profile = view.rows[unit];
      const now = [
        figure(ranks[unit]), names[unit], (dot(state.w, profile) / sum).toFixed(2), ...profile.map(String),
        figure(view.equal[unit]), range ? range[unit].map(figure).join("\u2013") : "\u2026",
      ];
      now.forEach((text, j) => {
        if (texts[j] === text) return;
        cells[j].textContent = texts[j] = text;
        if (j === 1) cells[j].dataset.unit = unit;
      });
      const kind = unit === state.c ? "own" : unit === state.v ? "rival" : "";
      if (row.className !== kind) row.className = kind;
    });
    part("count").textContent = inTable.length === order.length
      ? `${figure(order.length)} ${order.length === 1 ? "country" : "countries"} ranked`
      : `${figure(inTable.length)} of ${figure(order.length)} countries`;
  };
  const unranked = () => {
    const rows = view.rows.flatMap((profile, unit) => (profile ? [] : [unit]));
    const groups = new Map();
    for (const unit of rows) {
      const why = lacking(state.y, unit);
      groups.set(why, [...(groups.get(why) || []), named(unit)]);
    }
    part("unranked").textContent = rows.length
      ? `Not ranked in ${years[state.y]}: ${[...groups].map(([why, list]) => `${joined(list)} (${why})`).join("; ")}.`
      : `Every country of the data is ranked in ${years[state.y]}.`;
  };

  // The map.
  const tiles = new Map();
  for (const unit of units.keys()) {
    const [column, row] = [0, 1].map((i) => parseInt(data.tiles[2 * unit + i], 36));
    if (!(column >= 0)) continue;
    const group = element("g", { transform: `translate(${26 * column} ${26 * row})` });
    const square = element("rect", { width: 24, height: 24, rx: 2 });
    const code = element("text", { x: 12, y: 11 }, units[unit]);
    const rank = element("text", { x: 12, y: 21, class: "rank" });
    const title = element("title", {});
    group.append(title, square, code, rank);
    group.addEventListener("click", () => choose({ c: unit }));
    part("tiles").append(group);
    tiles.set(unit, { group, rank, title, kind: null, text: null });
  }
  const map = part("tiles") && part("tiles").ownerSVGElement;
  const colour = (ranks, whole) => {
    if (!whole && !sight.has(map)) return;
    for (const [unit, tile] of tiles) {
      const rank = ranks[unit];
      const kind = `${rank ? `k${classOf(rank, view.of)}` : "none"}${unit === state.c ? " own" : unit === state.v ? " rival" : ""}${listed(unit) ? "" : " faint"}`;
      if (tile.kind !== kind) tile.group.setAttribute("class", (tile.kind = kind));
      if (tile.text !== rank) {
        tile.text = rank;
        tile.rank.textContent = rank || "";
        tile.title.textContent = rank ? `${names[unit]}: rank ${rank}` : `${names[unit]}: ${lacking(state.y, unit)}`;
      }
    }
  };

  // Who passes first.
  const passing = () => {
    if (!view.own) return [];
    return dimensions.map((name, i) => {
      const first = firstPass(view.own, state.w, i, view.rivals);
      if (!first) return `More weight on ${name} changes no rank of ${named(state.c)}.`;
      const [when, soon] = first.top ? [`When ${name} weighs more than ${+(100 * first.share).toFixed(1)} %`, ""] : [`When ${name} weighs more`, " at once"];
      const texts = [];
      if (first.passing.length) texts.push(`${who(first.passing)} ${first.passing.length > 1 ? "pass" : "passes"} ${named(state.c)}`);
      if (first.passed.length) texts.push(`${named(state.c)} passes ${who(first.passed)}`);
      return `${when}, ${texts.join(", and ")}${soon}.`;
    });
  };

  // Ranges that Python samples are exact here, where the weights are drawn.
  const exactly = drawn ? part("any") : null;

  // One look at the chosen weights: everything that moves with them.
  const fields = dimensions.map((_, i) => part(`field-${i}`));
  const sliders = dimensions.map((_, i) => part(`slider-${i}`));
  const presets = [...root.querySelectorAll("[data-weights]")];
  let resting = 0;
  let settling = 0;
  const move = (whole = true) => {
    const ranks = ranksAt(state.w, view.rows);
    const text = sentence(ranks);
    part("sentence").textContent = text;
    const parts = percents(state.w);
    fields.forEach((field, i) => {
      field.value = parts[i];
      if (sliders[i]) sliders[i].value = tenths(state.w)[i];
    });
    part("words").textContent = `${capital(inWords(state.w))}.`;
    if (drawn) {
      const [x, y] = spot(state.w);
      handle.setAttribute("transform", `translate(${x} ${y})`);
      handle.setAttribute("aria-valuetext", text);
      handle.setAttribute("aria-valuenow", tenths(state.w)[0] / 10);
      dimensions.forEach((_, i) => (part(`corner-${i}`).textContent = `${parts[i]} %`));
    }
    for (const preset of presets) preset.setAttribute("aria-pressed", String(preset.dataset.weights === state.w.join(":")));
    part("passing").replaceChildren(...passing().map((words) => {
      const item = document.createElement("li");
      item.textContent = words;
      return item;
    }));
    tabulate(ranks, whole);
    colour(ranks, whole);
    clearTimeout(settling);
    settling = whole ? 0 : setTimeout(settle, 150);
    clearTimeout(resting);
    resting = setTimeout(() => {
      part("live").textContent = text;
      printed();
      reveal();
    }, 400);
  };
  const settle = () => {
    if (!settling) return;
    clearTimeout(settling);
    settling = 0;
    const ranks = ranksAt(state.w, view.rows);
    tabulate(ranks, true);
    colour(ranks, true);
  };
  const redraw = () => {
    look();
    draw();
    key();
    unranked();
    if (exactly) exactly.textContent = exactly.textContent.replace(", sampled", "");
    root.querySelectorAll('[data-part="year"]').forEach((each) => (each.textContent = years[state.y]));
    part("years").value = state.y;
    part("years").setAttribute("aria-valuetext", years[state.y]);
    part("country").value = state.c;
    part("rival").value = state.v;
    part("best").disabled = part("worst").disabled = !view.own;
    move();
  };

  // The address: weights, year, country, rival.
  const address = () =>
    `#w=${state.w.join(":")}&y=${years[state.y]}&c=${encodeURIComponent(units[state.c])}` +
    (state.v < 0 ? "" : `&v=${encodeURIComponent(units[state.v])}`);
  const save = () => {
    settle();
    if (location.hash !== address()) history.pushState(null, "", address());
  };
  const notice = (text) => {
    part("notice").textContent = text;
    part("notice").hidden = !text;
  };
  const choose = (next, rest = true) => {
    const changed = ["y", "c", "v"].some((name) => name in next && next[name] !== state[name]);
    Object.assign(state, next);
    if (state.v === state.c) state.v = -1;
    notice("");
    if (changed) redraw();
    else move(rest);
    if (rest) save();
  };
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return "";
    }
  };
  // A country by its code, in any case, or by a name that only it has.
  const placeOf = (text) => {
    const exact = units.indexOf(text);
    if (exact >= 0) return exact;
    const alike = [...units.keys()].filter((unit) =>
      [units[unit], names[unit]].some((each) => folded(each).join(" ") === folded(text).join(" ")));
    const only = alike.length ? alike : matches(text);
    return folded(text).length && only.length === 1 ? only[0] : -1;
  };
  const read = () => {
    const next = { w: EQUAL, y: data.year, c: data.country, v: -1 };
    const wrong = [];
    const given = new Map(location.hash.slice(1).split("&").map((pair) => [pair.slice(0, 1), pair.slice(1, 2) === "=" ? decoded(pair.slice(2)) : null]));
    if (given.get("w") !== undefined && given.get("w") !== null) {
      const text = given.get("w");
      const weights = text.split(":");
      const fits = weights.length === n && weights.every((each) => /^\d{1,6}$/.test(each)) && weights.some((each) => +each);
      if (fits) next.w = primitive(weights.map(Number));
      else wrong.push(`The address has no valid weights: ${n} integers from 0 to 999,999 are needed, e.g. ${EQUAL.join(":")}, and not all may be 0. Here are equal weights.`);
    }
    const pick = (letter, place, words) => {
      const text = given.get(letter);
      if (text === undefined || text === null) return;
      const at = place(text);
      if (at < 0) wrong.push(words(text.length > 40 ? `${text.slice(0, 39)}\u2026` : text));
      else next[letter] = at;
    };
    pick("y", (text) => years.map(String).indexOf(text), (text) =>
      `This page has no year ${text}: it has ${years[0]} to ${years[years.length - 1]}. Here is ${years[next.y]}.`);
    const strange = (text) => `This page has no country ${text}. An address names countries by their code, e.g. c=${units[next.c]}.`;
    pick("c", placeOf, strange);
    pick("v", placeOf, strange);
    if (next.v === next.c) wrong.push(`The address compares ${named(next.c)} with itself. Here it stands alone.`);
    return [next, wrong.join(" ")];
  };
  const arrive = () => {
    if (location.hash && !/^#[wycv]=/.test(location.hash)) {
      if (root.dataset.page) notice("The address has no view of this page. Here are equal weights.");
      return;
    }
    const [next, wrong] = read();
    Object.assign(state, next);
    if (state.v === state.c) state.v = -1;
    notice(wrong);
    redraw();
  };
  for (const event of ["popstate", "hashchange"]) {
    addEventListener(event, () => {
      if (view) arrive();
      else if (/^#[wycv]=/.test(location.hash)) open();
    });
  }

  // Dragging, keys, fields.
  const step = (weights, key, by) => {
    const now = tenths(weights, GRID);
    const give = (to, from) => {
      // From the others in equal parts, as far as they have weight.
      let left = by;
      while (left > 0) {
        const donors = from.filter((i) => now[i] > 0);
        if (!donors.length) return;
        const size = Math.max(1, Math.floor(left / donors.length));
        for (const i of donors) {
          const taken = Math.min(size, now[i], left);
          now[i] -= taken;
          now[to] += taken;
          left -= taken;
        }
      }
    };
    const moves = n === 2 ? { ArrowRight: [1, [0]], ArrowLeft: [0, [1]], ArrowUp: [1, [0]], ArrowDown: [0, [1]] }
      : { ArrowRight: [2, [1]], ArrowLeft: [1, [2]], ArrowUp: [0, [1, 2]] };
    if (key === "ArrowDown" && n === 3) {
      for (let left = Math.min(by, now[0]), i = 1; left > 0; left--, i = 3 - i) now[0]--, now[i]++;
    } else if (moves[key]) give(...moves[key]);
    return primitive(now);
  };
  const last = { at: 0 };
  if (drawn) {
    let held = false;
    const pointed = (event) => {
      const box = picture.getBoundingClientRect();
      const [, , width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
      return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height];
    };
    const follow = (event) => {
      const weights = nearest(weightsAt(...pointed(event)));
      if (weights.join() !== state.w.join()) choose({ w: weights }, false);
    };
    picture.addEventListener("pointerdown", (event) => {
      if (event.button || (event.pointerType === "touch" && !handle.contains(event.target))) return;
      event.preventDefault();
      held = true;
      picture.setPointerCapture(event.pointerId);
      handle.focus({ preventScroll: true });
      follow(event);
    });
    picture.addEventListener("pointermove", (event) => {
      if (held) follow(event);
      else if (event.pointerType === "mouse") hover(...pointed(event));
    });
    const drop = (event) => {
      if (!held) return;
      held = false;
      if (event.type === "pointerup") follow(event);
      save();
    };
    picture.addEventListener("pointerup", drop);
    picture.addEventListener("pointercancel", drop);
    picture.addEventListener("pointerleave", () => hover());
    // A tap elsewhere in the picture; a finger that scrolls the page is not one.
    picture.addEventListener("click", (event) => {
      if (event.pointerType !== "touch") return;
      follow(event);
      save();
    });
    handle.addEventListener("keydown", (event) => {
      const by = (event.key === "ArrowUp" || event.key === "ArrowDown") && n === 3 ? 4 : n;
      let weights = null;
      if (event.key === "Home") weights = EQUAL;
      else if (event.key.startsWith("Arrow")) weights = step(state.w, event.key, event.shiftKey ? 10 * by : by);
      if (!weights || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      choose({ w: weights }, false);
      focusWords();
      clearTimeout(last.at);
      last.at = setTimeout(save, 300);
    });
    handle.addEventListener("keyup", () => {
      clearTimeout(last.at);
      save();
    });
    handle.addEventListener("focus", () => focusWords());
  }
  // The line next to the pointer, or to the handle, and the countries on it.
  const lineWords = ({ units: list, tie }) =>
    tie ? `On this line ${named(state.c)} and ${named(state.v)} tie.` : `On this line ${named(state.c)} passes, or is passed by, ${who(list)}.`;
  const hint = part("hint");
  const usual = hint ? hint.textContent : "";
  const mark = (row) => {
    const line = part("mark");
    line.setAttribute("d", row ? `M${row.ends.map((end) => end.join(" ")).join("L")}` : "");
    hint.textContent = row ? lineWords(row) : usual;
  };
  const closest = (x, y) => {
    const far = ({ ends: [[a, b], [c, d]] }) => {
      const [u, v] = [c - a, d - b];
      const along = Math.max(0, Math.min(1, ((x - a) * u + (y - b) * v) / (u * u + v * v)));
      return Math.hypot(x - a - along * u, y - b - along * v);
    };
    return scene.chords.map((row) => [far(row), row]).sort((a, b) => a[0] - b[0])[0];
  };
  function hover(x, y) {
    const near = x === undefined ? null : closest(x, y);
    mark(near && near[0] < 8 ? near[1] : null);
  }
  function focusWords() {
    const near = closest(...spot(state.w));
    mark(near && near[0] < 8 ? near[1] : null);
  }
  // One weight is typed, in parts of a grid; the others share the rest in their proportion.
  const type = (i, part, grid = 1000) => {
    const others = state.w.map((each, j) => (j === i ? 0 : each));
    const share = total(others) ? others : others.map((_, j) => +(j !== i));
    const rest = grid - part;
    const parts = share.map((each) => Math.floor((each * rest) / total(share)));
    const sorted = share.map((each, j) => [(each * rest) % total(share), j]).filter(([, j]) => j !== i).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    for (const [, j] of sorted.slice(0, rest - total(parts))) parts[j]++;
    parts[i] = part;
    return primitive(parts);
  };
  // A number from 0 to 100, perhaps with a fraction: in thirds of a percent, or in tenths.
  const typed = (text) => {
    const [, whole, fraction] = text.trim().replace(/\s*%$/, "").match(/^(\d{0,3})\s*([\u2153\u2154]|[12]\/3)$/) || [];
    if (fraction) return [3 * whole + (/[\u21542]/.test(fraction[0]) ? 2 : 1), 300];
    const plain = text.trim().replace(",", ".").replace(/\s*%$/, "");
    return [/^\d{1,3}(\.\d{0,9})?$/.test(plain) ? Math.round(10 * plain) : -1, 1000];
  };
  fields.forEach((field, i) => {
    field.addEventListener("change", () => {
      if (field.value === percents(state.w)[i]) return;
      const [value, grid] = typed(field.value);
      if (value >= 0 && value <= grid) choose({ w: type(i, value, grid) });
      else {
        move();
        notice("A weight must be a number from 0 to 100. The weights are as before.");
      }
    });
    if (sliders[i]) {
      sliders[i].addEventListener("input", () => choose({ w: type(i, +sliders[i].value) }, false));
      sliders[i].addEventListener("change", save);
    }
  });
  root.querySelectorAll("form").forEach((form) => form.addEventListener("submit", (event) => event.preventDefault()));
  for (const preset of presets) {
    preset.addEventListener("click", () => choose({ w: preset.dataset.weights.split(":").map(Number) }));
  }
  // The weights with a rank that are nearest to equal ones: inside a cell if there are any.
  const extreme = (rank) => {
    const away = (point) => total(point.map((each) => (each / total(point) - 1 / n) ** 2));
    const pick = (points, ranks) => points.filter((_, i) => ranks[i] === rank).map((point) => [away(point), point]).sort((a, b) => a[0] - b[0])[0];
    const { cut, cells, nodes } = view.survey;
    const [, point] = (view.equal[state.c] === rank && [0, EQUAL]) || pick(cut.points, cells) || pick(cut.nodes, nodes);
    return primitive(point);
  };
  part("best").addEventListener("click", () => choose({ w: extreme(view.survey.low) }));
  part("worst").addEventListener("click", () => choose({ w: extreme(view.survey.high) }));
  const option = (value, text) => new Option(text, value);
  part("country").replaceChildren(...units.map((_, unit) => option(unit, names[unit])));
  part("rival").replaceChildren(option(-1, "no other country"), ...units.map((_, unit) => option(unit, names[unit])));
  part("country").addEventListener("change", (event) => choose({ c: +event.target.value }));
  part("rival").addEventListener("change", (event) => choose({ v: +event.target.value }));
  part("years").addEventListener("input", (event) => choose({ y: +event.target.value }, false));
  part("years").addEventListener("change", save);
  const chips = [...root.querySelectorAll("[data-region]")];
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      region = +chip.dataset.region;
      for (const each of chips) each.setAttribute("aria-pressed", String(each === chip));
      move();
    });
  }
  const box = part("search");
  box.addEventListener("input", () => {
    search = box.value.trim() ? new Set(matches(box.value)) : null;
    move();
  });
  box.addEventListener("keydown", (event) => {
    const one = order.filter(listed);
    if (event.key === "Enter" && search && one.length) choose({ c: one[0] });
  });

  // Files and copies.
  const citation = `${(data.citation || data.source).replace(/\.$/, "")}. ${data.made}`;
  const stem = () => `weights-${units[state.c].replace(/[^\w-]/g, "_").slice(0, 40)}-${years[state.y]}`;
  const offer = (content, type, name) => {
    const blob = content instanceof Blob ? content : new Blob([content], { type });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const cell = (value) => {
    let text = String(value);
    if (/^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text)) text = `'${text}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const csv = () => {
    settle();
    const ranks = ranksAt(state.w, view.rows);
    const range = rangesOf(state.y);
    const head = ["country", "name", "year", ...dimensions, "overall", "rank", "rank_equal", "rank_low", "rank_high",
      ...dimensions.map((name) => `weight_${name}`), "source"];
    const rows = order.filter(listed).map((unit) => [
      units[unit], names[unit], years[state.y], ...view.rows[unit], total(view.rows[unit]), ranks[unit], view.equal[unit],
      ...range[unit], ...state.w, citation,
    ]);
    return [head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
  };
  // The picture as a list of shapes, for files; always in light colours.
  const INK = { mine: ["#0b566b", "#ffffff"], theirs: ["#f0a36b", "#000000"], level: ["#dcd8d1", "#000000"] };
  const wrapped = (text, width) => text.split(" ").reduce((rows, word) => {
    const row = `${rows[rows.length - 1]} ${word}`.trim();
    return row.length > width ? [...rows, word] : [...rows.slice(0, -1), row];
  }, [""]);
  const sheet = () => {
    const items = [];
    let y = 0;
    const write = (text, size, weight = 400, fill = "#1d1d1b") => {
      for (const row of wrapped(text, Math.floor(1120 / size))) items.push({ text: row, x: 30, y: (y += size * 1.35), size, weight, fill });
      y += size * 0.4;
    };
    y = 14;
    write(`${data.title}, ${years[state.y]}`, 20, 700);
    write(part("sentence").textContent, 15);
    write(`Weights: ${inWords(state.w)}.`, 13, 400, "#5b5852");
    if (state.v >= 0) write(duelWords().join(" "), 13);
    const top = y;
    const ink = (kind) => INK[kind] || shades[kind];
    for (const { kind, d } of scene.areas) items.push({ d, top, fill: ink(kind)[0], stroke: "none" });
    for (const { ends: [[a, b], [c, d]], tie } of scene.chords) {
      items.push({ d: `M${a} ${b}L${c} ${d}`, top, fill: "none", stroke: tie ? "#000000" : "#8a8a8a", width: tie ? 3 : 0.7 });
    }
    for (const { at: [x, at], text, kind } of scene.labels) items.push({ text, x, y: top + at + 5, size: 14, weight: 600, fill: ink(kind)[1], anchor: "middle" });
    if (drawn) {
      const parts = percents(state.w);
      dimensions.forEach((name, i) => {
        const corner = n === 2 ? [LEFT, RIGHT][i] : [TOP, LEFT, RIGHT][i];
        const anchor = n === 3 && i === 0 ? "middle" : corner === RIGHT ? "end" : "start";
        const below = n === 2 ? 55 : i ? 24 : -12;
        items.push({ text: `${capital(name)} ${parts[i]} %`, x: corner[0], y: top + corner[1] + below, size: 14, weight: 600, fill: "#1d1d1b", anchor });
      });
      const [x, at] = spot(state.w);
      items.push({ circle: [x, at], top, r: 9 });
      y += n === 2 ? 150 : 585;
    }
    if (view.own && state.v < 0) {
      keyRows().forEach(({ name, ranks, text, kind }, i) => {
        const [x, row] = [30 + 300 * (i % 2), y + 20 * Math.floor(i / 2)];
        items.push({ d: `M${x} ${row}h14v14h-14Z`, top: 0, fill: shades[kind][0], stroke: "none" });
        items.push({ text: `${name}: ${ranks}, ${text}`, x: x + 22, y: row + 12, size: 13, fill: "#1d1d1b" });
      });
      y += 20 * Math.ceil(data.classes.length / 2) + 8;
    }
    write(`Source: ${citation}`, 11, 400, "#5b5852");
    return { items, width: 640, height: Math.ceil(y + 10) };
  };
  const FONT = "system-ui, 'Segoe UI', Arial, 'DejaVu Sans', sans-serif";
  const svg = () => {
    const { items, width, height } = sheet();
    const made = element("svg", { xmlns: SVG, viewBox: `0 0 ${width} ${height}`, width, height, "font-family": FONT });
    made.append(element("title", {}, part("sentence").textContent), element("rect", { width, height, fill: "#ffffff" }));
    for (const item of items) {
      if (item.text !== undefined) made.append(element("text", { x: item.x, y: item.y, "font-size": item.size, "font-weight": item.weight || 400, fill: item.fill, "text-anchor": item.anchor || "start" }, item.text));
      else if (item.circle) made.append(element("circle", { cx: item.circle[0], cy: item.circle[1] + item.top, r: item.r, fill: "#ffffff", stroke: "#000000", "stroke-width": 3 }));
      else made.append(element("path", { d: item.d, transform: `translate(0 ${item.top})`, fill: item.fill, stroke: item.stroke, "stroke-width": item.width || 0, "fill-rule": "evenodd" }));
    }
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(made)}\n`;
  };
  const png = (done) => {
    const { items, width, height } = sheet();
    const canvas = document.createElement("canvas");
    const scale = 3;
    [canvas.width, canvas.height] = [width * scale, height * scale];
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, width, height);
    for (const item of items) {
      if (item.text !== undefined) {
        pen.font = `${item.weight || 400} ${item.size}px ${FONT}`;
        pen.textAlign = { middle: "center", end: "right" }[item.anchor] || "left";
        pen.fillStyle = item.fill;
        pen.fillText(item.text, item.x, item.y);
        continue;
      }
      pen.save();
      pen.translate(0, item.top);
      const trace = new Path2D(item.circle ? "" : item.d);
      if (item.circle) trace.arc(...item.circle, item.r, 0, 7);
      pen.fillStyle = item.circle ? "#ffffff" : item.fill;
      if (pen.fillStyle && item.fill !== "none") pen.fill(trace, "evenodd");
      pen.strokeStyle = item.circle ? "#000000" : item.stroke;
      pen.lineWidth = item.circle ? 3 : item.width || 0;
      if (item.circle || item.stroke !== "none") pen.stroke(trace);
      pen.restore();
    }
    canvas.toBlob((blob) => done(blob));
  };
  part("csv").addEventListener("click", () => offer(csv(), "text/csv", `${stem()}.csv`));
  part("svg").addEventListener("click", () => offer(svg(), "image/svg+xml", `${stem()}.svg`));
  part("png").addEventListener("click", () => png((blob) => offer(blob, "", `${stem()}.png`)));
  const copy = (text, words) => {
    const said = () => (part("live").textContent = part("copied").textContent = words);
    const byHand = () => {
      const area = document.createElement("textarea");
      area.value = text;
      root.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      said();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(said, byHand);
    else byHand();
  };
  part("copy-link").addEventListener("click", () => copy(location.href.split("#")[0] + address(), "The link is copied."));
  part("copy-sentence").addEventListener("click", () => {
    const text = `${part("sentence").textContent} ${capital(inWords(state.w))}. ${data.title}, ${years[state.y]}.`;
    copy(text, "The sentence is copied.");
  });

  // The chosen country's row, into the part of the table that is in view.
  const reveal = () => {
    const row = body.querySelector(".own:not([hidden])");
    if (!row || scroll.contains(document.activeElement)) return;
    const top = row.offsetTop - scroll.scrollTop;
    if (top < 60 || top > scroll.clientHeight - 40) scroll.scrollTop = row.offsetTop - scroll.clientHeight / 2;
  };

  // For print: every country in columns, as the table is too long for the page.
  const printed = () => {
    const ranks = ranksAt(state.w, view.rows);
    part("printed").replaceChildren(...order.map((unit) => {
      const item = document.createElement("li");
      item.textContent = `${ranks[unit]} ${names[unit]}`;
      if (unit === state.c) item.className = "own";
      return item;
    }));
  };
  addEventListener("beforeprint", () => view && printed());

  body.replaceChildren(...made.map(({ row }) => row));
  root.classList.add("live");
  watch.observe(scroll);
  if (map) watch.observe(map);
  const start = () => {
    if (!view) redraw();
    arrive();
  };
  root.explorer = { weighted, state, choose, svg, csv, passing, surveyOf, profiles, duelWords, cutFor, rangesOf };
  // In the report it is closed, until a reader, a link or an address opens it.
  const folder = root.closest("details");
  const open = () => {
    folder.open = true;
    if (!view) start();
    folder.scrollIntoView();
  };
  if (!folder) start();
  else {
    folder.addEventListener("toggle", () => folder.open && !view && start());
    document.querySelector('a[href="#:weights"]').addEventListener("click", () => (folder.open = true));
    if (/^#[wycv]=/.test(location.hash)) open();
  }
})();
