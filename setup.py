"""Find the packages; everything else about the project is in pyproject.toml."""

from setuptools import find_packages, setup

setup(packages=[*find_packages("src"), "policyindex.data"])
