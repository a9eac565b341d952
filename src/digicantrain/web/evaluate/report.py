"""A study's result in the words and figures that pages, files and the report share."""

import json
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digicantrain.base.localised import LocalisedText
from digicantrain.core.measures.result import Reason
from digicantrain.evaluation import queries
from digicantrain.evaluation.enums import Lost, Stage
from digicantrain.evaluation.models import AnalysisRun, Study
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
WAVES = {"pre": gettext_lazy("Before"), "post": gettext_lazy("After")}


class FlowRow(NamedTuple):
    """One stage of the participant flow; `n` and `lost` are nothing where they are hidden."""

    label: str
    n: int | None
    lost: int | None
    reason: str


class ChangeRow(NamedTuple):
    """One domain: before, after, change, effect."""

    domain: str
    title: LocalisedText
    n: int | None
    before: str
    after: str
    change: str
    effect: str
    wilcoxon: str
    reason: str


class ReliabilityRow(NamedTuple):
    """One scale: items, people, alpha."""

    domain: str
    title: LocalisedText
    items: int
    n: int | None
    alpha: str


class AvailableRow(NamedTuple):
    """One domain in one wave: everybody who answered, beside those measured twice."""

    domain: str
    title: LocalisedText
    wave: str
    n: int | None
    all: str
    pairs_n: int | None
    pairs: str


def figure(value: float | None, places: int = 2) -> str:
    """Return a number in the reader's locale, or a dash."""
    return "–" if value is None else str(number_format(value, places)).replace("-", "−")


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
    result, study = run.result, run.study
    titles = queries.domain_titles(study.organisation_id)
    flow = [_flow_row(row) for row in result["flow"]]
    return {
        "run": run,
        "study": study,
        "flow": flow,
        "flow_sentence": flow_sentence(result["flow"]),
        "change": [_change_row(row, titles) for row in result["change"]],
        "sentence": sentence(result["change"]),
        "reliability": [_reliability_row(row, titles) for row in result["reliability"]],
        "reliability_sentence": reliability_sentence(result["reliability"]),
        "available": [
            _available_row(row, titles, wave) for row in result["change"] for wave in WAVES
        ],
        "missing": [
            {**row, "label": WAVES.get(row["wave"], row["wave"])} for row in result["missing"]
        ],
        "analysed": _analysed(result["analysed"]),
        "thinned": result["thinned"],
        "most_left_out": 2 * result["smallest_cell"] - 1,
        "warnings": [_warning(code) for code in result["warnings"]],
        **_pictures(run, flow),
    }


def _pictures(run: AnalysisRun, flow: list[FlowRow]) -> dict[str, SafeString]:
    pairs = [_pair(row) for row in run.result["change"]]
    scale = run.study.instrument.data["scale"]
    return {
        "bars": charts.flow_bars(
            [charts.Bar(row.label, row.n) for row in flow],
            title=_("People at each stage, from invited to measured after"),
            hidden=_("hidden"),
        ),
        "dots": charts.before_after(
            pairs,
            low=float(scale["min"]),
            high=float(scale["max"]),
            title=_("Mean before and after in the people measured twice, by domain"),
        ),
        "forest": charts.change_forest(
            pairs,
            title=_("Mean change with its 95 % interval, by domain"),
            ends=(_("lower"), _("higher")),
        ),
    }


def flow_sentence(rows: list[dict[str, Any]]) -> str:
    """Say in words how many came and how many stayed."""
    n = {row["stage"]: row["n"] for row in rows}
    invited, before, after = (n[s] for s in (Stage.INVITED, Stage.BEFORE, Stage.AFTER))
    parts = []
    if invited and before is not None:
        parts.append(
            _("Of %(invited)d people invited, %(before)d were measured before.")
            % {"invited": invited, "before": before}
        )
    if before and after is not None:
        parts.append(
            _("Of these, %(after)d were measured after (%(share)s %%).")
            % {"after": after, "share": figure(100 * after / before, 0)}
        )
    return " ".join(parts) or _("Too few people have come to be shown.")


def sentence(rows: list[dict[str, Any]]) -> str:
    """Say in words what the change chart shows."""
    shown = [row for row in rows if row["paired"]["interval"]]
    clear = [row["domain"] for row in shown if _side(row) > 0]
    worse = [row["domain"] for row in shown if _side(row) < 0]
    open_ = [row["domain"] for row in shown if _side(row) == 0]
    parts = []
    if clear:
        parts.append(_("The mean rose in %s.") % ", ".join(clear))
    if worse:
        parts.append(_("The mean fell in %s.") % ", ".join(worse))
    if open_:
        parts.append(_("In %s the interval crosses zero: no clear change.") % ", ".join(open_))
    if clear or worse:
        most = max(shown, key=lambda row: abs(row["paired"]["value"]))
        parts.append(
            _("It changed most in %(domain)s, by %(points)s points.")
            % {"domain": most["domain"], "points": signed(most["paired"]["value"])}
        )
    return " ".join(parts) or _("No change can be computed yet.")


def reliability_sentence(rows: list[dict[str, Any]]) -> str:
    """Say in words between what alpha lies."""
    values = [row["alpha"]["value"] for row in rows if row["alpha"]["value"] is not None]
    if not values:
        return ""
    return _("Alpha lies between %(low)s and %(high)s.") % {
        "low": figure(min(values)),
        "high": figure(max(values)),
    }


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
    reason = str(Lost(row["reason"]).label) if row["reason"] else ""
    return FlowRow(str(Stage(row["stage"]).label), row["n"], row["lost"], reason)


def _change_row(row: dict[str, Any], titles: dict[str, LocalisedText]) -> ChangeRow:
    paired, ranks = row["paired"], row["wilcoxon"]
    title = titles.get(row["domain"], {})
    if paired["reason"]:
        words = str(REASONS[Reason(paired["reason"])])
        return ChangeRow(row["domain"], title, paired["n"], "–", "–", "–", "–", "–", words)
    effect, details = paired["effect"], paired["details"]
    return ChangeRow(
        domain=row["domain"],
        title=title,
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


def _reliability_row(row: dict[str, Any], titles: dict[str, LocalisedText]) -> ReliabilityRow:
    alpha = row["alpha"]
    if alpha["reason"]:
        shown = str(REASONS[Reason(alpha["reason"])])
    else:
        shown = f"{figure(alpha['value'])} ({interval(alpha['interval'], with_sign=False)})"
    title = titles.get(row["domain"], {})
    return ReliabilityRow(row["domain"], title, row["items"], alpha["n"], shown)


def _available_row(
    row: dict[str, Any], titles: dict[str, LocalisedText], wave: str
) -> AvailableRow:
    everybody = row["all_before"] if wave == "pre" else row["all_after"]
    suffix = "before" if wave == "pre" else "after"
    details = row["paired"]["details"]
    return AvailableRow(
        domain=row["domain"],
        title=titles.get(row["domain"], {}),
        wave=str(WAVES[wave]),
        n=everybody["n"],
        all=_mean_sd(everybody["mean"], everybody["sd"]),
        pairs_n=row["paired"]["n"],
        pairs=_mean_sd(details.get(f"mean_{suffix}"), details.get(f"sd_{suffix}")),
    )


def _mean_sd(mean: float | None, sd: float | None) -> str:
    return "–" if mean is None else f"{figure(mean)} ({figure(sd)})"


def _analysed(table: dict[str, Any]) -> dict[str, Any]:
    professions = dict(Profession.choices)
    return {
        "hidden": table["hidden"],
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


def as_json(run: AnalysisRun) -> str:
    """Return the result with what it was computed from, for other programs."""
    plain = {
        "study": about(run.study),
        "computed_on": run.at.date().isoformat(),
        "software": f"digicantrain {run.code_version}",
        "data_hash": run.data_hash,
        "plan_hash": run.plan_hash,
        "limits": "One group, before and after: no causal claim.",
        "result": run.result,
    }
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False)


def about(study: Study) -> dict[str, Any]:
    """Return what a reader of figures must know of the study."""
    return {
        "name": study.slug,
        "title": study.title,
        "invented": study.is_demo,
        "design": study.design,
        "plan": study.plan,
        "plan_frozen_on": study.frozen_at.date().isoformat() if study.frozen_at else None,
        "ethics_reference": study.ethics_reference,
        "instrument": {
            "name": study.instrument.slug,
            "version": study.instrument.version,
            "licence": study.instrument.licence,
            "source": study.instrument.source,
            "validated": study.instrument.validated,
        },
    }
