"""Linear mixed models: nested and crossed groups, random slopes, ML and REML.

`blocks` prepares the data, `likelihood` profiles the deviance, `fitting` finds its minimum,
`inference` gives degrees of freedom, `models` the results.
"""

from digicantrain.core.measures.mixed.blocks import RandomTerm
from digicantrain.core.measures.mixed.models import (
    MixedModel,
    intraclass_correlation_of_model,
    linear_mixed_model,
    mixed_marginal_means,
)

__all__ = [
    "MixedModel",
    "RandomTerm",
    "intraclass_correlation_of_model",
    "linear_mixed_model",
    "mixed_marginal_means",
]
