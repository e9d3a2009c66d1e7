"""Count the steps in which a pattern of `re` is tried on a text, and find texts that cost much.

Time depends on the machine; the number of steps does not. The matcher tries the parts of a pattern
in the order of Python's, without its shortcuts, so that it takes at least as many steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

Node = tuple[Any, Any]

LETTERS = "a1 .,-+\"'\\[]():;=_*#x\n\t%@e/~?<>$&é\x00"
"""Characters of every class that patterns name."""


class StepsError(Exception):
    """The matcher took more steps than it may."""


class Steps:
    """Count the steps of one pattern.

    Parameters
    ----------
    pattern : re.Pattern
        A pattern of text or of bytes.
    most : int
        Steps after which to stop.
    """

    def __init__(self, pattern: re.Pattern[Any], most: int = 10**5) -> None:
        self.taken = 0
        self._most = most
        self._flags = pattern.flags
        text = pattern.pattern
        self._text = text.decode("latin-1") if isinstance(text, bytes) else text
        flags = pattern.flags & ~re.UNICODE if isinstance(text, bytes) else pattern.flags
        parser: Any = re._parser  # type: ignore[attr-defined]
        self.tree: Sequence[Node] = list(parser.parse(self._text, flags))

    def match(self, text: str, start: int = 0, *, whole: bool = False) -> int | None:
        """Return where the first match from a place ends; None if there is none."""
        groups: dict[int, tuple[int, int]] = {}
        for end in self._all(self.tree, 0, text, start, groups):
            if not whole or end == len(text):
                return end
        return None

    def search(self, text: str) -> int:
        """Return the number of matches anywhere, none overlapping another."""
        place = count = 0
        while place <= len(text):
            end = self.match(text, place)
            count += end is not None
            place = place + 1 if end is None or end == place else end
        return count

    def _step(self) -> None:
        self.taken += 1
        if self.taken > self._most:
            raise StepsError

    def _all(
        self, nodes: Sequence[Node], at: int, text: str, place: int, groups: dict[int, Any]
    ) -> Iterator[int]:
        if at == len(nodes):
            yield place
            return
        for end in self._one(nodes[at], text, place, groups):
            yield from self._all(nodes, at + 1, text, end, groups)

    def _one(  # noqa: PLR0912
        self, node: Node, text: str, place: int, groups: dict[int, Any]
    ) -> Iterator[int]:
        self._step()
        name, words = str(node[0]), node[1]
        if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY"):
            if place < len(text) and is_in(node, text[place], self._flags):
                yield place + 1
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, body = words
            ends = self._repeated(list(body), least, int(most), text, place, groups, name)
            yield from islice(ends, 1) if name == "POSSESSIVE_REPEAT" else ends
        elif name == "SUBPATTERN":
            group, *_, body = words
            for end in self._all(list(body), 0, text, place, groups):
                groups[group] = place, end
                yield end
        elif name == "ATOMIC_GROUP":
            yield from islice(self._all(list(words), 0, text, place, groups), 1)
        elif name == "BRANCH":
            for body in words[1]:
                yield from self._all(list(body), 0, text, place, groups)
        elif name in ("ASSERT", "ASSERT_NOT"):
            direction, body = words
            width = body.getwidth()[1] if direction < 0 else 0
            start = place - width
            holds = start >= 0 and any(
                direction > 0 or end == place
                for end in self._all(list(body), 0, text, start, groups)
            )
            if holds == (name == "ASSERT"):
                yield place
        elif name == "GROUPREF":
            start, end = groups.get(words, (0, 0))
            self.taken += end - start
            if words in groups and text.startswith(text[start:end], place):
                yield place + end - start
        elif name == "AT":
            if self._is_at(str(words), text, place):
                yield place
        else:
            raise AssertionError(f"the matcher does not know {name}")

    def _repeated(
        self,
        body: Sequence[Node],
        least: int,
        most: int,
        text: str,
        place: int,
        groups: dict[int, Any],
        name: str,
    ) -> Iterator[int]:
        if len(body) == 1 and str(body[0][0]) in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            end = place
            while end - place < most and end < len(text) and is_in(body[0], text[end], self._flags):
                if name == "MIN_REPEAT" and end - place >= least:
                    yield end
                self._step()
                end += 1
            if end - place >= least:
                yield from range(end, end - 1 if name == "MIN_REPEAT" else place + least - 1, -1)
            return
        if name == "MIN_REPEAT" and least <= 0:
            yield place
        if most > 0:
            for end in self._all(body, 0, text, place, groups):
                if end > place or least > 0:
                    yield from self._repeated(body, least - 1, most - 1, text, end, groups, name)
        if name != "MIN_REPEAT" and least <= 0:
            yield place

    def _is_at(self, where: str, text: str, place: int) -> bool:
        if where in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
            starts = place == 0
            return starts or bool(self._flags & re.MULTILINE and text[place - 1] == "\n")
        if where == "AT_END":
            return text[place:] in ("", "\n") or bool(
                self._flags & re.MULTILINE and text[place] == "\n"
            )
        if where == "AT_END_STRING":
            return place == len(text)
        before = place > 0 and re.match(r"\w", text[place - 1]) is not None
        after = place < len(text) and re.match(r"\w", text[place]) is not None
        return (before != after) == (where == "AT_BOUNDARY")


def is_in(node: Node, letter: str, flags: int) -> bool:
    """Return whether a part of a pattern that stands for one character takes this one."""
    name, words = str(node[0]), node[1]
    if name == "ANY":
        return letter != "\n" or bool(flags & re.DOTALL)
    if name in ("LITERAL", "NOT_LITERAL"):
        same = ord(letter) == words or (
            bool(flags & re.IGNORECASE) and letter.lower() == chr(words).lower()
        )
        return same == (name == "LITERAL")
    if name == "RANGE":
        letters = {letter, letter.lower(), letter.upper()} if flags & re.IGNORECASE else {letter}
        return any(len(each) == 1 and words[0] <= ord(each) <= words[1] for each in letters)
    if name == "CATEGORY":
        sign = str(words).removeprefix("CATEGORY_")
        shape = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[sign.removeprefix("NOT_")]
        ascii_only = 0 if flags & re.UNICODE else re.ASCII
        return (re.match(shape, letter, ascii_only) is not None) != sign.startswith("NOT_")
    parts = [part for part in words if str(part[0]) != "NEGATE"]
    return any(is_in(part, letter, flags) for part in parts) == (len(parts) == len(words))


def sample(nodes: Sequence[Node], flags: int) -> str:
    """Return a text that a sequence of parts takes, each repeat at least once; a guess."""
    text = ""
    for name, words in nodes:
        kind = str(name)
        if kind in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY"):
            letters = chr(words) + LETTERS if kind == "LITERAL" else LETTERS
            text += next((each for each in letters if is_in((name, words), each, flags)), "")
        elif kind.endswith("REPEAT"):
            text += sample(list(words[2]), flags) * max(words[0], 1)
        elif kind == "SUBPATTERN":
            text += sample(list(words[-1]), flags)
        elif kind == "ATOMIC_GROUP":
            text += sample(list(words), flags)
        elif kind == "BRANCH":
            text += sample(list(words[1][0]), flags)
    return text


def pumps(nodes: Sequence[Node], flags: int, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield what stands before each repeat of a pattern, and one round of the repeat."""
    for place, (name, words) in enumerate(nodes):
        start = before + sample(nodes[:place], flags)
        kind = str(name)
        if kind.endswith("REPEAT"):
            body = list(words[2])
            yield start, sample(body, flags)
            yield from pumps(body, flags, start)
        elif kind == "SUBPATTERN":
            yield from pumps(list(words[-1]), flags, start)
        elif kind == "ATOMIC_GROUP":
            yield from pumps(list(words), flags, start)
        elif kind in ("ASSERT", "ASSERT_NOT"):
            yield from pumps(list(words[1]), flags, start)
        elif kind == "BRANCH":
            for body in words[1]:
                yield from pumps(list(body), flags, start)


def hostile_texts(pattern: re.Pattern[Any], *, pairs: bool) -> list[tuple[str, str, str]]:
    """Return starts, rounds and ends of texts that a pattern may take long to refuse."""
    steps = Steps(pattern)
    flags = pattern.flags
    letters = sorted(_letters(steps.tree, flags))
    repeats = [*pumps(steps.tree, flags)]
    rounds = [*letters, *(each for _, each in repeats)]
    if pairs:
        rounds += map("".join, product(letters, repeat=2))
    texts = [("", each, end) for each in rounds for end in ("", "\x01")]
    starts = {start for start, _ in repeats if start}
    more = [*letters, *(each for _, each in repeats)]
    texts += [(start, each, "\x01") for start in sorted(starts) for each in more]
    return list(dict.fromkeys(text for text in texts if text[1]))


def _letters(nodes: Sequence[Node], flags: int) -> set[str]:
    """Return a character for each class in a pattern."""
    letters: set[str] = set()
    for name, words in nodes:
        kind = str(name)
        if kind in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY"):
            taken = [each for each in LETTERS if is_in((name, words), each, flags)]
            letters |= {*taken[:3], *([chr(words)] if kind == "LITERAL" else [])}
        elif kind.endswith("REPEAT"):
            letters |= _letters(list(words[2]), flags)
        elif kind == "SUBPATTERN":
            letters |= _letters(list(words[-1]), flags)
        elif kind == "ATOMIC_GROUP":
            letters |= _letters(list(words), flags)
        elif kind in ("ASSERT", "ASSERT_NOT"):
            letters |= _letters(list(words[1]), flags)
        elif kind == "BRANCH":
            for body in words[1]:
                letters |= _letters(list(body), flags)
    return letters


def growth(pattern: re.Pattern[Any], text: tuple[str, str, str], mode: str, n: int) -> float:
    """Return how the steps grow where a text grows four times as long: linear is at most 4."""
    counts = []
    for times in (n, 4 * n):
        steps = Steps(pattern, 10**5 if not counts else 12 * counts[0] + 1000)
        start, body, end = text
        whole = start + body * times + end
        try:
            if mode == "search":
                steps.search(whole)
            else:
                steps.match(whole, whole=mode == "fullmatch")
        except StepsError:
            return float("inf")
        counts.append(steps.taken)
    return counts[1] / max(counts[0], 20)
