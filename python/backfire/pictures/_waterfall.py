"""How a value's change splits: what the new rules do by themselves, and what people do about them."""

from typing import Any

from backfire._answers import Comparison
from backfire._messages import say
from backfire._verdict import reform_called
from backfire.pictures._bars import Bar, draw_bars
from backfire.pictures._drawing import Drawing
from backfire.pictures._picture import Picture, finished
from backfire.pictures._words import WHOLE, currency_of, one_of, sentence_money, titles_of


def waterfall(
    comparison: Comparison,
    reform: str,
    party: str = "organisation",
    *,
    language: str = "en",
    prefix: str | None = None,
) -> Picture:
    """The change of a party's value, split: baseline, mechanical, behavioural, value.

    *Mechanical* is the change with every agent's old behaviour under the new rules; *behavioural* is the rest
    (`Comparison.values`). Each is drawn as the value of work (plain) and as payouts (striped), which only move money from
    one pocket to another. Bars begin at the value before the reform; money is per agent and period.

    Parameters
    ----------
    comparison : Comparison
    reform : str
        A reform of the comparison.
    party : str
        ``organisation`` or ``customer``.
    language : str
        ``en`` or ``zh``.
    prefix : str, optional
        What the SVG's ids begin with; by default a mark made of the content.

    Raises
    ------
    UnknownNameError
        No such reform or party.
    ValueError
        No such language.
    """
    one_of(reform, comparison.reforms, "reform")
    one_of(party, ("organisation", "customer"), "party")
    titles = titles_of(comparison, reform, language)
    currency = currency_of(comparison)
    rows = {r["figure"]: r for r in comparison.values.where(reform=reform, party=party, **WHOLE)}
    money = rows["money"]

    def say_money(amount: float, signed: bool = True) -> str:
        return sentence_money(amount, currency, language, signed)

    party_name = say(f"party.{party}", language)
    paid = any(rows["payouts"][p] for p in ("baseline", "value"))
    title = say(
        "picture.waterfall.title.paid" if paid else "picture.waterfall.title",
        language,
        party=party_name,
        change=say_money(money["delta"]),
        reform=reform_called(comparison, reform, language),
    )
    bars: list[Bar] = []
    level = 0.0
    for part in ("mechanical", "behavioural"):
        for figure in ("work", "payouts"):
            change = rows[figure][part]
            if figure == "payouts" and not paid:
                continue
            bars.append(
                Bar(
                    say(f"picture.waterfall.{part}.{figure}", language),
                    level,
                    level + change,
                    say_money(change),
                    hatched=figure == "payouts",
                )
            )
            level += change
    before, after = say_money(money["baseline"], False), say_money(money["value"], False)
    bars.append(
        Bar(
            say("picture.waterfall.after", language, value=after),
            0.0,
            money["delta"],
            say_money(money["delta"]),
            total=True,
        )
    )
    drawing = Drawing()
    drawing.header(title, say("picture.waterfall.shown", language, period=titles.period()))
    draw_bars(drawing, bars, say("picture.waterfall.before", language, value=before))
    sentences = [
        say("picture.waterfall.alt", language, before=before, after=after),
        *(say("picture.named_figure", language, name=b.name, figure=b.figure) for b in bars[:-1]),
    ]
    return finished(drawing, title, sentences, language, prefix, _vega(bars, currency))


def _vega(bars: list[Bar], currency: str) -> dict[str, Any]:
    rows = [
        {
            "name": b.name,
            "start": b.start,
            "end": b.end,
            "figure": b.figure,
            "kind": "total" if b.total else "payouts" if b.hatched else "work",
        }
        for b in bars
    ]
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 260}}
    return {
        "width": "container",
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "stroke": "#1a1a1a"},
                "encoding": {
                    "y": y,
                    "x": {"field": "start", "type": "quantitative", "title": currency},
                    "x2": {"field": "end"},
                    "fillOpacity": {
                        "condition": {"test": "datum.kind === 'payouts'", "value": 0.35},
                        "value": 1,
                    },
                    "color": {
                        "condition": {"test": "datum.end < datum.start", "value": "#f0b06a"},
                        "value": "#14508c",
                    },
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {
                    "y": y,
                    "x": {"field": "end", "type": "quantitative"},
                    "text": {"field": "figure"},
                },
            },
        ],
    }
