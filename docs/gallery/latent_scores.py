"""
Latent scores with their ranges
===============================

A latent score takes the scores as measurements with error. It is not the index: it smooths what
stands out for one year. Rings are jumps that it smooths most.
"""

from material import panel  # the demo data scored, or the published scores

import policyindex as pi

fitted = pi.latent.fit(panel, model="dynamic")
pi.plot.latent_scores(fitted, ["NGA", "KOR", "SEN", "ECU", "ITA", "ZWE"], highlight="Senegal")
