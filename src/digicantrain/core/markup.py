"""Markdown of authors becomes safe HTML: text, numbered notes, pictures, places of questions.

CommonMark with tables by markdown-it; our additions stand in docs/author/files.md. Whatever went
in, the result is cleaned by nh3; only then notes and pictures, which are made here, are put in.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin

# Raise this when the same Markdown becomes other HTML: an import then renders modules anew.
RENDERING = 1

CALLOUTS = ("moment", "example", "think", "note", "takeaway")
QUESTION = re.compile(r"^\{\{\s*question:\s*([A-Za-z0-9_-]+)\s*\}\}\s*$")
CITATION = re.compile(r"\[@([A-Za-z0-9][A-Za-z0-9_.-]*)\]")
OUTSIDE = re.compile(r"^(https?://[^\s/]|mailto:[^\s@]+@)")
NOTE = re.compile(r'<cite data-key="([A-Za-z0-9_.-]+)"></cite>')
FIGURE = re.compile(r'<figure data-number="(\d+)"></figure>')

TAGS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "code", "pre", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td", "div", "details", "summary", "hr", "br",
    "cite", "figure",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "cite": {"data-key"},
    "details": {"class"},
    "div": {"class", "tabindex"},
    "figure": {"data-number"},
    "ol": {"start"},
    "table": {"class"},
    "th": {"scope"},
}
HIGHEST, DEEPEST = 2, 4

Cite = Callable[[str], str]
Draw = Callable[[str, str], str]


class Fault(NamedTuple):
    """Something in a text that cannot be shown; lines count from 1."""

    line: int
    what: str
    mend: str


class Picture(NamedTuple):
    """A picture in a text: its file, its text alternative, its caption, its line."""

    name: str
    alternative: str
    caption: str
    line: int


@dataclass
class Text:
    """What a text holds; `pieces` are ("markdown", source) and ("question", id)."""

    pieces: list[tuple[str, str]] = field(default_factory=list)
    cited: list[tuple[str, int]] = field(default_factory=list)
    questions: list[tuple[str, int]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def _citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    found = CITATION.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("citation", "", 0).content = found.group(1)
    state.pos = found.end()
    return True


def _free_pictures(state: StateCore) -> None:
    """Take the paragraph away around a picture that stands alone in it."""
    for before, token in zip(state.tokens, state.tokens[1:], strict=False):
        if before.type == "paragraph_open" and token.type == "inline":
            token.meta["alone"] = len(token.children or ()) == 1
            before.hidden = token.meta["alone"] and _has_picture(token)
        if before.type == "inline" and token.type == "paragraph_close":
            token.hidden = before.meta["alone"] and _has_picture(before)


def _has_picture(token: Token) -> bool:
    return any(child.type == "image" for child in token.children or ())


def _name_cells(state: StateCore) -> None:
    """Say what each head heads; where the first head is empty, first cells head their rows."""
    heads_rows = False
    for i, token in enumerate(state.tokens):
        if token.type == "th_open":
            token.attrs = {"scope": "col"}
        elif token.type == "tr_open":
            cell, words, end = state.tokens[i + 1 : i + 4]
            if cell.type == "th_open":
                heads_rows = not words.content.strip()
            is_head = heads_rows == (cell.type == "td_open")
            cell.tag = end.tag = "th" if is_head else "td"
            cell.attrs = {"scope": "row"} if is_head and heads_rows else cell.attrs


def _parser(*, html: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": html}).enable("table")
    parser.inline.ruler.before("link", "citation", _citation)
    parser.core.ruler.push("free_pictures", _free_pictures)
    parser.core.ruler.push("name_cells", _name_cells)
    for name in CALLOUTS:
        container_plugin(parser, name, render=_callout(name))
    container_plugin(parser, "reveal", render=_reveal)
    for rule, render in RULES.items():
        parser.add_render_rule(rule, render)
    return parser


def _callout(name: str) -> Callable[..., str]:
    def render(
        _renderer: RendererHTML, tokens: Sequence[Token], i: int, _o: OptionsDict, _e: EnvType
    ) -> str:
        if tokens[i].nesting == 1:
            return f'<div class="callout callout--{name}">\n'
        return "</div>\n"

    return render


def _reveal(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _o: OptionsDict, _e: EnvType
) -> str:
    if tokens[i].nesting != 1:
        return "</div></details>\n"
    title = plain(tokens[i].info.strip().removeprefix("reveal").strip())
    return f'<details class="reveal"><summary>{escape(title)}</summary><div>\n'


def _render_citation(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _o: OptionsDict, _e: EnvType
) -> str:
    return f'<cite data-key="{tokens[i].content}"></cite>'


def _render_picture(
    _renderer: RendererHTML, tokens: Sequence[Token], i: int, _o: OptionsDict, env: EnvType
) -> str:
    pictures = env.setdefault("pictures", [])
    pictures.append(_picture(tokens[i], line=0))
    return f'<figure data-number="{len(pictures) - 1}"></figure>'


TABLE = '<div class="table-frame" tabindex="0"><table class="govuk-table">'
RULES: dict[str, Callable[..., str]] = {
    "citation": _render_citation,
    "image": _render_picture,
    # A wide table scrolls inside its frame; the frame takes the focus so that keys can scroll it.
    "table_open": lambda *_args: f"{TABLE}\n",
    "table_close": lambda *_args: "</table></div>\n",
}


def escape(text: str) -> str:
    """Return text as it stands in HTML, also inside a quoted attribute."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text


def _picture(token: Token, *, line: int) -> Picture:
    alternative = "".join(_spoken(token.children or (), cite=lambda _key: ""))
    name, caption = str(token.attrs["src"]), str(token.attrs.get("title", ""))
    return Picture(name, alternative.strip(), caption, line)


SAFE = _parser(html=False)
LOOSE = _parser(html=True)


def read(source: str) -> Text:
    """Return what a Markdown text holds, with its faults."""
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
    return text


def read_line(source: str) -> Text:
    """Return what a text holds that is shown without formatting: emphasis falls away."""
    text = Text()
    token = LOOSE.parseInline(source)[0]
    token.map = [0, 1]
    _inline(token, offset=0, text=text)
    for child in token.children or ():
        if child.type in {"image", "link_open"}:
            text.faults.append(
                Fault(1, "This text is shown without pictures and links.", "Say it in words.")
            )
    return text


def _take(part: str, *, offset: int, text: Text) -> None:
    if not part.strip():
        return
    text.pieces.append(("markdown", part))
    level = HIGHEST
    for token in LOOSE.parse(part):
        line = offset + (token.map[0] if token.map else 0) + 1
        if token.type == "html_block":
            text.faults.append(_html(line))
        elif token.type == "heading_open":
            level = _heading(token, line=line, before=level, text=text)
        elif token.type == "container_reveal_open" and token.info.strip() == "reveal":
            text.faults.append(Fault(line, "The passage has no title.", "Write ::: reveal Title"))
        elif token.type == "inline":
            _inline(token, offset=offset, text=text)


def _html(line: int) -> Fault:
    return Fault(line, "The text holds HTML.", "Write it as Markdown.")


def _heading(token: Token, *, line: int, before: int, text: Text) -> int:
    level = int(token.tag[1:])
    if level < HIGHEST:
        mend = "Begin with ##: the step's title is the page's heading."
        text.faults.append(Fault(line, "The heading is too high.", mend))
    elif level > min(before + 1, DEEPEST):
        mend = f"Use {'#' * min(before + 1, DEEPEST)} or higher: no level may be left out."
        text.faults.append(Fault(line, "The heading is too deep.", mend))
    return max(level, HIGHEST)


def _inline(token: Token, *, offset: int, text: Text) -> None:
    line = offset + (token.map[0] if token.map else 0) + 1
    alone = len(token.children or ()) == 1
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
        elif child.type == "citation":
            text.cited.append((child.content, line))
        elif child.type == "image":
            _look_at_picture(_picture(child, line=line), alone=alone, text=text)
        else:
            text.faults += _faults(child, line)


def _look_at_picture(picture: Picture, *, alone: bool, text: Text) -> None:
    text.pictures.append(picture)
    if not alone:
        mend = "Leave a line empty before and after it."
        text.faults.append(Fault(picture.line, "A picture stands inside a sentence.", mend))
    if not picture.alternative:
        what = f"{picture.name} has no text alternative."
        mend = "Say between the brackets what the picture teaches."
        text.faults.append(Fault(picture.line, what, mend))


LEFT_OVER = (
    ("[@", "This is no citation.", "Write [@source-id], one source in each pair of brackets."),
    ("{{", "This is no question.", "Write {{ question: item-id }} alone on its line."),
    ("](", "This is no link.", "Write [words](https://...), the address without blanks."),
)


def _faults(token: Token, line: int) -> Iterator[Fault]:
    if token.type == "html_inline":
        yield _html(line)
    if token.type == "link_open" and not OUTSIDE.match(str(token.attrs["href"])):
        what = f"The link “{token.attrs['href']}” leads nowhere."
        yield Fault(line, what, "Link to an https address; steps are named by their titles.")
    if token.type == "text":
        for sign, what, mend in LEFT_OVER:
            if sign in token.content:
                yield Fault(line, what, mend)
        if token.content.startswith(":::"):
            mend = f"Open with ::: and one of {', '.join((*CALLOUTS, 'reveal'))}; close with :::."
            what = "This sets nothing apart; no question may stand inside."
            yield Fault(line, what, mend)


def html(source: str, *, cite: Cite = lambda _key: "", draw: Draw = lambda _n, _a: "") -> str:
    """Return Markdown as safe HTML.

    Args:
        source: the Markdown.
        cite: gives the markup of a note for a source's id.
        draw: gives a picture's markup for (file name, text alternative).
    """
    env: dict[str, list[Picture]] = {}
    clean = nh3.clean(
        SAFE.render(source, env),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener",
    )

    def figure(match: re.Match[str]) -> str:
        picture = env["pictures"][int(match.group(1))]
        under = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
        drawing = draw(picture.name, picture.alternative)
        return f'<figure class="picture">{drawing}{under}</figure>'

    return NOTE.sub(lambda match: cite(match.group(1)), FIGURE.sub(figure, clean)).strip()


def plain(source: str, *, cite: Cite = lambda _key: "") -> str:
    """Return a text without formatting; a note becomes what `cite` says."""
    return "".join(_spoken(SAFE.parseInline(source)[0].children or (), cite=cite)).strip()


def _spoken(tokens: Sequence[Token], *, cite: Cite) -> Iterator[str]:
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif token.type == "citation":
            yield cite(token.content)
        elif token.type == "image":
            yield from _spoken(token.children or (), cite=cite)
        else:
            yield token.content
