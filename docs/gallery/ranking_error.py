"""
Ranks under coding error
========================

The same, when nine coded levels in ten are right and the others one level off: the lines hold 95
% of the chances.
"""

from material import panel  # the demo scored, or the published scores

import policyindex as pi

pi.plot.standings(panel, 2009, interval="error", error=pi.coding_error(0.9))
