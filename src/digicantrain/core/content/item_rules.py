"""What must hold for questions."""

from typing import Any

from digicantrain.core.content.folder import Folder, ModuleFolder, Part
from digicantrain.core.content.module_rules import serves_known, steps_are_sure, steps_of
from digicantrain.core.content.unit_rules import document_exists
from digicantrain.core.content.words_rules import ids, languages_of, same_keys

FEWEST, MOST = 3, 5


def check_items(folder: Folder, module: ModuleFolder) -> None:
    """Check all questions of a module."""
    seen: dict[str, str] = {}
    for part in module.items.values():
        for number, item in enumerate(part.values["items"]):
            if item["id"] and item["id"] in seen:
                what = f"The question {item['id']} stands in {seen[item['id']]} too."
                folder.at(part, ("items", number, "id"), what, "Give it another id.")
            seen.setdefault(item["id"], part.file)
            _item(folder, module, part, number)
        for language in languages_of(folder, part, module.module.values["languages"]):
            same_keys(folder, part, (), ids(part.values["items"]), language=language)
            for item in part.values["items"]:
                if item["id"] in part.said(language):
                    _Words(folder, module, part, language).check(item)


def _item(folder: Folder, module: ModuleFolder, part: Part, number: int) -> None:
    item, place = part.values["items"][number], ("items", number)
    serves_known(folder, module, part, (*place, "outcome"), [item["outcome"]])
    if item.get("document"):
        document_exists(folder, module, part, (*place, "document"), item["document"])
    if item["kind"] == "choice":
        _choice(folder, part, number)
    elif part.values["use"] == "bank":
        mend = 'Write kind = "choice": only choices are scored by the graded test.'
        folder.at(part, (*place, "kind"), "A text cannot stand in the bank.", mend)


def _choice(folder: Folder, part: Part, number: int) -> None:
    item, place = part.values["items"][number], ("items", number)
    options = item.get("options", [])
    if not FEWEST <= len(options) <= MOST:
        mend = "Write three to five plausible ones."
        folder.at(part, (*place, "options"), f"{item['id']} has {len(options)} options.", mend)
    answer = item.get("answer", "")
    if answer not in options:
        what = f"“{answer}” is no option." if answer else f"{item['id']} has no best answer."
        mend = f"Write answer = one of {', '.join(options)}."
        folder.at(part, (*place, "answer"), what, mend)


class _Words:
    """Checks what questions say in one language."""

    def __init__(self, folder: Folder, module: ModuleFolder, part: Part, language: str) -> None:
        self._folder, self._module = folder, module
        self._part, self._language = part, language

    def check(self, item: dict[str, Any]) -> None:
        """Check the words of one question."""
        said = self._part.said(self._language)[item["id"]]
        read = said.get("read")
        known = ids(steps_of(self._module))
        if read and read not in known and steps_are_sure(self._folder, self._module):
            what = f"“{read}” is no step of {self._module.code}."
            self._at((item["id"], "read"), what, "Name a step's id.")
        if item["kind"] == "text":
            for key in ("hint", "example"):
                if key not in said:
                    self._at((item["id"],), f"{item['id']} has no {key}.", f'Add {key} = "...".')
        else:
            self._options(item, said)

    def _options(self, item: dict[str, Any], said: dict[str, Any]) -> None:
        options, place = item.get("options", []), (item["id"], "options")
        same_keys(self._folder, self._part, place, options, language=self._language)
        feedback = said.get("feedback", {})
        for key in options:
            if not feedback.get(key, "").strip():
                what = f"{item['id']} has no feedback for option {key}."
                mend = "Say why it is right or wrong, and where to read on."
                self._at((item["id"], "feedback"), what, mend)
        for key in feedback.keys() - set(options):
            what = f"{item['id']} has feedback for “{key}”, which is no option."
            self._at((item["id"], "feedback", key), what, "Take it away or mend its name.")
        texts = list(said.get("options", {}).values())
        if len(set(texts)) != len(texts):
            what = f"Two options of {item['id']} say the same."
            self._at(place, what, "Make each an answer of its own.")
        if self._part.values["use"] == "bank":
            for key in ("scenario", "mistake"):
                if not said.get(key, "").strip():
                    mend = f'Add {key} = "...": the scene, and the mistake that is caught.'
                    self._at((item["id"],), f"{item['id']} has no {key}.", mend)

    def _at(self, place: tuple[str | int, ...], what: str, mend: str) -> None:
        self._folder.at(self._part, place, what, mend, language=self._language)
