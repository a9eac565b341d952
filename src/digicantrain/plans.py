"""Files of `digicantrain evaluate`: read, handed to the measures, and written whole or not at all.

No Django and no database: a researcher can use it with a plan and a CSV file alone.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from digicantrain.core.measures import page_of, plan, written
from digicantrain.core.measures.figures import charts_of_document
from digicantrain.core.measures.methods import described, find, known, nearest

Document = dict[str, Any]


def listed() -> str:
    """Return all methods with their arguments."""
    return described.as_text()


def example(method: str) -> str:
    """Return a plan that uses a method.

    Raises:
        ValueError: there is no such method.
    """
    found = find(method)
    if found is None:
        raise ValueError(
            f"There is no method {method!r}.{nearest(method, known())} --list names them all."
        )
    return described.written_example(found)


def check_paths(outputs: Sequence[Path], *, inputs: Sequence[Path | None]) -> None:
    """Refuse to write over what is read, or one file over the other.

    Raises:
        ValueError: a file would be lost.
    """
    read = {path.resolve() for path in inputs if path}
    for path in outputs:
        if path.resolve() in read:
            raise ValueError(f"{path} is read; write the results to another file.")
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise ValueError("--out and --html name the same file; give each its own.")


def check_folder(folder: Path | None) -> None:
    """Refuse something that is no folder before anything is computed.

    Raises:
        ValueError: a file has that name.
    """
    if folder and folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is no folder; name another.")


def evaluate(path: Path, *, data: Path | None) -> tuple[list[str], Document | None]:
    """Return the faults of a plan and its data, or no faults and the document of results.

    Raises:
        ValueError: a file cannot be read.
    """
    try:
        read = plan.read_plan(_text_of(path), data=_text_of(data) if data else None)
        with Progress(len(read.steps)) as progress:
            return [], plan.run_plan(read, progress=progress)
    except plan.PlanError as error:
        names = {"plan": str(path), "data": str(data)}
        return [_placed(fault, names) for fault in error.faults], None


class Progress:
    """A bar of the analyses done, for those that take long: tqdm is imported after two seconds."""

    def __init__(self, total: int, *, delay: float = 2.0) -> None:
        self._total = total
        self._due = monotonic() + delay
        self._done = 0
        self._bar: Any = None

    def __enter__(self) -> "Progress":
        return self

    def __call__(self, _name: str) -> None:
        """Count one analysis."""
        self._done += 1
        if self._bar is None and self._done < self._total and monotonic() >= self._due:
            from tqdm import tqdm  # noqa: PLC0415 - an eighth of a second that most runs need not

            self._bar = tqdm(total=self._total, initial=self._done, unit="analyses")
        elif self._bar is not None:
            self._bar.update()

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _placed(fault: plan.Fault, names: Mapping[str, str]) -> str:
    """Return a fault that begins with the file it is in."""
    place = fault.place if fault.place.partition(",")[0] in names else f"plan, {fault.place}"
    file, _comma, rest = place.partition(", ")
    return ": ".join(part for part in (names[file], rest, fault.text) if part)


def summary(document: Mapping[str, Any]) -> str:
    """Return in a sentence how much was computed."""
    results = [one for analysis in document["analyses"] for one in analysis["results"]]
    without = sum(one["reason"] is not None for one in results)
    reasons = f", {without} of them a reason instead of a number" if without else ""
    return f"{len(document['analyses'])} analyses, {len(results)} results{reasons}."


def written_to(outputs: Sequence[Path], texts: Collection[Path], *, folder: Path | None) -> str:
    """Return in a sentence what was written where."""
    charts = len(texts) - len(outputs)
    places = [str(path) for path in outputs]
    if charts:
        places.append(f"{folder} ({charts} {'chart' if charts == 1 else 'charts'})")
    first = f"Written to {' and '.join(places)}." if places else ""
    nothing = "No result can be drawn." if folder and not charts else ""
    return " ".join(filter(None, (first, nothing)))


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}.") from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f'{path}: line {line} is not in UTF-8. Save the file as "CSV UTF-8" and run it again.'
        ) from None


def texts_of(
    document: Mapping[str, Any], *, out: Path | None, html: Path | None, charts: Path | None
) -> dict[Path, str]:
    """Return the text of each file that is to be written.

    Raises:
        ValueError: a chart would have the name of another file.
    """
    texts: dict[Path, str] = {}
    if out:
        texts[out] = written(document)
    if html:
        texts[html] = page_of(document)
    taken = {path.resolve() for path in texts}
    for name, text in (_charts(document) if charts else {}).items():
        path = (charts or Path()) / name
        if path.resolve() in taken:
            raise ValueError(f"{path} is a chart; give --out and --html other names.")
        texts[path] = text
    return texts


def _charts(document: Mapping[str, Any]) -> dict[str, str]:
    """Return each chart's file: the number of its analysis, its name, the kind of chart."""
    names = ["all", *(_plain(analysis["name"]) for analysis in document["analyses"])]
    width = len(str(len(names) - 1))
    found = {}
    for number, place, chart in charts_of_document(document):
        parts = [f"{number:0{width}}", names[number], str(place or ""), chart.kind]
        found["-".join(filter(None, parts)) + ".svg"] = chart.svg
    return found


def _plain(name: str) -> str:
    """Return what of a name every file system takes: a to z, digits and hyphens."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters)[:40].strip("-")


def write(texts: Mapping[Path, str], *, folder: Path | None = None) -> None:
    """Write the files whole: where one cannot be written, none is.

    Args:
        texts: what each file holds.
        folder: where charts are among them; it is made if it is not there.

    Raises:
        ValueError: a file cannot be written; the sentence says why.
    """
    parts: dict[Path, Path] = {}
    path = folder or Path()
    is_new = folder is not None and not folder.exists()
    try:
        if folder and any(path.parent == folder for path in texts):
            folder.mkdir(exist_ok=True)
        for path, text in texts.items():
            if path.exists() and not path.is_file():
                raise ValueError(f"{path} is a folder or a device; name a file.")
            parts[path] = path.with_name(f".{path.name}.part")
            parts[path].write_text(text, encoding="utf-8", newline="\n")
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        _tidy(parts.values(), folder=folder if is_new else None)


def _tidy(parts: Iterable[Path], *, folder: Path | None) -> None:
    """Take away what was begun and not finished, and a new folder that is empty."""
    for part in parts:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    if folder:
        with suppress(OSError):
            folder.rmdir()
