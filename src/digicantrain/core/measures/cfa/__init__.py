"""Confirmatory factor analysis: ML, robust, FIML for missing answers, invariance over groups.

`likelihood` compares moments with the data, `model` says which parameters there are, `moves` how
the fit moves with them, `fitting` finds the best ones, `indices` judges the fit, `results` and
`invariance` put it together.
"""

from digicantrain.core.measures.cfa.invariance import measurement_invariance
from digicantrain.core.measures.cfa.results import confirmatory_factor_analysis

__all__ = ["confirmatory_factor_analysis", "measurement_invariance"]
