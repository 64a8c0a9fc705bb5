"""Pictures of answers: SVG that stands by itself, the same as Vega-Lite, and what it shows in words.

Every function returns a `Picture`. Titles come from the scenario; ``language="zh"`` is Simplified Chinese. What is told
by colour is told by position, stripes or a label as well, so that a black-and-white print says the same.
"""

from backfire.pictures._behaviour import behaviour
from backfire.pictures._break_even import break_even
from backfire.pictures._goodhart import goodhart
from backfire.pictures._graph import graph
from backfire.pictures._ledger import ledger
from backfire.pictures._payout_curve import payout_curve
from backfire.pictures._picture import Picture
from backfire.pictures._waterfall import waterfall

__all__ = ["Picture", "behaviour", "break_even", "goodhart", "graph", "ledger", "payout_curve", "waterfall"]
