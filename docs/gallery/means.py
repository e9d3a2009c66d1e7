"""
The yearly means
================

Of all countries, and of those scored in each year, which do not move because others enter.
"""

from material import panel  # the demo scored, or the published scores

import policyindex as pi

pi.plot.yearly_means(panel)
