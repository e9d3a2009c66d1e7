"""
Who rose, and how sure that is
==============================

The change of each latent score between two years, with its 95 % range and the probability of a
rise. Where the range includes 0, the data cannot tell.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

fitted = pi.latent.fit(panel, model="dynamic")
pi.plot.latent_improved(fitted, 2000, 2009, region="Africa", highlight="Nigeria")
