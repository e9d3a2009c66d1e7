"""
A small chart for each country
==============================

All on one scale. Dashed is the score of the first year of a country in the index, dotted the year
of its law.
"""

from material import laws, panel  # of the demo data, or of the published scores

import policyindex as pi

pi.plot.small_multiples(
    panel,
    ["ARM", "IDN", "ISR", "JPN", "KAZ", "NGA", "ARE", "ZWE", "ECU"],
    baseline="entry",
    events=laws,
)
