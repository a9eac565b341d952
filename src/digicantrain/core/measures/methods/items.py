"""Classical item analysis in a plan."""

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import Counts, Details, Follows, Shares, Thirds
from digicantrain.core.measures.items import distractor_analysis, item_analysis
from digicantrain.core.measures.methods.method import Argument, Arguments, Kind, Method
from digicantrain.core.measures.result import Result

TEST = Argument("items", Kind.BINARY_COLUMNS, "the columns of the test's items, 1 where right")

DISCRIMINATION = ("point_biserial", "corrected_point_biserial", "upper_minus_lower")
SHARES = ("lower", "middle", "upper")
THIRDS = tuple(f"n_{name}" for name in SHARES)


def _items(data: Frame, given: Arguments) -> Result:
    return item_analysis(data.table(given["items"]), names=given["items"])


def _distractors(data: Frame, given: Arguments) -> Result:
    names = list(given["key"])
    columns = [data.labels(name) for name in names]
    rows = list(zip(*columns, strict=True))
    return distractor_analysis(rows, key=[str(given["key"][name]) for name in names], names=names)


METHODS = (
    Method(
        "item_analysis",
        "Items of a test: difficulty, point-biserial, upper and lower thirds, KR-20",
        (TEST,),
        _items,
        told=(
            Shares("items", "difficulty", figures=DISCRIMINATION),
            Details(THIRDS, follows=Follows(columns=(("items", "upper_minus_lower"),))),
        ),
        example={"method": "item_analysis", "items": ["k1", "k2", "k3", "k4", "k5", "k6"]},
    ),
    Method(
        "distractor_analysis",
        "Who chose which answer of a test, by thirds of the score",
        (Argument("key", Kind.RIGHT_ANSWERS, "the items, each with its right answer"),),
        _distractors,
        told=(
            Counts(
                "choices",
                "people",
                of=("answer",),
                within=("item",),
                figures=("share", *SHARES, "point_biserial"),
            ),
            Thirds("choices", SHARES, within="item"),
        ),
        example={
            "method": "distractor_analysis",
            "key": {"c1": "a", "c2": "b", "c3": "c", "c4": "a"},
        },
    ),
)
