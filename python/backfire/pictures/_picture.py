"""Picture: one finished drawing with its alternative text and its Vega-Lite form."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backfire._written import write_text
from backfire.pictures._drawing import Drawing
from backfire.pictures._type import cleaned

_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

_STOPS = (".", "?", "!", "\u3002", "\uff1f", "\uff01")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing. Immutable; shows itself in notebooks.

    Attributes
    ----------
    svg : str
        One SVG element without scripts or references to anything outside; as wide as its place up to a bound.
    alt : str
        What it shows in a sentence or two, with the numbers that matter; the SVG holds it too.
    """

    svg: str
    alt: str
    _vega: str | None = None

    @property
    def vega(self) -> dict[str, Any] | None:
        """The same figures as a Vega-Lite specification with its data in it, a fresh dict."""
        spec: dict[str, Any] | None = None if self._vega is None else json.loads(self._vega)
        return spec

    def save(self, path: str | Path) -> None:
        """Writes the SVG to a file, which is complete or not there at all.

        Raises
        ------
        ValueError
            The name does not end in ``.svg``.
        OSError
            The file cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() != ".svg":
            raise ValueError(f"pictures are saved as .svg, not as '{path.name}'")
        write_text(path, f'<?xml version="1.0" encoding="UTF-8"?>\n{self.svg}\n')

    def _repr_html_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Picture: {self.alt}>"


def _ended(sentence: str, language: str) -> str:
    sentence = sentence.rstrip(":\uff1a")
    stop = "" if sentence.endswith(_STOPS) else "。" if language == "zh" else "."
    return sentence[:1].upper() + sentence[1:] + stop


def finished(
    drawing: Drawing,
    title: str,
    sentences: list[str],
    language: str,
    prefix: str | None,
    vega: dict[str, Any] | None,
    widest: float = 640,
) -> Picture:
    """The picture of a drawing; the sentences become its alternative text, after the title."""
    alt = ("" if language == "zh" else " ").join(_ended(cleaned(s), language) for s in (title, *sentences))
    svg = drawing.svg(title, alt, language, prefix, widest)
    spec = None
    if vega is not None:
        spec = {"$schema": _SCHEMA, "description": alt, "title": {"text": title, "anchor": "start"}} | vega
    return Picture(svg, alt, None if spec is None else json.dumps(spec, ensure_ascii=False, allow_nan=False))
