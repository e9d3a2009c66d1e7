"use strict";
// Ranks under every weighting. A weighting is a list of integers, of which only the ratio counts;
// levels are integers, so that scores, ties and ranks are exact. The same method as
// _kernels/arrangement.py: the lines on which two profiles tie cut the triangle into cells.

const gcd = (a, b) => (b ? gcd(b, a % b) : Math.abs(a));
const primitive = (point) => {
  const divisor = point.reduce(gcd, 0) || 1;
  return point.map((each) => each / divisor);
};
const total = (point) => point.reduce((sum, each) => sum + each, 0);
const dot = (a, b) => a.reduce((sum, each, i) => sum + each * b[i], 0);
const minus = (a, b) => a.map((each, i) => each - b[i]);
const cross = ([a, b, c], [x, y, z]) => [b * z - c * y, c * x - a * z, a * y - b * x];

// One plus the number of countries with a strictly higher score; 0 without a profile.
const ranksAt = (weights, profiles) => {
  const width = weights.length;
  const scores = new Float64Array(profiles.length);
  let size = 0;
  const ranked = [];
  for (const [unit, profile] of profiles.entries()) {
    if (!profile) continue;
    let score = 0;
    for (let i = 0; i < width; i++) score += weights[i] * profile[i];
    scores[size++] = score;
    ranked.push(unit);
  }
  const sorted = scores.slice(0, size).sort();
  const first = new Map();
  for (let i = size - 1; i >= 0; i--) if (!first.has(sorted[i])) first.set(sorted[i], size - i);
  const ranks = Array(profiles.length).fill(0);
  ranked.forEach((unit, i) => (ranks[unit] = first.get(scores[i])));
  return ranks;
};

// The distinct directions of lines, each once: its first nonzero entry is positive.
const tieLines = (differences) => {
  const each = new Map();
  for (const difference of differences) {
    if (Math.min(...difference) >= 0 || Math.max(...difference) <= 0) continue;
    let line = primitive(difference);
    if (line.find((entry) => entry) < 0) line = line.map((entry) => -entry || 0);
    each.set(line.join(), line);
  }
  return [...each.values()];
};

// Every difference of two profiles, where levels of dimension i are at most spans[i] apart.
const differences = (spans) =>
  spans.reduce((rows, span) => rows.flatMap((row) =>
    Array.from({ length: 2 * span + 1 }, (_, i) => [...row, i - span])), [[]]);

// The triangle cut by lines: vertices; half-edges, of which i and i ^ 1 are twins; cells with a
// point inside and their share of the area.
const arrange = (ties) => {
  const every = [[1, 0, 0], [0, 1, 0], [0, 0, 1], ...ties];
  const place = new Map();
  const vertices = [];
  const along = every.map(() => new Set());
  for (let i = 0; i < every.length; i++) {
    for (let j = i + 1; j < every.length; j++) {
      let [x, y, z] = cross(every[i], every[j]);
      if (x + y + z < 0) [x, y, z] = [-x, -y, -z];
      if (x < 0 || y < 0 || z < 0 || x + y + z === 0) continue;
      const divisor = gcd(gcd(x, y), z);
      const key = ((x / divisor) * 131072 + y / divisor) * 131072 + z / divisor;
      let vertex = place.get(key);
      if (vertex === undefined) {
        vertex = vertices.push([x / divisor || 0, y / divisor || 0, z / divisor || 0]) - 1;
        place.set(key, vertex);
      }
      along[i].add(vertex);
      along[j].add(vertex);
    }
  }
  const flat = vertices.map((vertex) => [vertex[0] / total(vertex), vertex[1] / total(vertex)]);
  const tails = [];
  const angles = [];
  const lineOf = [];
  every.forEach((line, number) => {
    const [x, y] = cross(line, [1, 1, 1]);
    const sorted = [...along[number]].sort((a, b) =>
      x * (flat[a][0] - flat[b][0]) + y * (flat[a][1] - flat[b][1]));
    for (let i = 1; i < sorted.length; i++) {
      tails.push(sorted[i - 1], sorted[i]);
      angles.push(Math.atan2(y, x), Math.atan2(-y, -x));
      lineOf.push(number - 3);
    }
  });
  const around = vertices.map(() => []);
  tails.forEach((tail, edge) => around[tail].push(edge));
  const next = new Int32Array(tails.length);
  for (const edges of around) {
    edges.sort((a, b) => angles[a] - angles[b]);
    // After the twin of an edge comes, clockwise, the next edge of the cell on its left.
    edges.forEach((edge, i) => {
      next[edge ^ 1] = edges[(i + edges.length - 1) % edges.length];
    });
  }
  const face = new Int32Array(tails.length).fill(-1);
  const points = [];
  const shares = [];
  for (let start = 0; start < tails.length; start++) {
    if (face[start] !== -1) continue;
    const cycle = [];
    for (let edge = start; !cycle.length || edge !== start; edge = next[edge]) cycle.push(edge);
    let doubled = 0;
    const sum = [0, 0, 0];
    for (const edge of cycle) {
      const [a, b] = [flat[tails[edge]], flat[tails[edge ^ 1]]];
      doubled += a[0] * b[1] - b[0] * a[1];
      vertices[tails[edge]].forEach((each, i) => (sum[i] += each));
    }
    const outside = doubled < 0;
    for (const edge of cycle) face[edge] = outside ? -2 : points.length;
    if (!outside) {
      points.push(primitive(sum));
      shares.push(doubled);
    }
  }
  return { points, shares, nodes: vertices, vertices, tails, next, face, lineOf, ties, exact: true };
};

// Two dimensions: a strip, cut by points.
const strip = (ties) => {
  const at = (point) => point[1] / (point[0] + point[1]);
  const nodes = [[1, 0], [0, 1], ...ties.map(([a, b]) => primitive([Math.abs(b), Math.abs(a)]))];
  nodes.sort((a, b) => at(a) - at(b));
  const points = nodes.slice(1).map((node, i) => primitive([node[0] + nodes[i][0], node[1] + nodes[i][1]]));
  return { points, shares: points.map((_, i) => at(nodes[i + 1]) - at(nodes[i])), nodes, ties, exact: true };
};

// Four dimensions or more: a fixed sequence of points that fills the simplex evenly. The sorted
// coordinates of a point of the cube cut [0, 1] into weights.
const sample = (n, size) => {
  let root = 2;
  for (let i = 0; i < 40; i++) root = (1 + root) ** (1 / n);
  const points = Array.from({ length: size }, (_, k) => {
    const cuts = Array.from({ length: n - 1 }, (_, i) => (0.5 + (k + 1) / root ** (i + 1)) % 1).sort();
    const ends = [0, ...cuts.map((cut) => Math.round(cut * 1e6)), 1e6];
    return ends.slice(1).map((end, i) => end - ends[i]);
  });
  const corners = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => +(i === j)));
  return { points, shares: points.map(() => 1 / size), nodes: [Array(n).fill(1), ...corners], ties: [], exact: false };
};

// A profile's rank at each point: one plus the countries strictly above.
const ranksOf = (own, points, crowd) => {
  const rivals = crowd.map(([profile, n]) => [minus(profile, own), n]).filter(([lead]) => Math.max(...lead) > 0);
  const [size, width] = [rivals.length, own.length];
  const leads = Float64Array.from(rivals.flatMap(([lead]) => lead));
  const counts = Int32Array.from(rivals, ([, n]) => n);
  return Int32Array.from(points, (point) => {
    let rank = 1;
    for (let i = 0; i < size; i++) {
      let lead = 0;
      for (let j = 0; j < width; j++) lead += leads[i * width + j] * point[j];
      if (lead > 0) rank += counts[i];
    }
    return rank;
  });
};

// The distinct profiles of a year, and how many countries have each.
const crowdOf = (profiles) => {
  const each = new Map();
  for (const profile of profiles) {
    if (!profile) continue;
    const key = profile.join();
    each.set(key, [profile, (each.get(key) || [0, 0])[1] + 1]);
  }
  return [...each.values()];
};

// Everything about a profile's rank over all weightings: the greatest rank is that of a cell, the
// least that of a vertex. Where they are sampled, both may still be certain: no rival that is
// ahead under no weighting can be above, and each that always is, is.
const survey = (own, cut, crowd) => {
  const cells = ranksOf(own, cut.points, crowd);
  const nodes = ranksOf(own, cut.nodes, crowd);
  const sizes = new Map();
  cells.forEach((rank, i) => sizes.set(rank, (sizes.get(rank) || 0) + cut.shares[i]));
  const whole = total([...sizes.values()]);
  const low = Math.min(nodes.reduce((a, b) => Math.min(a, b)), cells.reduce((a, b) => Math.min(a, b)));
  const high = Math.max(nodes.reduce((a, b) => Math.max(a, b)), cells.reduce((a, b) => Math.max(a, b)));
  const leads = crowd.map(([profile, n]) => [minus(profile, own), n]);
  const least = 1 + total(leads.filter(([lead]) => Math.min(...lead) > 0).map(([, n]) => n));
  const most = 1 + total(leads.filter(([lead]) => Math.max(...lead) > 0).map(([, n]) => n));
  return {
    cells, nodes, low, high,
    exact: cut.exact || (low === least && high === most),
    share: (from, to) => total([...sizes].filter(([rank]) => rank >= from && rank <= to).map(([, size]) => size)) / whole,
  };
};

// The ranges of every profile of a year at once: the profiles are sorted in each cell and vertex.
const sorter = (cut, profiles) => {
  const size = profiles.length;
  const sorted = (points) => {
    const order = new Uint16Array(points.length * size);
    const ties = new Uint8Array(points.length * size);
    const keys = new Float64Array(size);
    const flat = Float64Array.from(profiles.flat());
    const width = profiles[0].length;
    points.forEach((point, row) => {
      for (let i = 0; i < size; i++) {
        let score = 0;
        for (let j = 0; j < width; j++) score += flat[i * width + j] * point[j];
        keys[i] = -(score * 4096 + i);
      }
      keys.sort();
      let before = NaN;
      for (let i = 0; i < size; i++) {
        const score = Math.floor(-keys[i] / 4096);
        order[row * size + i] = -keys[i] - score * 4096;
        ties[row * size + i] = +(score === before);
        before = score;
      }
    });
    return [order, ties];
  };
  const tables = [sorted(cut.points), sorted(cut.nodes)];
  // The counts of a year's countries with each profile, to the lowest and highest rank of each.
  return (counts) => {
    const low = new Int32Array(size).fill(1e9);
    const high = new Int32Array(size);
    for (const [order, ties] of tables) {
      for (let at = 0; at < order.length; ) {
        let [above, rank] = [1, 1];
        for (let i = 0; i < size; i++, at++) {
          const profile = order[at];
          if (!ties[at]) rank = above;
          above += counts[profile];
          if (rank < low[profile]) low[profile] = rank;
          if (rank > high[profile]) high[profile] = rank;
        }
      }
    }
    return [low, high];
  };
};

// The outlines of the cells of one class, as loops of vertices; straight runs are joined.
const outlines = ({ vertices, tails, next, face }, classes) => {
  const classOf = (edge) => (face[edge] < 0 ? -1 : classes[face[edge]]);
  const border = (edge) => classOf(edge) !== classOf(edge ^ 1);
  const done = new Uint8Array(tails.length);
  const loops = new Map();
  for (let start = 0; start < tails.length; start++) {
    if (done[start] || face[start] < 0 || !border(start)) continue;
    const loop = [];
    let edge = start;
    do {
      done[edge] = 1;
      loop.push(tails[edge]);
      edge = next[edge];
      while (!border(edge)) edge = next[edge ^ 1];
    } while (edge !== start);
    const at = (i) => vertices[loop[(i + loop.length) % loop.length]];
    const bent = loop.filter((_, i) => dot(at(i - 1), cross(at(i), at(i + 1))) !== 0);
    const key = classOf(start);
    loops.set(key, [...(loops.get(key) || []), bent.map((vertex) => vertices[vertex])]);
  }
  return loops;
};

// Where the weight of one dimension rises, the others in their proportion, until a rival draws
// level: the first such weights, and the rivals that pass or are passed there.
const firstPass = (own, weights, dimension, rivals) => {
  let best = null;
  for (const rival of rivals) {
    const lead = minus(rival.profile, own);
    const [now, step] = [dot(lead, weights), lead[dimension]];
    const passes = now <= 0 && step > 0;
    const passed = now >= 0 && step < 0;
    if (!passes && !passed) continue;
    // After t = -now / step; t as a fraction, compared without division.
    const [top, bottom] = [Math.abs(now), Math.abs(step)];
    const order = best ? top * best.bottom - best.top * bottom : -1;
    if (order < 0) best = { top, bottom, passing: [], passed: [] };
    if (order <= 0) (passes ? best.passing : best.passed).push(rival.unit);
  }
  if (!best) return null;
  const share = (weights[dimension] + best.top / best.bottom) / (total(weights) + best.top / best.bottom);
  return { ...best, share };
};

// Two profiles: the share of the weightings under which the first is ahead, level, behind.
const duel = (own, other) => {
  const lead = minus(own, other);
  const [low, high] = [Math.min(...lead), Math.max(...lead)];
  return { lead, never_behind: low >= 0, never_ahead: high <= 0, always: low > 0, never: high < 0 };
};
