"""
Ranks by latent score
=====================

How far the order can be trusted: each country's mean rank, and the ranks that it has with a
probability of 95 %. These are not the ranks of the index.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

fitted = pi.latent.fit(panel, model="dynamic")
pi.plot.latent_ranks(fitted, 2009, top=40, highlight="Nigeria")
