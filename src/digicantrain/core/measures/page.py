"""The document of results as one HTML page that needs nothing else: to read, print and keep."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from digicantrain.core.measures.charts.chart import Chart
from digicantrain.core.measures.charts.drawing import STYLE_PAGE
from digicantrain.core.measures.figures import SMALLEST, charts_of_analysis, overview_of
from digicantrain.core.measures.result import Interval, Reason, Result, Table, Value, shown

STYLE = """\
:root{color-scheme:light dark;--paper:#fbfcfa;--ink:#16241f;--soft:#4a5a53;--line:#6c7d75;
--mist:#eff4f1;--warn:#85490a;--link:#124c3c}
@media (prefers-color-scheme:dark){:root{--paper:#0b1626;--ink:#ebf2f7;--soft:#b4c4d5;
--line:#8299b8;--mist:#172842;--warn:#ffd193;--link:#86d8b7}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:1.0625rem/1.6 "Segoe UI",system-ui,-apple-system,"Noto Sans",sans-serif}
main{max-width:70rem;margin:0 auto;padding:2rem 1rem 4rem}
h1,h2{font-weight:400;line-height:1.25;overflow-wrap:anywhere}
h1{font-size:2.25rem}
h2{font-size:1.5rem;margin:3rem 0 .25rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1.125rem;font-weight:600;margin:1.5rem 0 0;overflow-wrap:anywhere}
p,li,dd{max-width:44rem;overflow-wrap:anywhere}
.soft,caption,dt{color:var(--soft)}
.source{font-size:.9375rem;color:var(--soft)}
.reason{font-weight:600}
.warning{color:var(--warn);border-left:3px solid;padding-left:.75rem}
a{color:var(--link)}
code{font-family:ui-monospace,Consolas,monospace;font-size:.9em;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.125rem 1rem;margin:1rem 0}
dd{margin:0}
.scroll{overflow-x:auto;margin:1rem 0}
.scroll:focus-visible,a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;
border-top:2px solid var(--ink);border-bottom:1px solid var(--ink)}
caption{text-align:left;padding:.25rem 0}
th,td{padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}
thead th{border-bottom:1px solid var(--ink)}
th{font-weight:600}
.number{text-align:right}
@media (max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}h1{font-size:1.75rem}}
@media print{:root{--paper:#fff;--ink:#000;--soft:#333;--line:#777;--mist:#fff;--warn:#000;
--link:#000;color-scheme:light}body{font-size:10pt}nav{display:none}
.scroll{overflow:visible;break-inside:avoid}tr,caption,h2,h3,.soft{break-inside:avoid}
caption,h2,h3,.soft{break-after:avoid-page}table{max-width:100%;font-size:8pt}
th,td{padding:.125rem .5rem .125rem 0}}
"""
HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
"""
FOOT = "</main>\n</body>\n</html>\n"
UNTITLED = "Results"


def page_of(document: Mapping[str, Any]) -> str:
    """Return the HTML of a document that `run_plan` made, or that was read from its file."""
    return "".join(_parts(document))


def _parts(document: Mapping[str, Any]) -> Iterator[str]:
    title = escape(document["title"] or UNTITLED)
    yield HEAD.format(title=title, style=f"{STYLE_PAGE}{STYLE}")
    yield f"<h1>{title}</h1>\n"
    yield from _about(document)
    yield '<nav aria-label="Analyses">\n<ol>\n'
    for number, analysis in enumerate(document["analyses"], 1):
        yield f'<li><a href="#a{number}">{escape(analysis["name"])}</a></li>\n'
    yield "</ol>\n</nav>\n"
    yield from _overview(document)
    smallest = document.get("smallest_group", SMALLEST)
    for number, analysis in enumerate(document["analyses"], 1):
        charts = charts_of_analysis(analysis, smallest=smallest)
        yield from _analysis(number, analysis, list(charts))
    yield FOOT


def _about(document: Mapping[str, Any]) -> Iterator[str]:
    hashes = {"Plan (SHA-256)": "plan_sha256", "Data (SHA-256)": "data_sha256"}
    yield "<dl>\n"
    yield f"<dt>Rows of data</dt><dd>{document['rows']}</dd>\n"
    for name, key in hashes.items():
        if document[key]:
            yield f"<dt>{name}</dt><dd><code>{document[key]}</code></dd>\n"
    yield f"<dt>Software</dt><dd>{escape(document['software'])}</dd>\n"
    yield "</dl>\n"


def _overview(document: Mapping[str, Any]) -> Iterator[str]:
    chart = overview_of(document)
    if chart is None:
        return
    yield '<section aria-labelledby="a0">\n<h2 id="a0">Changes together</h2>\n'
    yield f"{chart.figure('a0-c')}\n"
    yield from _table("a0-0", chart.table)
    yield "</section>\n"


Charts = Sequence[tuple[int | None, Chart]]


def _analysis(number: int, analysis: Mapping[str, Any], charts: Charts) -> Iterator[str]:
    yield f'<section aria-labelledby="a{number}">\n'
    yield f'<h2 id="a{number}">{escape(analysis["name"])}</h2>\n'
    yield f'<p class="soft">{escape(analysis["text"])}.{_rows(analysis)}</p>\n'
    for chart in (chart for place, chart in charts if place is None):
        yield f"{chart.figure(f'a{number}-c')}\n"
        yield from _table(f"a{number}-0", chart.table)
    for place, one in enumerate(analysis["results"]):
        group = one["group"]
        result = Result.from_json({key: value for key, value in one.items() if key != "group"})
        if group is not None:
            yield f"<h3>{escape(analysis['by'])}: {escape(group)}</h3>\n"
        own = [chart for at, chart in charts if at == place]
        yield from _result(f"a{number}-{place + 1}", result, own)
    yield "</section>\n"


def _rows(analysis: Mapping[str, Any]) -> str:
    if not analysis["where"]:
        return ""
    chosen = "; ".join(f"{name}: {_condition(value)}" for name, value in analysis["where"].items())
    return f" Rows where {escape(chosen)}."


def _condition(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_words(key)} {_condition(one)}" for key, one in value.items())
    if isinstance(value, list):
        return " or ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _result(name: str, result: Result, charts: Sequence[Chart]) -> Iterator[str]:
    if result.reason:
        yield f'<p class="reason">{escape(_sentence(result.reason.words))}</p>\n'
    for text in result.warnings:
        yield f'<p class="warning">Warning: {escape(text)}</p>\n'
    for place, chart in enumerate(charts, 1):
        yield f"{chart.figure(f'{name}-c{place}')}\n"
        if chart.table not in result.tables and len(chart.table.rows) > 1:
            yield from _table(f"{name}-t{place}", chart.table)
    if result.reason is not Reason.HIDDEN:
        yield from _table(f"{name}-0", _main(result))
    for place, table in enumerate(result.tables, 1):
        yield from _table(f"{name}-{place}", table)
    if result.source:
        yield f'<p class="source">Method: {escape(result.method)}. {escape(result.source)}.</p>\n'


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _main(result: Result) -> Table:
    """Return the figures of a result that stand alone, as rows."""
    rows: list[tuple[Value, ...]] = [("n", result.n)]
    if result.value is not None:
        rows.append(("value", result.value))
        rows += _interval("value", result.interval)
    if result.effect is not None:
        rows.append((result.effect.name, result.effect.value))
        rows += _interval(result.effect.name, result.effect.interval)
    rows += [(_words(name), value) for name, value in result.details.items()]
    return Table(result.method, ("figure", "value"), tuple(rows))


def _interval(name: str, interval: Interval | None) -> list[tuple[Value, ...]]:
    if interval is None:
        return []
    limits = f"{shown(interval.low)} to {shown(interval.high)}"
    return [(f"{name}, {interval.level * 100:g} % interval", limits)]


def _table(name: str, table: Table) -> Iterator[str]:
    numeric = [_is_numeric(table.rows, place) for place in range(len(table.columns))]
    yield f'<div class="scroll" role="group" tabindex="0" aria-labelledby="{name}">\n<table>\n'
    yield f'<caption id="{name}">{escape(_words(table.name))}</caption>\n<thead>\n<tr>'
    for column, right in zip(table.columns, numeric, strict=True):
        yield f'<th scope="col"{_aligned(right=right)}>{escape(_words(column))}</th>'
    yield "</tr>\n</thead>\n<tbody>\n"
    for row in table.rows:
        yield "<tr>"
        for place, (value, right) in enumerate(zip(row, numeric, strict=True)):
            tag, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
            yield f"<{tag}{scope}{_aligned(right=right)}>{escape(shown(value))}</{tag}>"
        yield "</tr>\n"
    yield "</tbody>\n</table>\n</div>\n"


def _is_numeric(rows: Sequence[Sequence[Value]], place: int) -> bool:
    values = [row[place] for row in rows if row[place] is not None]
    return bool(values) and sum(isinstance(v, int | float) for v in values) * 2 > len(values)


def _aligned(*, right: bool) -> str:
    return ' class="number"' if right else ""


def _words(name: str) -> str:
    """Return a name of a figure as people read it."""
    return name.replace("_", " ")
