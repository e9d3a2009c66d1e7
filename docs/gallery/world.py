"""
The world in squares
====================

Every country is one square, placed near its neighbours: the index is of governments, and a small
state has as much of one as a large state.
"""

from material import panel  # the demo scored, or the published scores

import policyindex as pi

pi.plot.world(panel["overall"], 2009)
