"""Write a bill of materials of a release: what is installed with it, as CycloneDX JSON.

``nox -s materials`` runs it where the library is installed with its extras, and nothing else:
``python tests/materials.py build/policyindex.cdx.json``. The same installation gives the same file.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

ROOT = "policyindex"
TOOLS = {"pip", "setuptools", "wheel"}
"""Installers, which the library does without."""


def plain(name: str) -> str:
    """Return the name of a package as an index spells it."""
    return re.sub("[-_.]+", "-", name).lower()


def installed() -> dict[str, Distribution]:
    """Return the packages of this installation by their names."""
    return {plain(each.metadata["Name"]): each for each in distributions()}


def needed_by(package: Distribution, names: set[str]) -> list[str]:
    """Return the installed packages that one names as its dependencies, extras included."""
    words = (re.match(r"[A-Za-z0-9._-]+", each) for each in package.requires or ())
    return sorted({plain(word[0]) for word in words if word} & names)


def component(name: str, package: Distribution) -> dict[str, Any]:
    """Return the entry of a package, with the license that it states."""
    license_ = package.metadata.get("License-Expression") or ""
    classified = [
        each.rpartition(" :: ")[2]
        for each in package.metadata.get_all("Classifier") or ()
        if each.startswith("License ::")
    ]
    entry: dict[str, Any] = {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}@{package.version}",
        "name": name,
        "version": package.version,
        "purl": f"pkg:pypi/{name}@{package.version}",
    }
    if license_:
        entry["licenses"] = [{"expression": license_}]
    elif classified:
        entry["licenses"] = [{"license": {"name": each}} for each in sorted(classified)]
    return entry


def bill(packages: dict[str, Distribution]) -> dict[str, Any]:
    """Return the bill of materials: the library, all it can use, and what needs what."""
    reached, rest = {ROOT}, [ROOT]
    while rest:
        further = {*needed_by(packages[rest.pop()], set(packages))} - reached - TOOLS
        reached |= further
        rest += further
    entries = {name: component(name, packages[name]) for name in sorted(reached)}
    needs = [
        {
            "ref": entries[name]["bom-ref"],
            "dependsOn": [
                entries[each]["bom-ref"]
                for each in needed_by(packages[name], reached)
                if each != name
            ],
        }
        for name in entries
    ]
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**entries.pop(ROOT), "type": "application"}},
        "components": list(entries.values()),
        "dependencies": needs,
    }
    # No moment and no random number: the same materials are the same file.
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    return {**content, "serialNumber": number.urn}


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(bill(installed()), indent=2) + "\n", encoding="utf-8")
