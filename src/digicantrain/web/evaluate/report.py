"""A study's result in the words and figures that pages, files and the report share."""

from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digicantrain.core.measures import Reason
from digicantrain.evaluation.enums import Lost, Stage
from digicantrain.evaluation.models import AnalysisRun
from digicantrain.people.enums import Profession
from digicantrain.web import charts

REASONS = {
    Reason.TOO_FEW: gettext_lazy("not computed: fewer than 5 complete answers"),
    Reason.NO_VARIANCE: gettext_lazy("not computed: everybody answered alike"),
    Reason.ALL_MISSING: gettext_lazy("not computed: no answers"),
    Reason.TOO_FEW_ITEMS: gettext_lazy("not computed: fewer than two items"),
    Reason.NOT_FINITE: gettext_lazy("not computed: values too large to compute with"),
    Reason.HIDDEN: gettext_lazy("hidden: the group is too small to be shown"),
}


class FlowRow(NamedTuple):
    """One stage of the participant flow."""

    label: str
    n: int
    lost: str


class ChangeRow(NamedTuple):
    """One domain: before, after, change, effect."""

    domain: str
    n: int
    before: str
    after: str
    change: str
    effect: str
    wilcoxon: str
    reason: str


class ReliabilityRow(NamedTuple):
    """One scale: items, people, alpha."""

    domain: str
    items: int
    n: int
    alpha: str


def figure(value: float | None, places: int = 2) -> str:
    """Return a number in the reader's locale, or a dash."""
    return "–" if value is None else str(number_format(value, places))


def signed(value: float) -> str:
    """Return a number with its sign."""
    return f"{'+' if value >= 0 else '−'}{number_format(abs(value), 2)}"


def p_value(p: float) -> str:
    """Return p to three places, never as zero."""
    return _("p < 0.001") if p < 0.001 else f"p = {number_format(p, 3)}"


def interval(limits: dict[str, float] | None, *, with_sign: bool) -> str:
    """Return an interval in words."""
    if limits is None:
        return ""
    show = signed if with_sign else figure
    return _("%(low)s to %(high)s") % {"low": show(limits["low"]), "high": show(limits["high"])}


def context_of(run: AnalysisRun) -> dict[str, Any]:
    """Return all that a page of results shows."""
    result = run.result
    pairs = [_pair(row) for row in result["change"]]
    scale = run.study.instrument.data["scale"]
    flow = [_flow_row(row) for row in result["flow"]]
    return {
        "run": run,
        "study": run.study,
        "flow": flow,
        "river": charts.river(
            [row["n"] for row in result["flow"]], title=_("Participants from stage to stage")
        ),
        "change": [_change_row(row) for row in result["change"]],
        "dots": charts.before_after(
            pairs,
            low=float(scale["min"]),
            high=float(scale["max"]),
            title=_("Mean before and after in the people measured twice, by domain"),
        ),
        "forest": charts.change_forest(
            pairs, title=_("Mean change with its 95 % interval, by domain")
        ),
        "sentence": sentence(result["change"]),
        "reliability": [_reliability_row(row) for row in result["reliability"]],
        "available": [_available_row(row) for row in result["change"]],
        "missing": result["missing"],
        "analysed": _analysed(result["analysed"]),
        "warnings": [_warning(code) for code in result["warnings"]],
    }


def sentence(rows: list[dict[str, Any]]) -> str:
    """Say in words what the change chart shows."""
    clear = [r["domain"] for r in rows if r["paired"]["interval"] and _side(r) > 0]
    worse = [r["domain"] for r in rows if r["paired"]["interval"] and _side(r) < 0]
    open_ = [r["domain"] for r in rows if r["paired"]["interval"] and _side(r) == 0]
    parts = []
    if clear:
        parts.append(_("The mean rose in %s.") % ", ".join(clear))
    if worse:
        parts.append(_("The mean fell in %s.") % ", ".join(worse))
    if open_:
        parts.append(_("In %s the interval crosses zero: no clear change.") % ", ".join(open_))
    return " ".join(parts) or _("No change can be computed yet.")


def _side(row: dict[str, Any]) -> int:
    limits = row["paired"]["interval"]
    return int(limits["low"] > 0) - int(limits["high"] < 0)


def _pair(row: dict[str, Any]) -> charts.Pair:
    paired = row["paired"]
    limits = paired["interval"] or {"low": None, "high": None}
    details = paired["details"]
    return charts.Pair(
        label=row["domain"],
        before=details.get("mean_before"),
        after=details.get("mean_after"),
        change=paired["value"],
        low=limits["low"],
        high=limits["high"],
    )


def _flow_row(row: dict[str, Any]) -> FlowRow:
    lost = "; ".join(f"{n} {Lost(why).label}" for why, n in row["lost"].items())
    return FlowRow(str(Stage(row["stage"]).label), row["n"], lost)


def _change_row(row: dict[str, Any]) -> ChangeRow:
    paired, ranks = row["paired"], row["wilcoxon"]
    if paired["reason"]:
        words = str(REASONS[Reason(paired["reason"])])
        return ChangeRow(row["domain"], paired["n"], "–", "–", "–", "–", "–", words)
    effect, details = paired["effect"], paired["details"]
    return ChangeRow(
        domain=row["domain"],
        n=paired["n"],
        before=f"{figure(details['mean_before'])} ({figure(details['sd_before'])})",
        after=f"{figure(details['mean_after'])} ({figure(details['sd_after'])})",
        change=f"{signed(paired['value'])} ({interval(paired['interval'], with_sign=True)})",
        effect=f"{figure(effect['value'])} ({interval(effect['interval'], with_sign=False)})",
        wilcoxon=p_value(ranks["details"]["p"])
        if ranks["value"] is not None
        else str(REASONS[Reason(ranks["reason"])]),
        reason="",
    )


def _reliability_row(row: dict[str, Any]) -> ReliabilityRow:
    alpha = row["alpha"]
    if alpha["reason"]:
        shown = str(REASONS[Reason(alpha["reason"])])
    else:
        shown = f"{figure(alpha['value'])} ({interval(alpha['interval'], with_sign=False)})"
    return ReliabilityRow(row["domain"], row["items"], alpha["n"], shown)


def _available_row(row: dict[str, Any]) -> dict[str, Any]:
    details = row["paired"]["details"]
    return {
        "domain": row["domain"],
        "waves": [
            (all_["n"], figure(all_["mean"]), figure(details.get(mean)))
            for all_, mean in (
                (row["all_before"], "mean_before"),
                (row["all_after"], "mean_after"),
            )
        ],
        "n": row["paired"]["n"],
    }


def _analysed(table: dict[str, Any]) -> dict[str, Any]:
    professions = dict(Profession.choices)
    return {
        "columns": table["columns"],
        "rows": [
            (professions.get(name, name if name != "unstated" else professions[""]), cells, total)
            for name, cells, total in zip(
                table["rows"], table["cells"], table["row_totals"], strict=True
            )
        ],
        "totals": table["column_totals"],
        "total": table["total"],
    }


def _warning(code: str) -> str:
    return {
        "plan-not-frozen": _("The analysis plan is not frozen: every figure here is exploratory."),
        "plan-changed": _("The analysis plan was changed after it was frozen: post hoc."),
    }[code]


def as_html(run: AnalysisRun) -> SafeString:
    """Return the report as one HTML file that needs nothing else."""
    return render_to_string("evaluate/report.html", context_of(run))
