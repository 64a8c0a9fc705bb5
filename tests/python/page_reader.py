"""What a page says and what it is made of."""

from html.parser import HTMLParser

#: Elements a picture is made of.
SVG = {
    "svg", "g", "path", "rect", "line", "circle", "polygon", "polyline", "text", "tspan", "desc", "ellipse",
    "defs", "pattern", "title",
}  # fmt: skip


class Reader(HTMLParser):
    """Tags, attributes and visible text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.texts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)
        if tag not in ("br", "col", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)
