"""From checked files to a design: texts become blocks of HTML, cases and items get theirs too."""

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from digicantrain.core import markup, svg
from digicantrain.core.content.folder import Folder, ModuleFolder, Part
from digicantrain.core.design import (
    InstrumentDesign,
    ItemDesign,
    ModuleDesign,
    Outcome,
    PathDesign,
    ProgrammeDesign,
    StepDesign,
    UnitDesign,
    WorkloadRow,
)

Sources = Mapping[str, Mapping[str, Any]]
STEP_DATA = ("documents", "case", "assessed", "items", "draw", "form", "plan", "reason")


def build(folder: Folder) -> ProgrammeDesign:
    """Return the design of files in which nothing is wrong."""
    values = folder.programme.values
    sources = {row["id"]: row for row in folder.sources.values["sources"]}
    forms = {name: _instrument(part) for name, part in folder.forms.items()}
    map_values = folder.competences.values
    shared = {f: t for f, t in folder.files.items() if not f.startswith("modules/")}
    return ProgrammeDesign(
        id=values["id"],
        version=values["version"],
        languages=tuple(values["languages"]),
        licence=values["licence"],
        hours_per_ects=Decimal(str(values["hours_per_ects"])),
        words=_words(folder.programme),
        levels=tuple(map_values["levels"]),
        domains=tuple(row["code"] for row in map_values["domains"]),
        competences=tuple((row["code"], row["domain"]) for row in map_values["competences"]),
        competence_words=_words(folder.competences),
        paths=tuple(_path(row) for row in folder.paths.values["paths"]),
        path_words=_words(folder.paths),
        sources=tuple(_plain_source(row) for row in sources.values()),
        forms=tuple(forms.values()),
        instruments=tuple(_instrument(part) for part in folder.instruments.values()),
        modules=tuple(
            _Builder(folder.modules[code], sources, forms).module() for code in values["modules"]
        ),
        files=shared,
    )


def _words(part: Part) -> dict[str, dict[str, Any]]:
    return {language: document.values for language, (_file, document) in part.words.items()}


def _plain_source(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "date_read": row["date_read"].isoformat()}


def _path(row: Mapping[str, Any]) -> PathDesign:
    return PathDesign(
        code=row["code"],
        modules=tuple(row["modules"]),
        optional=tuple(row.get("optional", ())),
        ects=Decimal(row["ects"]),
        audiences=tuple(row["audiences"]),
    )


def _instrument(part: Part) -> InstrumentDesign:
    values = part.values
    return InstrumentDesign(
        id=values["id"],
        version=values["version"],
        licence=values["licence"],
        source=values["source"],
        validated=values["validated"],
        scale=values.get("scale", {"min": 1, "max": 1}),
        items=tuple(values["items"]),
        words=_words(part),
    )


def digest_of(files: Mapping[str, str]) -> str:
    """Return SHA-256 over the files of a module, by path."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(path.encode() + b"\0" + files[path].encode() + b"\0")
    return total.hexdigest()


class _Builder:
    """Builds one module; keeps the sources that its texts cite."""

    def __init__(
        self, folder: ModuleFolder, sources: Sources, forms: Mapping[str, InstrumentDesign]
    ) -> None:
        self._folder = folder
        self._sources = sources
        self._forms = forms

    def module(self) -> ModuleDesign:
        values = self._folder.module.values
        words = _words(self._folder.module)
        units = tuple(self._unit(name) for name in values["units"])
        return ModuleDesign(
            code=values["code"],
            digest=digest_of(self._folder.files),
            version=values["version"],
            status=values["status"],
            languages=tuple(values["languages"]),
            eqf=values["eqf"],
            eqf_basis=values["eqf_basis"],
            ects=Decimal(values["ects"]),
            audiences=tuple(values["audiences"]),
            prerequisites=tuple(values["prerequisites"]),
            review_by=values["review_by"],
            licence=values["licence"],
            words=words,
            outcomes=tuple(_outcome(row) for row in values["outcomes"]),
            workload=tuple(_workload(row) for row in values["workload"]),
            assessed=frozenset(values["assessment"]["assesses"]),
            units=units,
            items=tuple(self._items()),
            data=self._data(values, words, units),
            files=dict(self._folder.files),
        )

    def _data(
        self,
        values: Mapping[str, Any],
        words: Mapping[str, Mapping[str, Any]],
        units: Iterable[UnitDesign],
    ) -> dict[str, Any]:
        credit = values.get("credit")
        used = {step.data["form"] for unit in units for step in unit.steps if "form" in step.data}
        return {
            "assessment": {
                **values["assessment"],
                "text": {lang: table["assessment"]["text"] for lang, table in words.items()},
            },
            "credit": {**credit, **_by_language(words, "credit")} if credit else None,
            "glossary": {lang: table.get("glossary", []) for lang, table in words.items()},
            "workplace": {
                lang: {**table["workplace"], "text": markup.html(table["workplace"]["text"])}
                for lang, table in words.items()
                if "workplace" in table
            },
            "authors": values["authors"],
            "conflicts": values["conflicts"],
            "sources": self._cited(values),
            "documents": self._documents(),
            "cases": {name: self._case(part) for name, part in self._folder.cases.items()},
            "forms": {name: self._forms[name].as_json() for name in sorted(used)},
        }

    def _cited(self, values: Mapping[str, Any]) -> list[str]:
        found = dict.fromkeys(values["sources"])
        for texts in (*self._folder.pages.values(), *self._folder.documents.values()):
            for _file, text in texts.values():
                found.update(dict.fromkeys(key for key, _line in text.cited))
        for part in self._folder.cases.values():
            found.update(dict.fromkeys(part.values.get("sources", ())))
        for part in self._folder.items.values():
            for item in part.values["items"]:
                found.update(dict.fromkeys(item.get("sources", ())))
        for text in self._folder.files.values():
            found.update(dict.fromkeys(markup.CITATION.findall(text)))
        return list(found)

    def _documents(self) -> dict[str, dict[str, dict[str, str]]]:
        return {
            name: {
                language: {
                    "title": _title(text, name),
                    "html": "".join(block["html"] for block in self._blocks(text, language)),
                }
                for language, (_file, text) in versions.items()
            }
            for name, versions in self._folder.documents.items()
        }

    def _unit(self, name: str) -> UnitDesign:
        part = self._folder.units[name]
        written = part.values["status"] == "written"
        return UnitDesign(
            code=name,
            written=written,
            words=_words(part),
            steps=tuple(self._step(name, row, written) for row in part.values["steps"]),
        )

    def _step(self, unit: str, row: Mapping[str, Any], written: bool) -> StepDesign:  # noqa: FBT001 - one call
        texts = self._folder.pages.get((unit, row["id"]), {})
        return StepDesign(
            id=row["id"],
            kind=row["kind"],
            minutes=row["minutes"],
            serves=tuple(row["serves"]),
            written=written,
            body={lang: self._blocks(text, lang) for lang, (_file, text) in texts.items()},
            data={key: row[key] for key in STEP_DATA if key in row},
        )

    def _blocks(self, text: markup.Text, language: str) -> list[dict[str, str]]:
        notes: dict[str, int] = {}
        blocks = []
        for kind, piece in text.pieces:
            if kind == "question":
                blocks.append({"question": piece})
                continue
            made = markup.html(
                piece,
                cite=lambda key: notes.setdefault(key, len(notes) + 1),
                draw=lambda name, alternative: self._draw(name, alternative, language),
            )
            blocks.append({"html": made})
        if notes:
            blocks.append({"html": self._source_list(notes)})
        return blocks

    def _draw(self, name: str, alternative: str, language: str) -> str:
        versions = self._folder.pictures[name.removesuffix(".svg")]
        _file, picture = versions.get(language) or versions[""]
        return svg.inline(picture, alternative=alternative)

    def _source_list(self, notes: Mapping[str, int]) -> str:
        rows = "".join(
            f'<li id="source-{number}">{source_html(self._sources[key])}</li>'
            for key, number in notes.items()
        )
        return f'<ol class="sources">{rows}</ol>'

    def _items(self) -> Iterable[ItemDesign]:
        for part in self._folder.items.values():
            for row in part.values["items"]:
                yield ItemDesign(
                    key=row["id"],
                    use=part.values["use"],
                    kind=row["kind"],
                    outcome=row["outcome"],
                    difficulty=row["difficulty"],
                    answer=row.get("answer", ""),
                    options=tuple(row.get("options", ())),
                    document=row.get("document", ""),
                    words={
                        language: _item_words(document.values[row["id"]])
                        for language, (_file, document) in part.words.items()
                        if row["id"] in document.values
                    },
                )

    def _case(self, part: Part) -> dict[str, Any]:
        return {
            "design": dict(part.values),
            "words": {lang: _case_words(table) for lang, table in _words(part).items()},
        }


def source_html(row: Mapping[str, Any]) -> str:
    """Return a source as a line of HTML; a DOI or an address becomes a link."""
    year = f" {row['year']}." if row["year"] else ""
    words = markup.line_html(f"{row['authors']}. {row['title']}.{year}".replace("..", "."))
    return f"{words} {_identifier(row['identifier'])}"


def _identifier(text: str) -> str:
    address = text.split(";", maxsplit=1)[0].split(" ", maxsplit=1)[0].strip()
    if address.startswith("doi:"):
        address = f"https://doi.org/{address.removeprefix('doi:')}"
    plain = markup.line_html(text)
    if not address.startswith("https://"):
        return plain
    safe = address.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C")
    return f'<a href="{safe}" rel="noopener">{plain}</a>'


def _title(text: markup.Text, name: str) -> str:
    for kind, piece in text.pieces:
        for line in piece.split("\n") if kind == "markdown" else ():
            if line.startswith("#"):
                return line.lstrip("#").strip()
    return name


def _outcome(row: Mapping[str, Any]) -> Outcome:
    return Outcome(row["id"], row["verb"], row["level"], row["kind"], tuple(row["competences"]))


def _workload(row: Mapping[str, Any]) -> WorkloadRow:
    return WorkloadRow(row["id"], row["type"], row["minutes"], tuple(row["serves"]))


def _by_language(words: Mapping[str, Mapping[str, Any]], table: str) -> dict[str, dict[str, str]]:
    keys = {key for said in words.values() for key in said.get(table, {})}
    return {
        key: {lang: said[table][key] for lang, said in words.items() if key in said.get(table, {})}
        for key in sorted(keys)
    }


def _item_words(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "scenario": markup.html(said.get("scenario", "")),
        "stem": said["stem"],
        "mistake": said.get("mistake", ""),
        "options": dict(said.get("options", {})),
        "feedback": dict(said.get("feedback", {})),
        "read": said.get("read", ""),
        "hint": said.get("hint", ""),
        "example": markup.html(said.get("example", "")),
    }


def _case_words(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **said,
        "who": markup.html(said["who"]),
        "states": {
            key: {**state, "text": markup.html(state["text"])}
            for key, state in said["states"].items()
        },
        "endings": {
            key: {
                **ending,
                "text": markup.html(ending["text"]),
                "variants": {
                    name: markup.html(text) for name, text in ending.get("variants", {}).items()
                },
            }
            for key, ending in said["endings"].items()
        },
    }
