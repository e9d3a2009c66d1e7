"""
Who gained and who lost
=======================

From the open circle to the full one. Countries that did not change share a row.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.movers(panel, 2000, 2009)
