"""From coders to a release: workbooks for coders, what they hold, and releases to cite."""

from .adjudication import Adjudication, adjudicate
from .differences import Differences, diff
from .evidence import read_evidence
from .folders import Release, read_release
from .releases import release
from .settlement import Settlement, settle
from .templates import template
from .workbooks import Workbook, read_workbook

__all__ = [
    "Adjudication",
    "Differences",
    "Release",
    "Settlement",
    "Workbook",
    "adjudicate",
    "diff",
    "read_evidence",
    "read_release",
    "read_workbook",
    "release",
    "settle",
    "template",
]
