"""Sliders on numbers of a scenario: what people do and what their work is worth follow each move, solved exactly."""

import time
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from backfire import _html, _verdict, pictures
from backfire._answers import Comparison, Solution, compare, solve
from backfire._errors import MissingPackageError, ScenarioError
from backfire._messages import check_language, known, say
from backfire._scenario import Scenario
from backfire._sliders import plain, sliders_of
from backfire._titles import Titles
from backfire._words import Money, Number, Part, Share, as_html, as_text, sentence

_WHOLE = {"segment": "all", "condition": "all"}
#: What the sliders' edits are called inside the comparison; nobody sees it.
_MOVED = "sliders"


class Explorer:
    """Sliders and the answer they lead to; shows itself in notebooks.

    Attributes
    ----------
    scenario : Scenario
        What the sliders started from.
    widget
        The anywidget that a notebook shows.
    comparison : Comparison
        The scenario against the sliders' edits, exactly what `compare` gives.
    reform : dict
        The edits that ``comparison`` answers, path to value, ready for `solve` and `compare`; empty at the start.
    message : str
        Why the values last asked for have no answer; empty where they have one.
    seconds : float
        How long the last answer took.
    """

    def __init__(
        self,
        scenario: Scenario,
        paths: Iterable[str] | Mapping[str, tuple[float, float]] | None,
        language: str,
    ) -> None:
        panel = _panel()
        self.scenario = scenario
        self._language = language
        self._sliders = sliders_of(scenario, paths)
        self._texts = Titles(language, scenario)
        self.message = ""
        self._baseline = solve(scenario)  # once: each move solves the edits only
        self._answer({})
        self.widget = panel(fixed=self._fixed(), answer=self._figures(0))
        self.widget.observe(self._asked, names="asked")

    @property
    def solution(self) -> Solution:
        """What people do under the sliders' edits."""
        return self.comparison.reforms[_MOVED]

    def _answer(self, reform: dict[str, float]) -> None:
        started = time.perf_counter()
        comparison: Comparison = compare(self._baseline, {_MOVED: dict(reform)})
        self.comparison, self.reform = comparison, reform
        self.seconds = time.perf_counter() - started

    def _asked(self, change: Any) -> None:
        """Answers a move; whatever happens the view learns that it may send the next one."""
        asked = change["new"]
        try:
            self._move(asked.get("values", {}))
        finally:
            self.widget.answer = self._figures(asked.get("seq", 0))

    def _move(self, values: Mapping[str, Any]) -> None:
        numbers = {s.path: s.now for s in self._sliders}
        numbers |= {path: plain(value) for path, value in values.items() if path in numbers}
        try:
            self._answer({s.path: numbers[s.path] for s in self._sliders if numbers[s.path] != s.now})
            self.message = ""
        except ScenarioError as error:
            problems = "; ".join(
                f"{d.message} ({d.hint})" if d.hint else d.message for d in error.diagnostics
            )
            self.message = self._say("explore.broken", problems=problems)

    def _say(self, key: str, **values: object) -> str:
        return say(key, self._language, **values)

    def _text(self, part: Part) -> str:
        return as_text(part, self._language)

    def _fixed(self) -> dict[str, Any]:
        """What no move changes: names, and every stop of every slider with its text."""
        return {
            "language": {"en": "en", "zh": "zh-Hans"}[self._language],
            "title": self._texts.scenario(),
            "reset": self._say("explore.reset"),
            "choices": self._say("explore.choices"),
            "work": self._caption(),
            "columns": [self._say(k) for k in ("col.what", "explore.stands", "explore.moved", "col.change")],
            "sliders": [
                {
                    "path": s.path,
                    "title": self._texts.path(s.path),
                    "stops": s.stops,
                    "labels": [self._text(Number(stop, s.unit)) for stop in s.stops],
                    "start": s.stops.index(s.now),
                }
                for s in self._sliders
            ],
        }

    def _caption(self) -> str:
        currency = known("unit", self.scenario._core.currency(), self._language)
        return self._say("explore.work", currency=currency, period=self._texts.period())

    def _words(self) -> list[Part]:
        """The verdict: a few words, its size, and what the solver could not settle."""
        if not self.reform:
            status = self.comparison.baseline.status
            said = [sentence("explore.start")]
        else:
            v = _verdict.verdict(self.comparison, _MOVED)
            titles = _verdict.comparison_titles(self.comparison, _MOVED, self._language)
            return [_verdict.badge(v), _verdict.headline(v, titles), *_verdict.warnings(v, titles)]
        return said if status == "converged" else [*said, sentence(f"status.{status}")]

    def _work(self) -> list[tuple[str, Money, Money, Money]]:
        currency = ""  # the caption names it
        rows = {r["party"]: r for r in self.comparison.values.where(reform=_MOVED, figure="work", **_WHOLE)}
        return [
            (
                party,
                Money(rows[party]["baseline"], currency),
                Money(rows[party]["value"], currency),
                Money(rows[party]["delta"], currency, signed=True),
            )
            for party in ("organisation", "customer")
        ]

    def _figures(self, seq: int) -> dict[str, Any]:
        """What a move changes, in words and numbers; ``seq`` says which move it answers."""
        shares = self.comparison.behaviour.where(reform=_MOVED, figure="probability", **_WHOLE)
        return {
            "seq": seq,
            "reform": dict(self.reform),
            "words": [self._text(part) for part in self._words()],
            "message": self.message,
            "time": self._say("explore.time", seconds=f"{self.seconds:.2f}"),
            "actions": [
                {
                    "name": f"{r['situation']}.{r['action']}",
                    "situation": self._texts.situation(r["situation"]),
                    "action": self._texts.action(r["situation"], r["action"]),
                    "before": r["baseline"],
                    "value": r["value"],
                    "shown": self._text(Share(r["value"], fine=True)),
                }
                for r in shares
            ],
            "work": [
                [self._say(f"row.{party}"), *(self._text(m) for m in amounts)]
                for party, *amounts in self._work()
            ],
        }

    def _numbers(self) -> list[list[_html.Markup]]:
        rows = []
        for s in self._sliders:
            value = self.reform.get(s.path, s.now)
            shown: Part = Number(value, s.unit)
            if value != s.now:
                shown = sentence("explore.now", number=shown, before=Number(s.now, s.unit))
            rows.append([_html.name(self._texts.path(s.path)), as_html(shown, self._language)])
        return rows

    def _repr_html_(self) -> str:
        """What shows where widgets cannot: the figures as they were when the cell ran."""
        language = self._language
        picture = (
            pictures.behaviour(self.comparison, _MOVED, language=language)
            if self.reform
            else pictures.behaviour(self.solution, language=language)
        )
        work = [
            [self._say(f"row.{party}"), *(as_html(m, language) for m in amounts)]
            for party, *amounts in self._work()
        ]
        return _html.shown(
            _html.element("p", _html.element("strong", _html.name(self._texts.scenario()))),
            _html.element("p", self._say("explore.static")),
            _html.table([self._say("col.number"), self._say("col.value")], self._numbers(), numeric=[1]),
            *(_html.element("p", as_html(part, language)) for part in self._words()),
            _html.figure(picture.svg),
            _html.table(self._fixed()["columns"], work, numeric=[1, 2, 3], caption=self._caption()),
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live view, and what stands for it where there is none."""
        bundle = self.widget._repr_mimebundle_(**kwargs)
        mimes, about = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**mimes, "text/plain": repr(self), "text/html": self._repr_html_()}, about

    def _ipython_display_(self) -> None:
        """Two outputs: the live view, and folded below it what a saved notebook shows when no kernel answers any more."""
        from IPython.display import display  # part of every notebook's kernel

        bundle = self.widget._repr_mimebundle_()
        mimes, about = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        display({**mimes, "text/plain": repr(self)}, metadata=about, raw=True)
        summary = _html.element("summary", self._say("explore.saved"))
        fold = _html.element("details", summary, _html.Markup(self._repr_html_()))
        display({"text/html": str(fold), "text/plain": self._say("explore.saved")}, raw=True)

    def __repr__(self) -> str:
        words = " ".join(self._text(part) for part in self._words())
        return f"<Explorer {self.scenario.name}: {self.reform or 'as it stands'}. {words}>"


@cache
def _panel() -> Any:
    """The widget's class; made when first needed, since anywidget is an optional package."""
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise MissingPackageError("explore needs anywidget: pip install backfire[explore]") from None
    here = resources.files("backfire")

    class Panel(anywidget.AnyWidget):  # type: ignore[misc]
        _esm = here.joinpath("_explore.js").read_text(encoding="utf-8")
        _css = here.joinpath("_explore.css").read_text(encoding="utf-8")
        fixed = traitlets.Dict().tag(sync=True)
        #: {"seq": number of the move, "values": {path: number}}, written by the view; what it leaves out is unmoved.
        asked = traitlets.Dict().tag(sync=True)
        #: What the move ``seq`` led to. The view sends its newest values only once the last move is answered.
        answer = traitlets.Dict().tag(sync=True)

    return Panel


def explore(
    scenario: Scenario,
    paths: Iterable[str] | Mapping[str, tuple[float, float]] | None = None,
    *,
    language: str = "en",
) -> Explorer:
    """Sliders on numbers of a scenario, for a notebook: behaviour and the value of the work follow each move.

    Every move is solved exactly as `compare` does. While one is being solved, further moves wait and only the newest is
    solved next.

    Parameters
    ----------
    scenario : Scenario
        How things stand; the sliders start there.
    paths : iterable of str, or mapping of str to (float, float), optional
        Where the numbers stand, as in reforms, e.g. ``rules.callback_deduction.pay``; with a mapping, the range of each.
        By default the policy's amounts, at most eight, the largest in money. A range not given runs to twice the number,
        and for money as far on the other side of 0.
    language : str
        ``en`` or ``zh``.

    Raises
    ------
    MissingPackageError
        An ImportError, without anywidget: ``pip install backfire[explore]``.
    ScenarioError
        With every path that does not exist or holds no number, and every empty range.
    ValueError
        There is no amount to move and no path is given, or there is no such language.
    """
    return Explorer(scenario, paths, check_language(language))
