// Ranges of ranks for long scales, for the explorer alone; after weights.js.

// The lowest and the highest number of countries above a profile, over all weights of three
// dimensions: along each border and each line on which a rival ties, rivals begin and cease to be
// ahead at fractions of integers. The lowest number is that at a vertex; the highest is that
// beside an edge, with the rivals of the line that are ahead on one of its sides.
const extremes = (own, crowd) => {
  const rivals = crowd.map(([profile, n]) => [minus(profile, own), n]).filter(([lead]) => Math.max(...lead) > 0);
  const borders = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  let [low, high] = [Infinity, 0];
  for (const line of [...borders, ...tieLines(rivals.map(([lead]) => lead))]) {
    const corners = new Map();
    for (const border of borders) {
      let point = cross(line, border);
      if (Math.min(...point) < 0) point = point.map((each) => -each);
      if (Math.min(...point) >= 0 && total(point) > 0) corners.set(primitive(point).join(), primitive(point));
    }
    const [from, to] = [...corners.values()];
    const [[a, b, c], [d, e, f]] = [from.map((each) => each * total(to)), to.map((each) => each * total(from))];
    let count = 0;
    const sides = [0, 0];
    const events = [];
    for (const [lead, n] of rivals) {
      const [x, y, z] = lead;
      const start = a * x + b * y + c * z;
      const end = d * x + e * y + f * z;
      if (start === 0 && end === 0) sides[+(dot(lead, line) < 0)] += n;
      if (start > 0) count += n;
      if (start > 0 && end <= 0) events.push([start / (start - end), -n]);
      if (start <= 0 && end > 0) events.push([start / (start - end), n]);
    }
    events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const beside = Math.max(...sides);
    low = Math.min(low, count);
    high = Math.max(high, count + beside);
    for (const [, change] of events) {
      count += change;
      if (change < 0) low = Math.min(low, count);
      else high = Math.max(high, count + beside);
    }
  }
  return [low, high];
};
