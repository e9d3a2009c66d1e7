"""
Around an event
===============

The mean change since the year before each country's law, less that of countries without a law so
far, with 95 % limits; the numbers of countries stand below. A comparison, no proof of cause.
"""

from material import laws, panel  # of the demo data, or of the published scores

import policyindex as pi

pi.plot.event_study(panel, laws, window=(-5, 5))
