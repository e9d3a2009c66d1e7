"""The bill of materials names what the library needs, the same each time."""

from __future__ import annotations

import json

from materials import ROOT, bill, installed
from policyindex import __version__


def test_the_bill_names_the_library_and_what_it_needs_each_once() -> None:
    content = bill(installed())
    names = [each["name"] for each in content["components"]]
    assert len(set(names)) == len(names)
    assert {"numpy", "pandas", "scipy", "matplotlib", "jinja2"} <= set(names)
    assert not {"pip", "setuptools", ROOT} & set(names)
    assert content["metadata"]["component"]["version"] == __version__
    refs = {each["bom-ref"] for each in content["components"]}
    refs.add(content["metadata"]["component"]["bom-ref"])
    for need in content["dependencies"]:
        assert {need["ref"], *need["dependsOn"]} <= refs
    (own,) = (each for each in content["dependencies"] if f"/{ROOT}@" in each["ref"])
    assert any("/numpy@" in each for each in own["dependsOn"])


def test_the_same_materials_are_the_same_file() -> None:
    first, second = (json.dumps(bill(installed()), indent=2) for _ in range(2))
    assert first == second
    assert json.loads(first)["serialNumber"].startswith("urn:uuid:")
