"""Words of authors as they are shown: Markdown becomes HTML once, here, and never on a page."""

from collections.abc import Mapping
from typing import Any

from digicantrain.core import markup, svg
from digicantrain.core.content.shapes import Markdown

Source = Mapping[str, Any]
Pictures = Mapping[str, Mapping[str, tuple[str, str]]]


class Renderer:
    """Renders what one module says in one language; knows its sources and pictures."""

    def __init__(
        self, sources: Mapping[str, Source], *, pictures: Pictures | None = None, language: str = ""
    ) -> None:
        self._sources = sources
        self._pictures = pictures or {}
        self._language = language

    def words(self, value: Any) -> Any:
        """Return words from a table: Markdown as HTML, all others without formatting."""
        if isinstance(value, Mapping):
            return {key: self.words(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.words(inner) for inner in value]
        if isinstance(value, Markdown):
            return markup.html(value, cite=self._in_brackets, draw=self._draw)
        if isinstance(value, str):
            return markup.plain(value, cite=lambda key: f"({short(self._sources[key])})")
        return value

    def blocks(self, text: markup.Text, *, prefix: str = "source") -> list[dict[str, str]]:
        """Return a text as blocks of HTML and places of questions; its sources come last."""
        notes: dict[str, int] = {}

        def cite(key: str) -> str:
            number = notes.setdefault(key, len(notes) + 1)
            return f'<sup><a class="cite" href="#{prefix}-{number}">{number}</a></sup>'

        found = []
        for kind, piece in text.pieces:
            if kind == "question":
                found.append({"question": piece})
            elif html := markup.html(piece, cite=cite, draw=self._draw):
                found.append({"html": html})
        if notes:
            rows = "".join(
                f'<li id="{prefix}-{number}">{in_full(self._sources[key])}</li>'
                for key, number in notes.items()
            )
            found.append({"html": f'<ol class="sources">{rows}</ol>'})
        return found

    def document(self, text: markup.Text, *, name: str) -> dict[str, str]:
        """Return a document: its first heading is its title, the rest its HTML."""
        pieces, title = list(text.pieces), name
        first = pieces[0][1].lstrip() if pieces else ""
        if first.startswith("## "):
            heading, _, rest = first.partition("\n")
            title = markup.plain(heading.removeprefix("## "))
            pieces[0] = ("markdown", rest)
        blocks = self.blocks(markup.Text(pieces), prefix=f"{name}-source")
        return {"title": title, "html": "".join(block["html"] for block in blocks)}

    def _in_brackets(self, key: str) -> str:
        source = self._sources[key]
        return f"({_linked(markup.escape(short(source)), address(source))})"

    def _draw(self, name: str, alternative: str) -> str:
        versions = self._pictures[name.removesuffix(".svg")]
        _file, drawing = versions.get(self._language) or versions[""]
        return svg.inline(drawing, alternative=alternative)


def short(source: Source) -> str:
    """Return a source in a few words, as in `Di Maio M et al., 2015`."""
    authors = source["authors"].replace(";", ",").split(",")
    name = authors[0].strip() + (" et al." if len(authors) > 1 else "")
    return f"{name}, {source['year']}" if source["year"] else name


def in_full(source: Source) -> str:
    """Return a source as a line of HTML; a DOI or an address becomes a link."""
    parts = [source["authors"], source["title"], str(source["year"] or "")]
    sentence = " ".join(f"{part.rstrip('.')}." for part in parts if part)
    where = _linked(markup.escape(source["identifier"]), address(source))
    return f"{markup.escape(sentence)} {where}"


def address(source: Source) -> str:
    """Return the address of a source, or nothing."""
    first = source["identifier"].replace(";", " ").split()[0]
    if first.lower().startswith("doi:"):
        return f"https://doi.org/{first[4:]}"
    return first if first.startswith("https://") else ""


def _linked(words: str, target: str) -> str:
    if not target:
        return words
    return f'<a href="{markup.escape(target)}" rel="noopener">{words}</a>'
