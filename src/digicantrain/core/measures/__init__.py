"""Statistics of a study: each a number with its n, interval and effect size, or a reason in words.

Usable without Django: `from digicantrain.core import measures`. scipy is imported when a function
that needs it is called, because that import takes longer than a page may.
"""

from digicantrain.core.measures.cells import Cell, ProtectedTable, suppress, suppress_table
from digicantrain.core.measures.change import paired_change, wilcoxon_signed_rank
from digicantrain.core.measures.flow import (
    Flow,
    FlowStage,
    ShownStage,
    participant_flow,
    shown_flow,
)
from digicantrain.core.measures.release import Ledger
from digicantrain.core.measures.reliability import cronbach_alpha
from digicantrain.core.measures.result import Effect, Interval, Reason, Result

__all__ = [
    "Cell",
    "Effect",
    "Flow",
    "FlowStage",
    "Interval",
    "Ledger",
    "ProtectedTable",
    "Reason",
    "Result",
    "ShownStage",
    "cronbach_alpha",
    "paired_change",
    "participant_flow",
    "shown_flow",
    "suppress",
    "suppress_table",
    "wilcoxon_signed_rank",
]
