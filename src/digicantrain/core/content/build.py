"""From checked files to a design: plain values, texts as blocks of HTML."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from digicantrain.core import markup
from digicantrain.core.content.folder import Folder, Part
from digicantrain.core.content.module_rules import design_of
from digicantrain.core.content.render import Renderer
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

STEP_DATA = ("documents", "case", "assessed", "items", "draw", "form", "plan", "reason")
ITEM_WORDS: dict[str, Any] = {
    "scenario": "", "mistake": "", "options": {}, "feedback": {}, "read": "", "hint": "",
    "example": "",
}  # fmt: skip
Sources = Mapping[str, Mapping[str, Any]]


def build(folder: Folder) -> ProgrammeDesign:
    """Return the design of files in which nothing is wrong."""
    values, competences = folder.programme.values, folder.competences.values
    sources = {row["id"]: _plain_source(row) for row in folder.sources.values["sources"]}
    forms = {name: _instrument(part, sources) for name, part in folder.forms.items()}
    return ProgrammeDesign(
        id=values["id"],
        version=values["version"],
        languages=tuple(values["languages"]),
        licence=values["licence"],
        hours_per_ects=Decimal(values["hours_per_ects"]),
        words=_words(folder.programme, sources),
        levels=tuple(competences["levels"]),
        domains=tuple(row["code"] for row in competences["domains"]),
        competences=tuple((row["code"], row["domain"]) for row in competences["competences"]),
        competence_words=_words(folder.competences, sources),
        paths=tuple(_path(row) for row in folder.paths.values["paths"]),
        path_words=_words(folder.paths, sources),
        sources=tuple(sources.values()),
        forms=tuple(forms.values()),
        instruments=tuple(_instrument(part, sources) for part in folder.instruments.values()),
        modules=tuple(_Module(folder, code, sources, forms).build() for code in values["modules"]),
        files={f: text for f, text in folder.files.items() if not f.startswith("modules/")},
    )


def _words(part: Part, sources: Sources) -> dict[str, dict[str, Any]]:
    return {lang: Renderer(sources).words(part.said(lang)) for lang in sorted(part.words)}


def _plain_source(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "date_read": row["date_read"].isoformat()}


def _path(row: Mapping[str, Any]) -> PathDesign:
    return PathDesign(
        code=row["code"],
        modules=tuple(row["modules"]),
        optional=tuple(row.get("optional", ())),
        ects=row["ects"],
        audiences=tuple(row["audiences"]),
    )


def _instrument(part: Part, sources: Sources) -> InstrumentDesign:
    values = part.values
    return InstrumentDesign(
        id=values["id"],
        version=values["version"],
        licence=values["licence"],
        source=values["source"],
        validated=values["validated"],
        scale=values.get("scale", {}),
        items=tuple(values["items"]),
        words=_words(part, sources),
    )


class _Module:
    """Builds one module from its folder."""

    def __init__(
        self,
        programme: Folder,
        code: str,
        sources: Sources,
        forms: Mapping[str, InstrumentDesign],
    ) -> None:
        self._programme, self._folder = programme, programme.modules[code]
        self._sources, self._forms = sources, forms
        self._values = self._folder.module.values
        self._renderers = {
            language: Renderer(sources, pictures=self._folder.pictures, language=language)
            for language in self._values["languages"]
        }

    def build(self) -> ModuleDesign:
        """Return the design of the module."""
        values, words = self._values, self._words(self._folder.module)
        units = tuple(self._unit(name) for name in values["units"])
        data = self._data(words, units)
        return ModuleDesign(
            code=values["code"],
            digest=self._digest(data),
            version=values["version"],
            status=values["status"],
            languages=tuple(values["languages"]),
            eqf=values["eqf"],
            eqf_basis=values["eqf_basis"],
            eqf_framework=values.get("eqf_framework", ""),
            ects=values["ects"],
            audiences=tuple(values["audiences"]),
            prerequisites=tuple(values["prerequisites"]),
            review_by=values["review_by"],
            licence=values["licence"],
            words=words,
            outcomes=tuple(_outcome(row) for row in values["outcomes"]),
            workload=tuple(_workload(row) for row in values["workload"]),
            design=design_of(self._folder),
            units=units,
            items=tuple(self._items()),
            data=data,
            files=dict(self._folder.files),
        )

    def _words(self, part: Part) -> dict[str, dict[str, Any]]:
        return {language: r.words(part.said(language)) for language, r in self._renderers.items()}

    def _digest(self, data: Mapping[str, Any]) -> str:
        """Return SHA-256 over the module's files and over what it takes from elsewhere."""
        total = hashlib.sha256()
        for path, text in sorted(self._folder.files.items()):
            total.update(path.encode() + b"\0" + text.encode() + b"\0")
        elsewhere = {
            "hours": self._programme.programme.values["hours_per_ects"],
            "sources": [self._sources[key] for key in data["sources"]],
            "forms": data["forms"],
            "rendering": markup.RENDERING,
        }
        total.update(json.dumps(elsewhere, sort_keys=True).encode())
        return total.hexdigest()

    def _data(
        self, words: Mapping[str, Mapping[str, Any]], units: Iterable[UnitDesign]
    ) -> dict[str, Any]:
        values = self._values
        used = {step.data["form"] for unit in units for step in unit.steps if "form" in step.data}
        given = values.get("credit")
        return {
            "assessment": {
                **values["assessment"],
                "text": {lang: said["assessment"]["text"] for lang, said in words.items()},
            },
            "credit": _credit(given, words) if given else None,
            "glossary": {lang: said.get("glossary", []) for lang, said in words.items()},
            "workplace": {
                lang: said["workplace"] for lang, said in words.items() if "workplace" in said
            },
            "authors": values["authors"],
            "conflicts": values["conflicts"],
            "sources": self._cited(),
            "documents": self._documents(),
            "pictures": sorted(self._folder.pictures),
            "cases": {name: self._case(part) for name, part in self._folder.cases.items()},
            "forms": {name: self._forms[name].as_json() for name in sorted(used & {*self._forms})},
        }

    def _cited(self) -> list[str]:
        """Return the ids of all sources that the module names, each once, in their order."""
        found = list(self._values["sources"])
        for said in self._programme.texts:
            if said.module == self._folder.code:
                found += [key for key, _line in said.text.cited]
        for part in (*self._folder.cases.values(), *self._folder.items.values()):
            for row in (part.values, *part.values.get("items", ())):
                found += row.get("sources", [])
        return list(dict.fromkeys(found))

    def _documents(self) -> dict[str, dict[str, dict[str, str]]]:
        return {
            name: {
                language: self._renderers[language].document(text, name=name)
                for language, (_file, text) in sorted(versions.items())
            }
            for name, versions in self._folder.documents.items()
        }

    def _unit(self, name: str) -> UnitDesign:
        part = self._folder.units[name]
        written = part.values["status"] == "written"
        return UnitDesign(
            code=name,
            written=written,
            words=self._words(part),
            steps=tuple(self._step(name, row, written=written) for row in part.values["steps"]),
        )

    def _step(self, unit: str, row: Mapping[str, Any], *, written: bool) -> StepDesign:
        texts = self._folder.pages.get((unit, row["id"]), {})
        return StepDesign(
            id=row["id"],
            kind=row["kind"],
            minutes=row["minutes"],
            serves=tuple(row["serves"]),
            written=written,
            body={
                language: self._renderers[language].blocks(text)
                for language, (_file, text) in sorted(texts.items())
            },
            data={key: row[key] for key in STEP_DATA if key in row},
        )

    def _items(self) -> Iterable[ItemDesign]:
        for part in self._folder.items.values():
            words = self._words(part)
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
                    words={lang: {**ITEM_WORDS, **said[row["id"]]} for lang, said in words.items()},
                )

    def _case(self, part: Part) -> dict[str, Any]:
        words = self._words(part)
        for said in words.values():
            for key, state in said["states"].items():
                state.setdefault("clock", part.values["states"][key].get("clock", ""))
        return {"design": dict(part.values), "words": words}


def _outcome(row: Mapping[str, Any]) -> Outcome:
    return Outcome(row["id"], row["verb"], row["level"], row["kind"], tuple(row["competences"]))


def _workload(row: Mapping[str, Any]) -> WorkloadRow:
    return WorkloadRow(row["id"], row["type"], row["minutes"], tuple(row["serves"]))


def _credit(given: Mapping[str, Any], words: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what can be earned, its words in each language; each badge of units with its own."""
    told = _by_language(words, "credit")
    badges: Mapping[str, Any] = told.pop("badges", {})
    rows = [{**row, **_by_language(badges, row["id"])} for row in given.get("badges", ())]
    return {**given, **({"badges": rows} if rows else {}), **told}


def _by_language(words: Mapping[str, Mapping[str, Any]], table: str) -> dict[str, dict[str, str]]:
    """Return key -> language -> text of a table of words."""
    keys = sorted({key for said in words.values() for key in said[table]})
    return {key: {language: said[table][key] for language, said in words.items()} for key in keys}
