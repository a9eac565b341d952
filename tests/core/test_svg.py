"""Pictures of authors: drawing comes through, all else is refused."""

import re

import pytest

from digicantrain.core.svg import SvgError, inline, parse

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200">'


def svg(inside, head=HEAD):
    return f"{head}\n{inside}\n</svg>"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<style>a{}</style>",
        '<g onclick="alert(1)"/>',
        '<a href="https://a.b"><path d="M0 0"/></a>',
        '<image href="https://a.b/c.png"/>',
        '<use href="#x"/>',
        "<foreignObject><p/></foreignObject>",
        '<path d="M0 0" style="fill:url(https://a.b)"/>',
        '<path d="M0 0" fill="red"/>',
        '<animate attributeName="href"/>',
        '<g xmlns:x="http://www.w3.org/1999/xlink" x:href="https://a.b"/>',
        "<?xml-stylesheet href='https://a.b'?>",
        '<text class="govuk-skip-link">a</text>',
        '<text font-size="9">small</text>',
        '<text font-size="2em">odd</text>',
        '<p xmlns="http://www.w3.org/1999/xhtml">a</p>',
    ],
)
def test_what_can_act_load_or_confuse_is_refused_at_its_line(inside):
    """Threat 21: no script, no reference, no style."""
    with pytest.raises(SvgError) as refused:
        parse(svg(inside))

    assert refused.value.line == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<svg",
        "<p/>",
        '<svg viewBox="0 0 9 9"/>',
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg">'),
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 9">'),
        svg("", head='<svg xmlns="http://www.w3.org/2000/svg" viewBox="a b c d">'),
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg("<text>&amp;a;</text>"),
        '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]>' + svg("<text>&c;</text>"),
        svg("<g/>" * 60_000),
        svg("<g>" * 400 + "</g>" * 400),
    ],
)
def test_what_is_no_picture_is_refused(text):
    """Threat 31: no entity, no document type, no depth without end."""
    with pytest.raises(SvgError):
        parse(text)


def test_a_drawing_becomes_markup_that_its_alternative_names():
    drawing = svg(
        "<title>t</title><desc>d</desc><!-- c --><g transform='scale(2)'>"
        "<text class='ink' font-size='14'>a &lt; <tspan>b</tspan> &amp; c</text></g>"
    )

    made = inline(drawing, alternative='A "line" & <b>')

    assert made.startswith(
        '<svg class="picture__drawing" viewBox="0 0 320 200" role="img" '
        'aria-label="A &quot;line&quot; &amp; &lt;b&gt;">'
    )
    assert '<text class="ink" font-size="14">a &lt; <tspan>b</tspan> &amp; c</text>' in made
    assert not re.search("title|desc|<!--", made)
