"""Why people do it, and where the answer tips: the sections that ask the model again."""

import json
import re
from collections.abc import Iterator, Sequence

from backfire import _break_even, _html, _verdict, _why, pictures
from backfire._errors import ScenarioError
from backfire._progress import Progress, Steps, shown
from backfire._report.chapter import Chapter
from backfire._scenario import diff
from backfire._verdict import Move
from backfire._words import Money, Name, Number, Part, Sentence, sentence

#: Of so many situations, the action that moves most is explained.
_EXPLAINED = 2
#: Smaller changes of a probability are not explained: in words they would read as none.
_LARGE = 0.02
#: Of the numbers a reform changes, so many are varied.
_VARIED = 2
_COLUMNS = ("baseline", "value", "delta")


def why(c: Chapter) -> _html.Markup | None:
    """For the actions that move most: what speaks for and against them, before and after; nothing where none moves."""
    told = [_told(c, move) for move in explained(c)]
    return c.section("why", *told) if told else None


def explained(c: Chapter) -> Iterator[Move]:
    """The actions that are explained: of each situation the one that moves most, as long as it moves enough."""
    situations: set[str] = set()
    for move in c.verdict.moves:
        there = move.before is not None and move.after is not None
        if there and abs(move.size) >= _LARGE and move.situation not in situations:
            situations.add(move.situation)
            yield move
        if len(situations) == _EXPLAINED:
            return


def whole(c: Chapter) -> _html.Markup | None:
    """The incentive graph as it stands, with the paths that carry what moves most; nothing where it is too large."""
    action = next((f"{m.situation}.{m.action}" for m in explained(c)), None)
    paths = [] if action is None else _why.explain(c.comparison.baseline, action).paths["nodes"]
    try:
        drawn = pictures.graph(
            c.baseline, [path.split(" → ") for path in paths], language=c.language, prefix="graph"
        )
    except ValueError:
        return None
    heading = _html.element("h2", c.label("head.graph"))
    said = [] if action is None else [c.say(sentence("say.graph", action=Name(_action(c, action))))]
    return _html.element("section", heading, *said, _html.figure(drawn.svg, tall=True))


def _action(c: Chapter, action: str) -> str:
    situation, _, name = action.partition(".")
    return c.titles.action(situation, name)


def _told(c: Chapter, move: Move) -> _html.Markup:
    explanation = _why.explain(c.comparison, c.reform, f"{move.situation}.{move.action}")
    said = [c.say(s) for s in _why.sentences(explanation, c.language)]
    seen = [row for row in explanation.changes if any(abs(row[k] or 0.0) >= 0.005 for k in _COLUMNS)]
    rows = [
        [c.show(_part(c, row["part"], row["name"])), *(c.money(row[k], signed=True) for k in _COLUMNS)]
        for row in seen
    ]
    heading = _html.element("h4", _html.name(c.titles.action(move.situation, move.action)))
    if explanation.alternative is None or not rows:
        return _html.join([heading, *said])
    other = explanation.alternative.partition(".")[2]
    caption = c.label(
        "say.ledger",
        action=Name(c.titles.action(move.situation, move.action)),
        alternative=Name(c.titles.action(move.situation, other)),
        currency=c.currency,
    )
    table = c.table(["reason", "before", "after", "change"], rows, numeric=[1, 2, 3], caption=caption)
    if any(row["part"] == "continuation" for row in seen):
        said.append(c.say(sentence("say.ledger.follows")))
    return _html.join([heading, *said, table])


def _part(c: Chapter, part: str, name: str) -> Part:
    """What a row of a ledger is called: the rule's title, or the kind of reason."""
    return Name(c.titles.rule(name)) if part in ("rule", "price") else sentence(f"explain.part.{part}")


def searched(chapters: Sequence[Chapter], progress: Progress) -> dict[str, _break_even.BreakEven]:
    """By path of a number that reforms change: where the organisation's work is worth what it is today.

    A number that several reforms change is searched once, over a range that holds those of all of them.
    """
    ranges: dict[str, tuple[float, float]] = {}
    for c in chapters:
        for path, low, high in _ranges(c):
            before = ranges.get(path, (low, high))
            ranges[path] = min(low, before[0]), max(high, before[1])
    with shown(progress) as told:
        steps = Steps(told, len(ranges))
        found = {path: _search(chapters[0], path, *ends, steps.next()) for path, ends in ranges.items()}
    return {path: answer for path, answer in found.items() if answer is not None}


def tipping(c: Chapter, answers: dict[str, _break_even.BreakEven]) -> _html.Markup | None:
    """For each number the reform changes: where the organisation's work is worth what it is today, and where most."""
    told = [_tips(c, answers[path]) for path, _, _ in _ranges(c) if path in answers]
    return c.section("tipping", *told) if told else None


def _ranges(c: Chapter) -> list[tuple[str, float, float]]:
    """The first numbers the reform changes, each with a range as far beyond both ends as these are apart."""
    found = []
    for row in diff(c.baseline, c.solution.scenario):
        if row["kind"] != "changed" or not _verdict.acts(row["path"]):
            continue
        before, after = json.loads(row["before"]), json.loads(row["after"])
        if all(isinstance(x, int | float) and not isinstance(x, bool) for x in (before, after)):
            apart = abs(after - before)
            found.append((row["path"], min(before, after) - apart, max(before, after) + apart))
    return found[:_VARIED]


def _search(
    c: Chapter, path: str, low: float, high: float, progress: Progress
) -> _break_even.BreakEven | None:
    third = (high - low) / 3
    for between in (
        (low, high),
        (low + third, high - third),
    ):  # not every number may be as large or small as that
        try:
            return _break_even.break_even(
                c.comparison.baseline, path, "work.organisation", between, against={}, progress=progress
            )
        except ScenarioError:
            continue
    return None


def _tips(c: Chapter, answer: _break_even.BreakEven) -> _html.Markup:
    said = [c.say(s) for s in [*_break_even.sentences(answer, c.language), *_best(c, answer)]]
    prefix = f"reform-{c.place}-{answer.path.replace('.', '-')}"
    prefix = re.sub("[^A-Za-z0-9_-]", lambda found: f"_{ord(found[0]):x}", prefix)
    drawn = pictures.break_even(answer, language=c.language, prefix=prefix)
    return _html.join([*said, _html.figure(drawn.svg)])


def _best(c: Chapter, answer: _break_even.BreakEven) -> list[Sentence]:
    """Of the values tried, the one at which the organisation's work is worth most, if that is more than today."""
    tried = [(row["value"], row["x"]) for row in answer.curve if row["value"] is not None]
    value, x = max(tried, key=lambda pair: (pair[0], -abs(pair[1] - answer.now)))
    if not _verdict.counts(value - answer.target, answer.target):
        return [sentence("say.tipping.none")]
    unit = c.baseline._core.unit_at(answer.path)
    gain = Money(value - answer.target, c.verdict.currency)
    return [sentence("say.tipping.best", x=Number(x, unit), gain=gain, period=c.period)]
