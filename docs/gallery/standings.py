"""
Ranks, and how far they can move
================================

Equal scores share the better rank, e.g. =14. The lines are the ranks that a country has with any
weights of the dimensions, zero included. In a region too, ranks are among all countries.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.standings(panel, 2009, region="Africa", highlight="Nigeria")
