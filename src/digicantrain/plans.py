"""Files of `digicantrain evaluate`: read, handed to the measures, and written whole or not at all.

No Django and no database: a researcher can use it with a plan and a CSV file alone.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from digicantrain.core.measures import page_of, plan, written
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


def write(document: Mapping[str, Any], *, out: Path | None, html: Path | None) -> None:
    """Write the files whole: where one cannot be written, none is.

    Raises:
        ValueError: a file cannot be written; the sentence says why.
    """
    texts: dict[Path, str] = {}
    if out:
        texts[out] = written(document)
    if html:
        texts[html] = page_of(document)
    parts: dict[Path, Path] = {}
    try:
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
        for part in parts.values():
            part.unlink(missing_ok=True)
