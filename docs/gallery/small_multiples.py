"""
A small chart for each country
==============================

All on one scale. Dashed is the score of the year in which a country entered the index, dotted the
year of its law.
"""

from material import laws, panel  # of the demo, or the published ones

import policyindex as pi

pi.plot.small_multiples(
    panel["overall"],
    ["ARM", "IDN", "ISR", "JPN", "KAZ", "NGA", "ARE", "ZWE", "ECU"],
    baseline="entry",
    events=laws,
)
