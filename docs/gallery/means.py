"""
The yearly means
================

Of all countries, and of those scored in each year, which do not move because others enter.
"""

from material import panel

import policyindex as pi

pi.plot.means(panel)
