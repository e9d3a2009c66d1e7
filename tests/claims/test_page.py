"""The page of claims is complete, and every claim on it holds."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(
    r"^\| (?P<setting>[^|]+) \| (?P<measure>[^|]+) \| (?P<value>-?[\d.]+)(?: ± (?P<margin>[\d.]+))?"
    r"(?P<mark> \*\*not met\*\*)? \| (?P<low>\S+) to (?P<high>\S+) \|",
    re.MULTILINE,
)


def test_every_topic_has_a_table_of_claims_that_hold() -> None:
    text = (DOCS / "claims.md").read_text(encoding="utf-8")
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        topic = path.stem.removeprefix("test_")
        if topic == "page":
            continue
        part = text.split(f"<!-- {topic} -->\n")[1].split("<!-- end -->")[0]
        rows = list(ROW.finditer(part))
        assert len(rows) == part.count("\n| ") - part.count("\n| setting |") > 0, topic
        for row in rows:
            value, margin = float(row["value"]), float(row["margin"] or 0) + 0.001
            assert row["mark"] is None, row[0]
            assert float(row["low"]) <= value + margin, row[0]
            assert value - margin <= float(row["high"]), row[0]
