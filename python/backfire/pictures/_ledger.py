"""What an action is worth beside its alternative, part by part."""

from typing import Any

from backfire._messages import say
from backfire._titles import Titles
from backfire._why import Explanation
from backfire.pictures._bars import Bar, draw_bars
from backfire.pictures._drawing import Drawing
from backfire.pictures._picture import Picture, finished
from backfire.pictures._words import sentence_money


def ledger(explanation: Explanation, *, language: str = "en", prefix: str | None = None) -> Picture:
    """The parts of an action's value as bars: to the right they speak for it, to the left for its alternative.

    Bars are the column ``difference`` of `Explanation.ledger` (the action's own value where it has no alternative), each
    from 0; the last bar is their sum. Money per occasion, as those who choose feel it. Parts that are 0 are left out.

    Parameters
    ----------
    explanation : Explanation
    language : str
        ``en`` or ``zh``.
    prefix : str, optional
        What the SVG's ids begin with; by default a mark made of the content.

    Raises
    ------
    ValueError
        No such language.
    """
    titles = Titles(language, explanation.scenario)
    currency = explanation.scenario._core.currency()
    alone = explanation.alternative is None

    def money(value: float, signed: bool = True) -> str:
        return sentence_money(value, currency, language, signed)

    def title_of(action: str) -> str:
        return titles.action(*action.split("."))

    bars: list[Bar] = []
    for row in explanation.ledger:
        amount = row["action"] if alone else row["difference"]
        if abs(amount) < 0.005:
            continue
        note = ""
        if not alone:
            note = say(
                "picture.ledger.both",
                language,
                action=money(row["action"]),
                alternative=money(row["alternative"]),
            )
        bars.append(
            Bar(
                _name(row, titles), 0.0, amount, money(amount), note, hatched=row["part"] in ("rule", "price")
            )
        )
    total = explanation.value if alone else explanation.difference or 0.0
    bars.append(Bar(say("picture.ledger.sum", language), 0.0, total, money(total), total=True))
    action = title_of(explanation.action)
    if alone:
        title = say("picture.ledger.alone", language, action=action, amount=money(total))
        subtitle = say("picture.ledger.shown_alone", language)
    else:
        key = "for" if total >= 0 else "against"
        other = title_of(explanation.alternative or "")
        title = say(
            f"picture.ledger.{key}",
            language,
            action=action,
            alternative=other,
            amount=money(abs(total), False),
        )
        subtitle = say("picture.ledger.shown", language, action=action, alternative=other)
    drawing = Drawing()
    drawing.header(title, subtitle)
    draw_bars(drawing, bars, "0")
    sentences = [say("picture.named_figure", language, name=b.name, figure=b.figure) for b in bars[:-1]]
    return finished(drawing, title, sentences, language, prefix, _vega(bars, currency))


def _name(row: dict[str, Any], titles: Titles) -> str:
    if row["part"] in ("rule", "price"):
        return titles.rule(row["name"])
    return say(f"picture.ledger.{row['part']}", titles.language)


def _vega(bars: list[Bar], currency: str) -> dict[str, Any]:
    rows = [{"name": b.name, "amount": b.end, "total": b.total} for b in bars]
    return {
        "width": "container",
        "data": {"values": rows},
        "mark": {"type": "bar", "stroke": "#1a1a1a"},
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"labelLimit": 260},
            },
            "x": {"field": "amount", "type": "quantitative", "title": currency},
            "color": {"condition": {"test": "datum.amount < 0", "value": "#f0b06a"}, "value": "#14508c"},
        },
    }
