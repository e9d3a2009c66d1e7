"""
Around an event
===============

The mean change since the year of each country's law, with its 95 % interval; the numbers of
countries stand below.
"""

from material import laws, panel  # of the demo data, or of the published scores

import policyindex as pi

pi.plot.event_study(panel, laws, window=(-5, 5))
