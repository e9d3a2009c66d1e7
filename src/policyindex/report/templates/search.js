"use strict";
// Search for countries by any name, code or region; the terms are those of report/_search.py.

// The words of a text without case, accents and articles; _search.folded does the same.
const folded = (text) => {
  const letters = { "\u0649": "\u064a", "\u06cc": "\u064a", "\u06a9": "\u0643", "\u0629": "\u0647", "\u0621": "", "\u0640": "" };
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[\u0649\u06cc\u06a9\u0629\u0621\u0640]/g, (letter) => letters[letter])
    .toLowerCase()
    .replaceAll("\u00df", "ss")
    .replaceAll("&", " and ")
    .replace(/['\u2019\u02bc]/g, "");
  // A sign of mathematics is a word: "<b>" is not a name that begins with b.
  return (plain.match(/[\p{L}\p{N}]+|[<>=+]/gu) || [])
    .filter((word) => word !== "the")
    .map((word) => (word === "st" ? "saint" : word.replace(/^\u0627\u0644(?=.)/, "")));
};

// A function from what is typed to the places of the countries that match, in their order.
const searcher = ({ names, regions }) => {
  const split = (text) => text.split("|").map((name) => name.split(" "));
  const phrases = names.map(split);
  const shared = names.map(() => []);
  for (const [text, members] of regions) {
    const spellings = split(text);
    for (const place of members) shared[place].push(...spellings);
  }
  // Of a country, each word begins a word of one name; a region begins with the words.
  const begins = (words, name) => words.every((word) => name.some((each) => each.startsWith(word)));
  const places = (test) => [...names.keys()].filter(test);
  const search = (words) => {
    const one = places((place) =>
      phrases[place].some((name) => begins(words, name)) || shared[place].some((name) => name.join(" ").startsWith(words.join(" "))));
    if (one.length || words.length < 2) return one;
    // Or words of a name and of a region together, e.g. "oceania new".
    return places((place) => begins(words, [...phrases[place], ...shared[place]].flat()));
  };
  return (typed) => {
    const words = folded(typed);
    const matches = search(words);
    // "les Pays-Bas": an article in another language.
    const article = !matches.length && words.length > 1 && words[0].length < 4;
    return article ? search(words.slice(1)) : matches;
  };
};
