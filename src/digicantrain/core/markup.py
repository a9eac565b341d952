"""Markdown of authors becomes blocks of safe HTML: text, and the places of questions.

CommonMark with tables by markdown-it; our additions stand in docs/author/files.md. The result is
cleaned by nh3 whatever went in.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin

CALLOUTS = ("moment", "example", "think", "note", "takeaway")
QUESTION = re.compile(r"^\{\{\s*question:\s*([A-Za-z0-9_-]+)\s*\}\}\s*$")
CITATION = re.compile(r"\[@([A-Za-z0-9_.-]+)\]")
PICTURE = re.compile(r"<p>\u27e6picture:(\d+)\u27e7</p>")
LOOSE_PICTURE = re.compile(r"\u27e6picture:(\d+)\u27e7")

TAGS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "code", "pre", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td", "div", "details", "summary", "hr", "br", "sup",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "div": {"class"},
    "details": {"class"},
    "th": {"scope"},
    "table": {"class"},
    "ol": {"start"},
}


@dataclass(frozen=True)
class Picture:
    """A picture in a text: its file, its text alternative, its caption, its line."""

    name: str
    alternative: str
    caption: str
    line: int


@dataclass
class Text:
    """What a text holds, with lines counted from 1."""

    pieces: list[tuple[str, str]] = field(default_factory=list)
    cited: list[tuple[str, int]] = field(default_factory=list)
    questions: list[tuple[str, int]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    html_lines: list[int] = field(default_factory=list)
    high_headings: list[int] = field(default_factory=list)


def _parser(*, html: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": html, "linkify": False}).enable("table")
    for name in CALLOUTS:
        container_plugin(parser, name, render=_callout(name))
    container_plugin(parser, "reveal", render=_reveal)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("table_open", _table_open)
    return parser


def _callout(name: str) -> Callable[..., str]:
    def render(
        self: RendererHTML, tokens: list[Token], i: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        if tokens[i].nesting == 1:
            return f'<div class="callout callout--{name}">\n'
        return "</div>\n"

    return render


def _reveal(
    self: RendererHTML, tokens: list[Token], i: int, _options: OptionsDict, _env: EnvType
) -> str:
    if tokens[i].nesting != 1:
        return "</div></details>\n"
    title = tokens[i].info.strip().removeprefix("reveal").strip() or "…"
    return f'<details class="reveal"><summary>{_plain(title)}</summary><div>\n'


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _image(
    self: RendererHTML, tokens: list[Token], i: int, _options: OptionsDict, env: EnvType
) -> str:
    token = tokens[i]
    pictures = env.setdefault("pictures", [])
    pictures.append((str(token.attrs["src"]), token.content, str(token.attrs.get("title", ""))))
    return f"\u27e6picture:{len(pictures) - 1}\u27e7"


def _table_open(
    self: RendererHTML, tokens: list[Token], i: int, _options: OptionsDict, _env: EnvType
) -> str:
    return '<div class="table-frame"><table class="govuk-table">\n'


SAFE = _parser(html=False)
LOOSE = _parser(html=True)
SAFE.add_render_rule("table_close", lambda *_args: "</table></div>\n")


def read(source: str) -> Text:
    """Return what a text holds; rendering comes later, when its language's files are known."""
    text = Text()
    start, lines = 0, source.split("\n")
    for number, line in enumerate(lines):
        found = QUESTION.match(line)
        if found:
            _take("\n".join(lines[start:number]), offset=start, text=text)
            text.pieces.append(("question", found.group(1)))
            text.questions.append((found.group(1), number + 1))
            start = number + 1
    _take("\n".join(lines[start:]), offset=start, text=text)
    for number, line in enumerate(lines, start=1):
        text.cited += [(key, number) for key in CITATION.findall(line)]
    return text


def _take(part: str, *, offset: int, text: Text) -> None:
    if not part.strip():
        return
    text.pieces.append(("markdown", part))
    for token in LOOSE.parse(part):
        line = offset + (token.map[0] if token.map else 0) + 1
        _look(token, line=line, text=text)


def _look(token: Token, *, line: int, text: Text) -> None:
    if token.type in {"html_block", "html_inline"}:
        text.html_lines.append(line)
    if token.type == "heading_open" and token.tag == "h1":
        text.high_headings.append(line)
    for child in token.children or ():
        if child.type == "html_inline":
            text.html_lines.append(line)
        if child.type == "link_open":
            text.links.append((str(child.attrs["href"]), line))
        if child.type == "image":
            text.pictures.append(
                Picture(
                    str(child.attrs["src"]),
                    child.content,
                    str(child.attrs.get("title", "")),
                    line,
                )
            )


def html(
    source: str,
    *,
    cite: Callable[[str], int] = lambda _key: 0,
    draw: Callable[[str, str], str] = lambda _name, _alternative: "",
) -> str:
    """Return one piece of Markdown as safe HTML.

    Args:
        source: the Markdown.
        cite: gives the number of a source's note.
        draw: gives a picture's markup for (file name, text alternative).
    """
    env: dict[str, list[tuple[str, str, str]]] = {}
    raw = SAFE.render(source, env)
    clean = nh3.clean(
        raw.replace("<th>", '<th scope="col">'),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener",
    )
    pictures = env.get("pictures", [])

    def figure(match: re.Match[str]) -> str:
        number = int(match.group(1))
        if number >= len(pictures):
            return ""
        name, alternative, caption = pictures[number]
        under = f"<figcaption>{_plain(caption)}</figcaption>" if caption else ""
        return f'<figure class="picture">{draw(name, alternative)}{under}</figure>'

    def note(match: re.Match[str]) -> str:
        number = cite(match.group(1))
        return f'<sup><a class="cite" href="#source-{number}">{number}</a></sup>'

    clean = LOOSE_PICTURE.sub(figure, PICTURE.sub(figure, clean))
    return CITATION.sub(note, clean).strip()


def line_html(source: str) -> str:
    """Return one line of Markdown (an option, a stem) as safe HTML without a paragraph."""
    return nh3.clean(SAFE.renderInline(source), tags={"strong", "em", "code"}, attributes={})
