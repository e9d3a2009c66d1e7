"""
Who rose and who fell
=====================

The largest changes each way, from the open circle to the full one, and a histogram of all. The
footnote counts the countries that cannot be compared.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.movers(panel, 2000, 2009, highlight="Nigeria")
