"""Statistics of a study: each a number with its n, interval and effect size, or a reason in words.

Usable without Django: `from digicantrain.core import measures`. Each name is imported from its
module when it is first asked for, and scipy when a function that needs it is called, because that
import takes longer than a page may.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from digicantrain.core.measures.agreement import (
        intraclass_correlation,
        limits_of_agreement,
        weighted_kappa,
    )
    from digicantrain.core.measures.baseline import baseline_table
    from digicantrain.core.measures.cells import (
        Cell,
        ProtectedCounts,
        ProtectedTable,
        protect,
        suppress,
        suppress_table,
    )
    from digicantrain.core.measures.cfa.invariance import measurement_invariance
    from digicantrain.core.measures.cfa.model import Equal
    from digicantrain.core.measures.cfa.results import confirmatory_factor_analysis
    from digicantrain.core.measures.change import paired_change, wilcoxon_signed_rank
    from digicantrain.core.measures.charts.change import change_chart, effect_chart
    from digicantrain.core.measures.charts.chart import Chart
    from digicantrain.core.measures.charts.curves import item_curves
    from digicantrain.core.measures.charts.flow import flow_chart
    from digicantrain.core.measures.charts.forest import forest_plot
    from digicantrain.core.measures.charts.gaps import missing_chart
    from digicantrain.core.measures.charts.quadrants import quadrant_chart
    from digicantrain.core.measures.charts.wright import wright_map
    from digicantrain.core.measures.covariance import ancova
    from digicantrain.core.measures.dif import logistic_dif, mantel_haenszel_dif
    from digicantrain.core.measures.effects import (
        change_effect_sizes,
        equivalence_test,
        mcnemar,
        normalised_gain,
    )
    from digicantrain.core.measures.figures import charts_of
    from digicantrain.core.measures.flow import (
        Flow,
        FlowStage,
        ShownStage,
        participant_flow,
        shown_flow,
    )
    from digicantrain.core.measures.frame import DataError, Frame, read_frame
    from digicantrain.core.measures.groups import (
        correlation,
        friedman,
        group_difference,
        kruskal_wallis,
        levene,
        mann_whitney,
        welch_anova,
    )
    from digicantrain.core.measures.irt import item_response_model
    from digicantrain.core.measures.items import (
        distractor_analysis,
        item_analysis,
        score_answers,
    )
    from digicantrain.core.measures.missing.imputation import ImputationError, Imputed, impute
    from digicantrain.core.measures.missing.patterns import little_test, missing_patterns
    from digicantrain.core.measures.missing.pooling import pool, pooled_regression
    from digicantrain.core.measures.mixed.blocks import RandomTerm
    from digicantrain.core.measures.mixed.models import (
        MixedModel,
        intraclass_correlation_of_model,
        linear_mixed_model,
        mixed_marginal_means,
    )
    from digicantrain.core.measures.model_matrix import Factor, factor
    from digicantrain.core.measures.multiplicity import (
        adjust_p_values,
        benjamini_hochberg,
        holm,
    )
    from digicantrain.core.measures.omega import (
        item_rest,
        keyed,
        omega_hierarchical,
        omega_hierarchical_of_correlations,
        omega_minres,
        omega_total,
    )
    from digicantrain.core.measures.page import page_of
    from digicantrain.core.measures.plan import (
        Fault,
        Plan,
        PlanError,
        read_plan,
        run_plan,
        written,
    )
    from digicantrain.core.measures.power import (
        Design,
        PowerError,
        detectable_effect,
        plan_sample,
        power_of_anova,
        power_of_chi_square,
        power_of_correlation,
        power_of_proportions,
        power_of_t_test,
        power_of_unequal_groups,
        sample_size,
    )
    from digicantrain.core.measures.proportions import (
        contingency,
        importance_performance,
        likelihood_to_recommend,
        proportion,
        wilson,
    )
    from digicantrain.core.measures.rasch import rasch_model
    from digicantrain.core.measures.regression import (
        RegressionModel,
        estimating_equations,
        linear_regression,
        logistic_regression,
    )
    from digicantrain.core.measures.release import Ledger
    from digicantrain.core.measures.reliability import cronbach_alpha
    from digicantrain.core.measures.repeated import repeated_measures_anova
    from digicantrain.core.measures.result import Effect, Interval, Reason, Result, Table

__all__ = [
    "Cell",
    "Chart",
    "DataError",
    "Design",
    "Effect",
    "Equal",
    "Factor",
    "Fault",
    "Flow",
    "FlowStage",
    "Frame",
    "ImputationError",
    "Imputed",
    "Interval",
    "Ledger",
    "MixedModel",
    "Plan",
    "PlanError",
    "PowerError",
    "ProtectedCounts",
    "ProtectedTable",
    "RandomTerm",
    "Reason",
    "RegressionModel",
    "Result",
    "ShownStage",
    "Table",
    "adjust_p_values",
    "ancova",
    "baseline_table",
    "benjamini_hochberg",
    "change_chart",
    "change_effect_sizes",
    "charts_of",
    "confirmatory_factor_analysis",
    "contingency",
    "correlation",
    "cronbach_alpha",
    "detectable_effect",
    "distractor_analysis",
    "effect_chart",
    "equivalence_test",
    "estimating_equations",
    "factor",
    "flow_chart",
    "forest_plot",
    "friedman",
    "group_difference",
    "holm",
    "importance_performance",
    "impute",
    "intraclass_correlation",
    "intraclass_correlation_of_model",
    "item_analysis",
    "item_curves",
    "item_response_model",
    "item_rest",
    "keyed",
    "kruskal_wallis",
    "levene",
    "likelihood_to_recommend",
    "limits_of_agreement",
    "linear_mixed_model",
    "linear_regression",
    "little_test",
    "logistic_dif",
    "logistic_regression",
    "mann_whitney",
    "mantel_haenszel_dif",
    "mcnemar",
    "measurement_invariance",
    "missing_chart",
    "missing_patterns",
    "mixed_marginal_means",
    "normalised_gain",
    "omega_hierarchical",
    "omega_hierarchical_of_correlations",
    "omega_minres",
    "omega_total",
    "page_of",
    "paired_change",
    "participant_flow",
    "plan_sample",
    "pool",
    "pooled_regression",
    "power_of_anova",
    "power_of_chi_square",
    "power_of_correlation",
    "power_of_proportions",
    "power_of_t_test",
    "power_of_unequal_groups",
    "proportion",
    "protect",
    "quadrant_chart",
    "rasch_model",
    "read_frame",
    "read_plan",
    "repeated_measures_anova",
    "run_plan",
    "sample_size",
    "score_answers",
    "shown_flow",
    "suppress",
    "suppress_table",
    "weighted_kappa",
    "welch_anova",
    "wilcoxon_signed_rank",
    "wilson",
    "wright_map",
    "written",
]

# Which module each name comes from; a test holds this against the imports above.
MODULES: Final = {
    "agreement": ("intraclass_correlation", "limits_of_agreement", "weighted_kappa"),
    "baseline": ("baseline_table",),
    "cells": (
        "Cell", "ProtectedCounts", "ProtectedTable", "protect", "suppress", "suppress_table",
    ),
    "cfa.invariance": ("measurement_invariance",),
    "cfa.model": ("Equal",),
    "cfa.results": ("confirmatory_factor_analysis",),
    "change": ("paired_change", "wilcoxon_signed_rank"),
    "charts.change": ("change_chart", "effect_chart"),
    "charts.chart": ("Chart",),
    "charts.curves": ("item_curves",),
    "charts.flow": ("flow_chart",),
    "charts.forest": ("forest_plot",),
    "charts.gaps": ("missing_chart",),
    "charts.quadrants": ("quadrant_chart",),
    "charts.wright": ("wright_map",),
    "covariance": ("ancova",),
    "dif": ("logistic_dif", "mantel_haenszel_dif"),
    "effects": ("change_effect_sizes", "equivalence_test", "mcnemar", "normalised_gain"),
    "figures": ("charts_of",),
    "flow": ("Flow", "FlowStage", "ShownStage", "participant_flow", "shown_flow"),
    "frame": ("DataError", "Frame", "read_frame"),
    "groups": (
        "correlation", "friedman", "group_difference", "kruskal_wallis", "levene", "mann_whitney",
        "welch_anova",
    ),
    "irt": ("item_response_model",),
    "items": ("distractor_analysis", "item_analysis", "score_answers"),
    "missing.imputation": ("ImputationError", "Imputed", "impute"),
    "missing.patterns": ("little_test", "missing_patterns"),
    "missing.pooling": ("pool", "pooled_regression"),
    "mixed.blocks": ("RandomTerm",),
    "mixed.models": (
        "MixedModel", "intraclass_correlation_of_model", "linear_mixed_model",
        "mixed_marginal_means",
    ),
    "model_matrix": ("Factor", "factor"),
    "multiplicity": ("adjust_p_values", "benjamini_hochberg", "holm"),
    "omega": (
        "item_rest", "keyed", "omega_hierarchical", "omega_hierarchical_of_correlations",
        "omega_minres", "omega_total",
    ),
    "page": ("page_of",),
    "plan": ("Fault", "Plan", "PlanError", "read_plan", "run_plan", "written"),
    "power": (
        "Design", "PowerError", "detectable_effect", "plan_sample", "power_of_anova",
        "power_of_chi_square", "power_of_correlation", "power_of_proportions", "power_of_t_test",
        "power_of_unequal_groups", "sample_size",
    ),
    "proportions": (
        "contingency", "importance_performance", "likelihood_to_recommend", "proportion", "wilson",
    ),
    "rasch": ("rasch_model",),
    "regression": (
        "RegressionModel", "estimating_equations", "linear_regression", "logistic_regression",
    ),
    "release": ("Ledger",),
    "reliability": ("cronbach_alpha",),
    "repeated": ("repeated_measures_anova",),
    "result": ("Effect", "Interval", "Reason", "Result", "Table"),
}  # fmt: skip
_MODULE_OF: Final = {name: module for module, names in MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name from its module when it is first asked for."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
