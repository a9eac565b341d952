"""Missing answers: patterns, Little's test, multiple imputation, Rubin's rules."""

from digicantrain.core.measures.missing.imputation import Imputed, impute
from digicantrain.core.measures.missing.patterns import little_test, missing_patterns
from digicantrain.core.measures.missing.pooling import pool, pooled_regression

__all__ = [
    "Imputed",
    "impute",
    "little_test",
    "missing_patterns",
    "pool",
    "pooled_regression",
]
