"""
A few countries over time
=========================

Up to eight countries in colour, labelled where their lines end, the others in grey behind them.
No line crosses a gap.
"""

from material import panel  # the demo scored, or the published scores

import policyindex as pi

pi.plot.trend(panel["overall"], ["Germany", "Nigeria", "South Korea"], mean="all")
