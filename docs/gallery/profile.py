"""
One country whole
=================

The three dimensions, the overall score and the rank of a country, beside the mean of its region.
The band is the range of the rank under every weighting of the dimensions.
"""

from material import panel  # the demo scored, or the published scores

import policyindex as pi

pi.plot.profile(panel, "Nigeria")
