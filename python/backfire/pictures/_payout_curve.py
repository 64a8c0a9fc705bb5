"""What a rule pays, and where on its schedule people are."""

import math
from dataclasses import dataclass
from typing import Any

from backfire._answers import Solution
from backfire._messages import known, number, say
from backfire._titles import Titles
from backfire.pictures._axes import plot_area
from backfire.pictures._drawing import BODY, DARK, GRID, INK, MUTED, Drawing, path_of
from backfire.pictures._picture import Picture, finished
from backfire.pictures._scales import Scale, around
from backfire.pictures._words import Row, axis_title, currency_of, group_title, one_of

_STEPS = 60


@dataclass(frozen=True)
class _Group:
    """Where a group of agents is: mean and spread on the rule's axis."""

    name: str
    mean: float
    sd: float
    paid: float


def payout_curve(
    solution: Solution, rule: str, *, language: str = "en", prefix: str | None = None
) -> Picture:
    """What a rule pays at every value of its KPI, and how the KPI of each segment and condition is spread.

    Below the schedule each group has its mean (upright stroke) and, where the KPI is noisy, the normal density with its sd
    (`Solution.kpis`; spread between agents is in no sd). Rules on events and measures are lines; people are then where
    their expected payout puts them, without a spread.

    Parameters
    ----------
    solution : Solution
    rule : str
    language : str
        ``en`` or ``zh``.
    prefix : str, optional
        What the SVG's ids begin with; by default a mark made of the content.

    Raises
    ------
    UnknownNameError
        No such rule.
    ValueError
        No such language.
    """
    titles = Titles(language, solution.scenario)
    rules = solution.scenario.to_dict().get("policy", {}).get("rules", {})
    form = rules[one_of(rule, rules, "rule")]
    pay_unit = form.get("unit", currency_of(solution))
    if "kpi" in form:
        rows = _rows(solution.kpis.where(kpi=form["kpi"]).to_dicts())
        unit = rows[0]["unit"]
        what = titles.kpi(form["kpi"])
    else:
        rows = []
        unit = "1"
        what = say("picture.payout.times", language)
        if "per" in form:
            what = titles.measure(form["per"])
            unit = next(r["unit"] for r in solution.measures.where(measure=form["per"]))
    groups = _groups(solution, rule, form, rows, titles)
    shape = next((s for s in ("steps", "curve", "tiers") if s in form), None)
    bounds = [float(p[0]) for p in form[shape] if p[0] is not None] if shape else [0.0]
    ends = [v for g in groups for v in (g.mean - 3 * g.sd, g.mean + 3 * g.sd)]
    lo, hi = around(ends + bounds, 0.06)
    if shape is None:
        lo = 0.0
        hi = hi if hi > 0 else 1.0
    points = _schedule(form, shape, lo, hi)
    whole = groups[0]
    paid = number(float(f"{whole.paid:.3g}"), pay_unit, language)
    title = say("picture.payout.title", language, rule=titles.rule(rule), paid=paid)
    period = titles.period()
    drawing = Drawing()
    drawing.header(title, say("picture.payout.shown", language))

    def plain(value: float) -> str:
        return number(value, "1", language)

    x, y = plot_area(
        drawing,
        (lo, hi),
        around([p for _, p in points], 0.12, zero=True),
        190.0,
        plain,
        plain,
        axis_title(what, unit, language),
        say("picture.payout.axis", language, unit=known("unit", pay_unit, language), period=period),
    )
    at = [(x(a), y(b)) for a, b in points]
    drawing.shape("path", d=path_of(at), fill="none", stroke=INK, stroke_width=3, stroke_linejoin="round")
    sentences = []
    for group in groups:
        _draw_group(drawing, group, x, bounds if shape else [], unit, pay_unit, language)
        key = "alt_spread" if group.sd > 0 else "alt"
        sentences.append(
            say(
                f"picture.payout.{key}",
                language,
                group=group.name,
                mean=number(float(f"{group.mean:.4g}"), unit, language),
                sd=number(float(f"{group.sd:.3g}"), unit, language),
                paid=number(float(f"{group.paid:.3g}"), pay_unit, language),
            )
        )
    return finished(drawing, title, sentences, language, prefix, _vega(points, groups, what, pay_unit))


def _rows(rows: list[Row]) -> list[Row]:
    """Everybody, each segment, each condition; nothing twice where there is one of them."""
    segments = {r["segment"] for r in rows} - {"all"}
    conditions = {r["condition"] for r in rows} - {"all"}
    kept = [
        r
        for r in rows
        if "all" in (r["segment"], r["condition"])
        and (r["segment"] == "all" or len(segments) > 1)
        and (r["condition"] == "all" or len(conditions) > 1)
    ]
    return sorted(kept, key=lambda r: (r["segment"] != "all") + 2 * (r["condition"] != "all"))


def _groups(
    solution: Solution, rule: str, form: dict[str, Any], rows: list[Row], titles: Titles
) -> list[_Group]:
    paid = {(r["segment"], r["condition"]): r["expected"] for r in solution.payouts.where(rule=rule)}
    if "kpi" in form:
        return [
            _Group(group_title(r, titles), r["mean"], r["sd"] or 0.0, paid[r["segment"], r["condition"]])
            for r in rows
            if r["mean"] is not None
        ]
    keys = _rows([{"segment": s, "condition": c} for s, c in paid])
    pay = float(form["pay"])
    out = []
    for key in keys:
        amount = paid[key["segment"], key["condition"]]
        out.append(_Group(group_title(key, titles), amount / pay if pay else 0.0, 0.0, amount))
    return out


def _schedule(form: dict[str, Any], shape: str | None, lo: float, hi: float) -> list[tuple[float, float]]:
    """The corners of what is paid between lo and hi; a step is an upright piece."""
    if shape is None:
        return [(lo, lo * float(form["pay"])), (hi, hi * float(form["pay"]))]
    given = [(-math.inf if p[0] is None else float(p[0]), float(p[1])) for p in form[shape]]
    if shape == "curve":
        return [(lo, given[0][1]), *given, (hi, given[-1][1])]
    points = [(lo, 0.0)]
    level = 0.0
    if shape == "steps":
        for bound, pay in given:
            if bound > lo:
                points += [(bound, level), (bound, pay)]
            level = pay
            if bound <= lo:
                points = [(lo, level)]
        return [*points, (hi, level)]
    for (bound, rate), nxt in zip(given, [*(b for b, _ in given[1:]), hi], strict=True):
        if math.isfinite(bound):
            points.append((bound, level))
        level += rate * (nxt - (bound if math.isfinite(bound) else lo))
    return [*points, (hi, level)]


def _draw_group(
    drawing: Drawing, group: _Group, x: Scale, bounds: list[float], unit: str, pay_unit: str, language: str
) -> None:
    drawing.skip(6)
    mean = number(float(f"{group.mean:.3g}"), unit, language)
    paid = number(float(f"{group.paid:.3g}"), pay_unit, language)
    said = say("picture.payout.group", language, group=group.name, mean=mean, paid=paid)
    drawing.paragraph(said, BODY, most=2)
    top = drawing.skip(4)
    base = top + 30
    if group.sd > 0:
        spots = []
        for k in range(_STEPS + 1):
            z = -3 + 6 * k / _STEPS
            spots.append((x(group.mean + z * group.sd), base - 26 * math.exp(-z * z / 2)))
        drawing.shape("path", d=path_of(spots) + "Z", fill="#c9d9ea", stroke=DARK, stroke_width=1.5)
    for bound in bounds:
        if x.lo <= bound <= x.hi:
            drawing.line(x(bound), top, x(bound), base, MUTED, stroke_dasharray="3 3")
    drawing.line(x.start, base, x.end, base, GRID)
    drawing.line(x(group.mean), top, x(group.mean), base, DARK, stroke_width=4)
    drawing.height = base + 4


def _vega(points: list[tuple[float, float]], groups: list[_Group], what: str, unit: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [{"x": a, "pays": b, "order": k} for k, (a, b) in enumerate(points)]
    people = [
        {"group": g.name, "mean": g.mean, "low": g.mean - g.sd, "high": g.mean + g.sd, "paid": g.paid}
        for g in groups
    ]
    domain = {"zero": False}
    y = {"field": "group", "type": "nominal", "sort": None, "title": None}
    return {
        "data": {"values": rows},
        "vconcat": [
            {
                "width": 360,
                "mark": "line",
                "encoding": {
                    "x": {"field": "x", "type": "quantitative", "title": what, "scale": domain},
                    "y": {"field": "pays", "type": "quantitative", "title": unit},
                    "order": {"field": "order", "type": "quantitative"},
                },
            },
            {
                "width": 360,
                "data": {"values": people},
                "layer": [
                    {
                        "mark": "rule",
                        "encoding": {
                            "y": y,
                            "x": {"field": "low", "type": "quantitative", "title": what, "scale": domain},
                            "x2": {"field": "high"},
                        },
                    },
                    {
                        "mark": {"type": "point", "filled": True, "size": 80},
                        "encoding": {"y": y, "x": {"field": "mean", "type": "quantitative"}},
                    },
                ],
            },
        ],
    }
