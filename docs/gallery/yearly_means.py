"""
The yearly means
================

Of all countries, and of those scored in every year, whose mean does not move because other
countries enter. The bands are standard errors, of sampling countries.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.yearly_means(panel)
