"""
Ranks, and how far they can move
================================

Equal scores share the better rank. The lines are the ranks that a country has with any weights of
the dimensions, zero included.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.standings(panel, 2009)
