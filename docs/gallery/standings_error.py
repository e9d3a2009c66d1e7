"""
Ranks under coding error
========================

The same, if nine coded levels in ten are correct and the others are one level off: the lines are
95 % ranges.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.standings(panel, 2009, error=0.9)
