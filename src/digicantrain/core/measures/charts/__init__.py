"""Charts of results as SVG of our own: readable in black and white, equal for equal results.

`wording` holds the words and how wide they are, `scales` turns values into pixels, `drawing` makes
marks of them, `rows` draws intervals under each other, `chart` is what a chart is made of. Each
chart stands in a module of its own: `change`, `flow`, `wright`, `curves`, `quadrants`, `forest`,
`gaps`. Nothing here computes a statistic, and nothing needs numpy.
"""
