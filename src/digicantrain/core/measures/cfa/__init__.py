"""Confirmatory factor analysis: ML, robust, FIML for missing answers, invariance over groups.

`model` says which parameters there are, `likelihood` compares them with the data, `fitting` finds
the best ones, `indices` judges the fit, `results` puts it together.
"""

from digicantrain.core.measures.cfa.results import (
    confirmatory_factor_analysis,
    measurement_invariance,
)

__all__ = ["confirmatory_factor_analysis", "measurement_invariance"]
