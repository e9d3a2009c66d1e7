"""
A few countries over time
=========================

Up to eight countries in colour, labelled where their lines end, with the others in grey behind
them. No line crosses a gap.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.trend(panel, ["Germany", "Nigeria", "South Korea"], mean="all")
