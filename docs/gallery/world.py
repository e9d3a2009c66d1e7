"""
The world in squares
====================

Every country is one square with its code and its score, near its neighbours: the index measures
governments, so a small state counts as much as a large one.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.world(panel, 2009)
