"""
From level to level
===================

How often a dimension goes from one level to each other in a year. Above the diagonal is
improvement.
"""

from material import panel  # the demo scored, or the published scores

import policyindex as pi

pi.plot.transitions(panel["protection"])
