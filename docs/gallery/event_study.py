"""
Around an event
===============

The mean change since the year of each country's law, with its 95 % interval and the number of
countries below.
"""

from material import laws, panel  # of the demo, or the published ones

import policyindex as pi

pi.plot.event_study(panel["overall"], laws, window=(-5, 5))
