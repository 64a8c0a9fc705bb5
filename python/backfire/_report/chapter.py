"""What the sections about one reform share: its verdict, titles, and how its figures are written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from backfire import _html, _verdict
from backfire._answers import Comparison, Solution
from backfire._messages import known, say
from backfire._scenario import Scenario
from backfire._titles import Titles
from backfire._words import Money, Name, Number, Part, Points, Sentence, Share, as_html, sentence
from backfire.pictures import Picture

WHOLE = {"segment": "all", "condition": "all"}


@dataclass(frozen=True)
class Chapter:
    """One reform of a comparison, for a reader of one language."""

    comparison: Comparison
    reform: str
    language: str
    place: int

    @cached_property
    def baseline(self) -> Scenario:
        """The scenario as it stands."""
        return self.comparison.baseline.scenario

    @cached_property
    def solution(self) -> Solution:
        """What people do under the reform."""
        return self.comparison.reforms[self.reform]

    @cached_property
    def titles(self) -> Titles:
        """The baseline's titles, then those the reform brings."""
        return Titles(self.language, self.baseline, self.solution.scenario)

    @cached_property
    def title(self) -> str:
        """What the reform is called."""
        return _verdict.reform_called(self.comparison, self.reform, self.language)

    @cached_property
    def verdict(self) -> _verdict.Verdict:
        """What the reform comes to."""
        return _verdict.verdict(self.comparison, self.reform)

    @cached_property
    def documents(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The baseline's and the reform's documents."""
        return self.baseline.to_dict(), self.solution.scenario.to_dict()

    def label(self, key: str, **values: Part) -> _html.Markup:
        """Words of the catalogue."""
        return as_html(sentence(key, **values), self.language)

    def say(self, *sentences: Sentence) -> _html.Markup:
        """Sentences as a paragraph."""
        return _html.element("p", _html.join((as_html(s, self.language) for s in sentences), " "))

    def show(self, part: Part) -> _html.Markup:
        """A name or figure."""
        return as_html(part, self.language)

    def money(self, amount: float | None, signed: bool = False) -> _html.Markup:
        """An amount in a table that names its currency; a dash where there is none."""
        return self.nothing if amount is None else self.show(Money(amount, "", signed))

    def share(self, share: float | None) -> _html.Markup:
        """A share of agents; a dash where there is none."""
        return self.nothing if share is None else self.show(Share(share, fine=True))

    @property
    def nothing(self) -> _html.Markup:
        """What stands where there is no figure."""
        return self.label("row.nothing")

    @property
    def currency(self) -> Name:
        """What the document's money is called."""
        return Name(known("unit", self.verdict.currency, self.language))

    @property
    def period(self) -> Name:
        """What a period is called."""
        return Name(self.titles.period())

    def kpi_figure(self, kpi: str, value: float | None, unit: str, signed: bool = False) -> Part:
        """A KPI's value: a percentage where it is a share of events on a scale of 1."""
        forms = (d.get("policy", {}).get("kpis", {}).get(kpi) for d in self.documents)
        form: dict[str, Any] = next((f for f in forms if f), {})
        if "share" in form and "scale" not in form and unit == "1":
            return Points(value) if signed else Share(value, fine=True)
        return Number(value, unit, signed)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]], **options: Any) -> _html.Markup:
        """A table whose columns are named by keys of the catalogue."""
        return _html.table([self.label(f"col.{c}") for c in columns], rows, **options)

    def figure(self, draw: Callable[..., Picture], kind: str, **options: Any) -> _html.Markup:
        """A picture of the reform; how wide it may be is the page's matter, whose policy allows no styles but its own."""
        drawn = draw(
            self.comparison, self.reform, language=self.language, prefix=f"reform-{self.place}-{kind}"
        )
        return _html.figure(drawn.svg)

    def section(self, heading: str, *children: object) -> _html.Markup:
        """A section under its heading."""
        return _html.element("section", _html.element("h3", say(f"head.{heading}", self.language)), *children)
