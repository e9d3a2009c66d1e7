"""
Ranks under coding error
========================

The first twenty, and the ranks that they have if one coding in ten is one level off: 95 % ranges
for one country. Of the ranges of all countries together, some miss.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.standings(panel, 2009, error=0.9, top=20, highlight="Nigeria")
