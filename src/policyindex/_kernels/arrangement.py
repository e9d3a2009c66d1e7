"""The triangle of weights, cut by every line on which two profiles tie. NumPy only, exact.

A *profile* is a country's levels in three dimensions. Profiles a and b swap ranks where
``w . (a - b) = 0``, a line through the triangle of weights. All such lines together cut the
triangle into *cells*, in each of which the order of all profiles is fixed.

Points and lines are homogeneous: integer triples up to a positive factor. The weights of a point
are its coordinates over their sum. The crossing of two lines is then a cross product, and no
division is needed.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

Shares = NDArray[np.float64]

SPAN = 4
"""The largest difference of two levels of one dimension."""

UNIT = 2.0**-53
"""Shares are multiples of this unit, so that any sum of shares is exact in float64."""

PROFILES: Ints = np.array(list(product(range(SPAN + 1), repeat=3)))
"""Every profile, levels counted from 0; its digits in base 5 are its row."""

TRIANGLE = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
"""The corners of the whole triangle of weights."""


class HalfEdges(NamedTuple):
    """Every edge in both directions: number i one way, and the twin the other way."""

    tails: Ints
    """Shape (2 * edges,): the vertex at which each begins."""
    heads: Ints
    """The vertex at which each ends."""
    twins: Ints
    """The same edge the other way."""
    onwards: Ints
    """The next edge around the cell on the left."""
    cells: Ints
    """The cell on the left; -1 outside the triangle."""


class Arrangement(NamedTuple):
    """A triangle cut by lines. All arrays are read-only."""

    lines: Ints
    """Shape (lines, 3): the lines that cross the inside of the triangle."""
    vertices: Ints
    """Shape (vertices, 3): the points where lines or borders cross, corners included."""
    edges: Ints
    """Shape (edges, 2): rows of the two vertices of each edge, borders included."""
    points: Ints
    """Shape (cells, 3): one point strictly inside each cell."""
    areas: tuple[NDArray[np.object_], NDArray[np.object_]]
    """Each of shape (cells,): a cell's exact share of the triangle, numerator and denominator."""
    shares: Shares
    """Shape (cells,): the same as multiples of :data:`UNIT`, at least one, that sum to 1."""
    order: NDArray[np.uint8]
    """Shape (cells, profiles): rows of :data:`PROFILES` in each cell, best first."""
    vertex_order: NDArray[np.uint8]
    """Shape (vertices, profiles): the same at each vertex, where profiles may tie."""
    vertex_ties: NDArray[np.bool_]
    """Shape (vertices, profiles): whether the profile at this position of
    :attr:`vertex_order` ties with the one before it."""
    half_edges: HalfEdges


def tie_lines(span: int = SPAN) -> Ints:
    """List the lines through the open triangle on which two profiles tie.

    Returns
    -------
    ndarray of int, shape (lines, 3)
        Primitive integer vectors with a positive and a negative entry, one of each pair d, -d.
    """
    steps = range(-span, span + 1)
    return ties_of(np.array(list(product(steps, repeat=3))))


def ties_of(differences: Ints) -> Ints:
    """List the lines through the open triangle on which a difference of two profiles is zero.

    Returns
    -------
    ndarray of int, shape (lines, 3)
        As for :func:`tie_lines`.
    """
    crossing = differences[(differences.min(1) < 0) & (differences.max(1) > 0)]
    return _distinct(_primitive(_leading_positive(crossing)))


@lru_cache(maxsize=16)
def arrange(corners: tuple[tuple[int, ...], ...] = TRIANGLE) -> Arrangement:
    """Cut a triangle of weights by every line on which two profiles tie.

    Parameters
    ----------
    corners : three points
        Homogeneous, coordinates at least 0, not on one line.

    Returns
    -------
    Arrangement

    Notes
    -----
    Vertices along a line, and lines around a vertex, are sorted by float64 keys. This is exact:
    two distinct points with coordinate sums s and t differ by at least 1/(st) in some
    coordinate, far more than the rounding of the keys while sums stay below 10^6, and two
    distinct directions differ by an angle of the same order.
    """
    triangle = np.array(corners, dtype=np.int64)
    borders = _primitive(np.cross(np.roll(triangle, -1, 0), np.roll(triangle, -2, 0)))
    borders *= np.sign(np.einsum("ij,ij->i", borders, triangle))[:, None]
    ties = tie_lines()
    sides = ties @ triangle.T
    crossing = ties[(sides.min(1) < 0) & (sides.max(1) > 0)]
    lines = np.concatenate([borders, crossing])
    vertices = _crossings(lines, borders)
    edges, line_of_edge = _edges(lines, vertices)
    halves = _half_edges(lines, vertices, edges, line_of_edge)
    by_cell = np.argsort(halves.cells, kind="stable")
    by_cell = by_cell[halves.cells[by_cell] >= 0]
    tails, heads = halves.tails[by_cell], halves.heads[by_cell]
    starts = np.flatnonzero(np.diff(halves.cells[by_cell], prepend=-1))
    areas = _area_shares(triangle, vertices[tails], vertices[heads], starts)
    # The sum of a cell's corners is a positive combination of them, so it lies inside.
    points = _primitive(np.add.reduceat(vertices[tails], starts))
    order, _ = _ranked(points)  # inside a cell no two profiles tie
    vertex_order, vertex_ties = _ranked(vertices)
    answer = Arrangement(
        crossing,
        vertices,
        edges,
        points,
        areas,
        _rounded(*areas),
        order,
        vertex_order,
        vertex_ties,
        halves,
    )
    for array in (*areas, *halves, *(each for each in answer if isinstance(each, np.ndarray))):
        array.setflags(write=False)
    return answer


def _ranked(weights: Ints) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Sort all profiles under each weighting, the highest first.

    Score and row are packed into one integer, which sorts several times faster than by an index.

    Returns
    -------
    order : ndarray of uint8
        Rows of :data:`PROFILES`, best first.
    ties : ndarray of bool
        Whether the score at this position equals the one before it.
    """
    bits = len(PROFILES).bit_length()
    highest = SPAN * int(weights.sum(1).max(initial=0))
    kind = np.int32 if highest < 1 << 31 - bits else np.int64
    packed: Ints = weights.astype(kind) @ (PROFILES.T << bits).astype(kind)
    np.subtract(np.arange(len(PROFILES), dtype=kind), packed, out=packed)
    packed.sort(axis=1)
    order = (packed & (1 << bits) - 1).astype(np.uint8)
    packed >>= bits
    ties = np.zeros(packed.shape, dtype=bool)
    np.equal(packed[:, 1:], packed[:, :-1], out=ties[:, 1:])
    return order, ties


def _crossings(lines: Ints, borders: Ints) -> Ints:
    """Return every point of the closed triangle in which two of the lines cross."""
    first, second = np.triu_indices(len(lines), 1)
    points = np.cross(lines[first], lines[second])
    points *= np.sign(points.sum(1, keepdims=True))
    inside = (points @ borders.T >= 0).all(1) & (points.sum(1) > 0)
    return _distinct(_primitive(points[inside]))


def _edges(lines: Ints, vertices: Ints) -> tuple[Ints, Ints]:
    """Return the edges, each in the direction of its line, and the line that each lies on."""
    line, vertex = np.nonzero(lines @ vertices.T == 0)
    along = (_directions(lines)[line] * vertices[vertex]).sum(1) / vertices[vertex].sum(1)
    sorted_along = np.lexsort((along, line))
    line, vertex = line[sorted_along], vertex[sorted_along]
    same = line[1:] == line[:-1]
    return np.stack([vertex[:-1], vertex[1:]], 1)[same], line[1:][same]


def _half_edges(lines: Ints, vertices: Ints, edges: Ints, line_of_edge: Ints) -> HalfEdges:
    """Return every edge in both directions, and the cell on the left when one walks along it."""
    tails, heads = np.concatenate([edges, edges[:, ::-1]]).T
    twins = np.roll(np.arange(len(tails)), len(edges))
    x, y, _ = _directions(lines)[line_of_edge].T
    angles = np.arctan2(np.concatenate([y, -y]), np.concatenate([x, -x]))
    around = np.lexsort((angles, tails))
    positions = np.empty_like(around)
    positions[around] = np.arange(len(around))
    degrees = np.bincount(tails, minlength=len(vertices))
    firsts = np.cumsum(degrees) - degrees
    # At a vertex, the next edge around the cell is the one clockwise of the way back.
    clockwise = (positions[twins] - firsts[heads] - 1) % degrees[heads]
    onwards = around[firsts[heads] + clockwise]
    # Every edge takes the least number among the edges of its cell; each jump doubles the reach.
    faces, leaps = np.arange(len(tails)), onwards
    while (faces[leaps] != faces).any():
        faces = np.minimum(faces, faces[leaps])
        leaps = leaps[leaps]
    # With the outside on the left, the border of the triangle has a negative area.
    x, y = (vertices[:, :2] / vertices.sum(1, keepdims=True)).T
    outside = np.argmin(np.bincount(faces, x[tails] * y[heads] - x[heads] * y[tails]))
    inside = np.unique(faces[faces != outside])
    cells = np.where(faces == outside, -1, np.searchsorted(inside, faces))
    return HalfEdges(tails, heads, twins, onwards, cells)


def outlines(lines: Arrangement, classes: Ints) -> dict[int, list[list[int]]]:
    """Return the outlines of the cells of each class.

    Parameters
    ----------
    lines : Arrangement
    classes : ndarray of int, shape (cells,)
        A class of every cell, from 0.

    Returns
    -------
    dict
        By class: loops of vertices, with the class on the left; the inner border of a ring is a
        loop of its own. A vertex in the middle of a straight run is left out.
    """
    tails, _, twins, onwards, cells = lines.half_edges
    left = np.where(cells < 0, -1, classes[cells])
    border = left != left[twins]
    done = np.zeros(len(tails), dtype=bool)
    loops: dict[int, list[list[int]]] = {}
    for start in np.flatnonzero(border & (left >= 0)).tolist():
        if done[start]:
            continue
        loop, edge = [], start
        while not done[edge]:
            done[edge] = True
            loop.append(int(tails[edge]))
            edge = int(onwards[edge])
            while not border[edge]:
                edge = int(onwards[twins[edge]])
        corners = lines.vertices[loop]
        turns = np.einsum(
            "ij,ij->i", np.roll(corners, 1, 0), np.cross(corners, np.roll(corners, -1, 0))
        )
        bent = [vertex for vertex, turn in zip(loop, turns.tolist(), strict=True) if turn]
        loops.setdefault(int(left[start]), []).append(bent)
    return loops


def _area_shares(
    triangle: Ints, tails: Ints, heads: Ints, starts: Ints
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return each cell's exact share of the triangle by the shoelace formula.

    The common denominator of a cell's edges is the product of the coordinate sums of its corners,
    in Python's integers, which do not overflow.
    """
    sums = tails.sum(1).astype(object)
    common = np.multiply.reduceat(sums, starts)
    sizes = np.diff(starts, append=len(tails))
    crosses = (tails[:, 0] * heads[:, 1] - heads[:, 0] * tails[:, 1]).astype(object)
    scales = np.repeat(common, sizes) // (sums * heads.sum(1).astype(object))
    doubled = np.add.reduceat(crosses * scales, starts)
    whole = abs(triangle[0] @ np.cross(triangle[1], triangle[2]))
    return doubled * int(triangle.sum(1).prod()), common * int(whole)


def _rounded(numerators: NDArray[np.object_], denominators: NDArray[np.object_]) -> Shares:
    """Return the nearest multiples of the unit, at least one; the largest takes the remainder."""
    whole = round(1 / UNIT)
    units = np.maximum((2 * numerators * whole + denominators) // (2 * denominators), 1)
    units[np.argmax(units)] += whole - units.sum()
    shares: Shares = units.astype(np.float64) * UNIT
    return shares


def _directions(lines: Ints) -> Ints:
    """Return the direction in which each line runs through the plane of weights."""
    return np.cross(lines, np.ones(3, dtype=np.int64))


def _leading_positive(vectors: Ints) -> Ints:
    leading = vectors[np.arange(len(vectors)), (vectors != 0).argmax(1)]
    oriented: Ints = vectors * np.sign(leading)[:, None]
    return oriented


def _primitive(vectors: Ints) -> Ints:
    return vectors // np.gcd.reduce(vectors, axis=1, keepdims=True)


def _distinct(vectors: Ints) -> Ints:
    """Return the distinct rows, sorted; each is packed into one integer, which sorts fast."""
    bits = int(np.abs(vectors).max(initial=0)).bit_length() + 1
    if 3 * bits > 63:
        return np.unique(vectors, axis=0)
    x, y, z = vectors.T
    _, rows = np.unique((x << 2 * bits) + (y << bits) + z, return_index=True)
    return vectors[rows]
