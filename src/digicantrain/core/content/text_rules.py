"""What must hold for words that people read, in Markdown files and in tables, and for pictures."""

from digicantrain.core.content.folder import Folder, ModuleFolder, Said
from digicantrain.core.svg import SvgError, parse


def check_texts(folder: Folder) -> None:
    """Check what all texts hold, and the pictures."""
    for said in folder.texts:
        for fault in said.text.faults:
            folder.report(said.file, said.line + fault.line - 1, fault.what, fault.mend)
        _questions(folder, said)
        _pictures_there(folder, said)
    for module in folder.modules.values():
        _picture_files(folder, module)


def practice_items(module: ModuleFolder) -> dict[str, str]:
    """Return the ids of questions inside units, with the file they stand in."""
    return {
        str(item["id"]): part.file
        for part in module.items.values()
        if part.values["use"] == "practice"
        for item in part.values["items"]
    }


def items_are_sure(folder: Folder, module: ModuleFolder) -> bool:
    """Whether all files with questions could be read."""
    return all(folder.is_sure(part, "items") for part in module.items.values())


def _questions(folder: Folder, said: Said) -> None:
    module = folder.modules.get(said.module)
    for name, line in said.text.questions:
        at = said.line + line - 1
        if said.kind != "page" or module is None:
            mend = "Ask it in the text of a step."
            folder.report(said.file, at, "No question can stand here.", mend)
        elif name not in practice_items(module) and items_are_sure(folder, module):
            mend = "Write it in items/ with use = practice, or mend its name."
            folder.report(said.file, at, f"There is no practice item {name}.", mend)


def _pictures_there(folder: Folder, said: Said) -> None:
    module = folder.modules.get(said.module)
    for picture in said.text.pictures:
        at = said.line + picture.line - 1
        name = picture.name.removesuffix(".svg")
        if module is None:
            mend = "Show it in a module's text."
            folder.report(said.file, at, "No picture can stand here.", mend)
        elif not {said.language, ""} & module.pictures.get(name, {}).keys():
            mend = f"Draw pictures/{name}.{said.language}.svg, or mend its name."
            folder.report(said.file, at, f"There is no picture {picture.name}.", mend)


def _picture_files(folder: Folder, module: ModuleFolder) -> None:
    shown = {
        picture.name.removesuffix(".svg")
        for said in folder.texts
        if said.module == module.code
        for picture in said.text.pictures
    }
    for name, versions in module.pictures.items():
        for file, drawing in versions.values():
            _drawing(folder, file, drawing)
            if name not in shown:
                mend = "Show it in a text, or take it away."
                folder.report(file, 1, f"The picture {name} is shown nowhere.", mend)


def _drawing(folder: Folder, file: str, drawing: str) -> None:
    try:
        if file not in folder.broken:
            parse(drawing)
    except SvgError as error:
        mend = "Draw it again with what docs/author/files.md allows."
        folder.report(file, error.line, str(error), mend)
