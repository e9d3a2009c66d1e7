"""
One country in full
===================

The three dimensions, the overall score and the rank of a country, and the mean of its region. The
bars are the range of the rank with any weights of the dimensions,
zero included.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.profile(panel, "Nigeria")
