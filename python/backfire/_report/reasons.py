"""Why people do it, and where the answer tips: the sections that ask the model again."""

from collections.abc import Iterator

from backfire import _html, _why, pictures
from backfire._report.chapter import Chapter
from backfire._verdict import Move
from backfire._words import Name, Part, sentence

#: Of so many situations, the action that moves most is explained.
_EXPLAINED = 2
#: Smaller changes of a probability are not explained: in words they would read as none.
_LARGE = 0.02
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
    rows = [
        [c.show(_part(c, row["part"], row["name"])), *(c.money(row[k], signed=True) for k in _COLUMNS)]
        for row in explanation.changes
        if any(abs(row[k] or 0.0) >= 0.005 for k in _COLUMNS)
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
    return _html.join([heading, *said, table])


def _part(c: Chapter, part: str, name: str) -> Part:
    """What a row of a ledger is called: the rule's title, or the kind of reason."""
    return Name(c.titles.rule(name)) if part in ("rule", "price") else sentence(f"explain.part.{part}")
