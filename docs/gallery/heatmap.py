"""
Every country and year
======================

Missing scores are hatched. The best countries of the latest year are on top.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.heatmap(panel)
