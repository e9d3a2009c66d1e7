"""
A few countries over time
=========================
"""

import policyindex as pi

panel = pi.score(pi.datasets.load_demo())
pi.plot.trend(panel["overall"], ["Germany", "Nigeria", "South Korea"], mean="all")
