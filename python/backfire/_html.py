"""HTML from names and numbers that somebody else wrote: whatever is given is text until a function here made it markup.

Only the tags of ``TAGS`` can be made, no attribute can carry a script, and nothing refers to another place, so what is
built here is safe to show in a notebook, to mail and to print.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

#: Every tag that can be made.
TAGS = frozenset(
    [
        "article",
        "aside",
        "b",
        "bdi",
        "body",
        "br",
        "caption",
        "code",
        "col",
        "data",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "head",
        "header",
        "html",
        "li",
        "main",
        "meta",
        "nav",
        "ol",
        "p",
        "section",
        "small",
        "span",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_VOID = frozenset({"br", "col", "meta"})
_ATTRIBUTES = re.compile(
    r"class|id|lang|dir|role|scope|open|tabindex|colspan|value|charset|name|content|http-equiv|aria-[a-z]+"
)
#: Control characters have no place in HTML text; tab and line ends do.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

#: How tables look in a notebook; readable without it, too.
_STYLE = (
    ".backfire{font:14px/1.5 system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',"
    "sans-serif;max-width:60em}"
    ".backfire table{border-collapse:collapse;margin:.4em 0 1em}"
    ".backfire th,.backfire td{padding:.2em .8em .2em 0;text-align:left;vertical-align:top;border-bottom:1px solid #8884}"
    ".backfire .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".backfire caption{text-align:left;font-weight:600;padding:.2em 0}"
    ".backfire figure{margin:.4em 0 1em;max-width:640px}"
    ".backfire .scroll{overflow-x:auto}.backfire small{opacity:.7}"
)


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return str(self)


#: Tables of at most so many rows stay on one sheet of paper.
SHORT = 15


def text(value: object) -> Markup:
    """Anything as text; markup stays what it is."""
    if isinstance(value, Markup):
        return value
    return Markup(escape(_CONTROL.sub("\ufffd", str(value)), quote=True))


def name(value: object) -> Markup:
    """A name somebody gave, apart from the direction of the text around it."""
    return element("bdi", value)


def join(children: Iterable[object], between: str = "") -> Markup:
    """Children one after another; what is None is left out."""
    return Markup(text(between).join(text(c) for c in children if c is not None))


def element(tag: str, /, *children: object, **attributes: object) -> Markup:
    """One element; ``class_`` is class, ``aria_label`` is aria-label; an attribute that is None is left out."""
    if tag not in TAGS:
        raise ValueError(f"there is no tag '{tag}' here")
    shown = []
    for key, value in attributes.items():
        attribute = key.rstrip("_").replace("_", "-")
        if not _ATTRIBUTES.fullmatch(attribute):
            raise ValueError(f"there is no attribute '{attribute}' here")
        if value is not None:
            shown.append(f' {attribute}="{text(value)}"')
    opening = f"<{tag}{''.join(shown)}>"
    return Markup(opening if tag in _VOID else f"{opening}{join(children)}</{tag}>")


def link(target: str, *children: object) -> Markup:
    """A link to the element of this page whose id is ``target``; there are no others."""
    if not re.fullmatch("[a-z0-9-]+", target):
        raise ValueError(f"'{target}' is no id of a page")
    return Markup(f'<a href="#{target}">{join(children)}</a>')


def number(value: float | None, shown: str) -> Markup:
    """A figure as people read it, carrying the figure itself as it stands in its table."""
    return text(shown) if value is None else element("data", shown, value=repr(float(value)))


def table(
    columns: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    numeric: Iterable[int] = (),
    caption: object = None,
    row_heads: int = 1,
) -> Markup:
    """A table that scrolls by itself where it is too wide; the first ``row_heads`` cells of a row are its head.

    ``numeric`` names the columns (from 0) that are set flush right.
    """
    right = set(numeric)
    css = ["n" if i in right else None for i in range(len(columns))]
    head = element(
        "tr", *(element("th", c, scope="col", class_=k) for c, k in zip(columns, css, strict=True))
    )
    body = [
        element(
            "tr",
            *(
                element("th", cell, scope="row", class_=k) if i < row_heads else element("td", cell, class_=k)
                for i, (cell, k) in enumerate(zip(row, css, strict=True))
            ),
        )
        for row in rows
    ]
    inner = element(
        "table",
        None if caption is None else element("caption", caption),
        element("thead", head),
        element("tbody", *body),
    )
    return element("div", inner, class_="scroll short" if len(body) <= SHORT else "scroll", tabindex="0")


def figure(svg: str, tall: bool = False) -> Markup:
    """A picture of this package, whose texts are escaped already; its root's style attribute is left to the page.

    ``tall`` marks one that must be made smaller to fit a sheet of paper.
    """
    bare = Markup(re.sub(r"^(<svg[^>]*?) style=\"[^\"]*\"", r"\1", svg, count=1))
    return element("figure", bare, class_="tall" if tall else None)


def shown(*children: object) -> str:
    """What a notebook shows for an answer."""
    return element("div", element("style", Markup(_STYLE)), *children, class_="backfire")
