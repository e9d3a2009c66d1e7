"""
Every country and year
======================

What has no score is hatched. The best of the latest year stand on top.
"""

from material import panel  # the demo scored, or the published scores

import policyindex as pi

pi.plot.heatmap(panel["overall"])
