"""
What moves a mean
=================

The change from year to year, split into the change within countries, and the entry and exit of
other countries. The line joins the changes of the mean.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

pi.plot.decompose(panel)
