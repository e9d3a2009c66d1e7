"""
From level to level
===================

How often a dimension moves from one level to each other in a year. To the right of the outline is
improvement. Beside each row stand its steps and the mean stay, with its 95 % interval; rows of few
steps are faint.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.transitions(panel["protection"])
