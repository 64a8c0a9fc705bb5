"""Random valid scenarios, small enough for the oracle; over the seeds they use every feature there is."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import oracle
from oracle_contact import all_events, contact_of, event_sets, most_often, walks
from oracle_rules import held, kpi_moment

Document = dict[str, Any]

SITUATIONS = ["enquiry", "complaint", "求助", "hang-up", "transfer_2"]
ACTIONS = ["help", "rush", "挂断", "look-up", "pass_on", "note"]
OUTCOMES = ["right", "wrong", "不满", "calls_back"]
SEGMENTS = ["novice", "seasoned", "老员工"]
CONDITIONS = ["day", "night", "高峰"]
ABILITIES = ["knowledge", "patience_with_people", "语速"]
FIELDS = ["load", "hour_of_day"]


def random_scenario(seed: int, **knobs: Any) -> Document:
    """A valid document. Knobs fix what chance would choose: `distributed`, `hours`, `kpi_rules`, `shock`,
    `exact` (noise 0), `segments`, `conditions`, `situations`, `samples` (may monitors sample), `contacts`.
    """
    for attempt in range(1000):
        maker = Maker(random.Random(1_000_003 * seed + attempt), knobs)
        document = maker.document()
        if document is not None:
            return document
    raise AssertionError(f"no valid document for seed {seed}")


class Maker:
    """Draws one document; every response stays in its range while all its names lie in [0, 1]."""

    def __init__(self, rng: random.Random, knobs: dict[str, Any]) -> None:
        self.rng, self.knobs = rng, knobs
        self.names: list[str] = []

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def knob(self, name: str, drawn: Any) -> Any:
        """A knob's value, or what was drawn (drawn in either case, so that knobs move little else)."""
        return self.knobs.get(name, drawn)

    def number(self, low: float, high: float) -> float:
        return float(f"{self.rng.uniform(low, high):.4g}")

    # ----------------------------------------------------------------------------------- responses
    def response(self, low: float, high: float, chance: float = 0.4) -> Any:
        """A number, or a response that stays within [low, high] wherever its names lie in [0, 1]."""
        if not self.names or not self.maybe(chance):
            return self.number(low, high)
        names = self.rng.sample(self.names, min(len(self.names), self.rng.choice((1, 1, 2))))
        link = self.rng.choice(("identity", "identity", "logit", "log"))
        if link == "logit" and (low < 0.0 or high > 1.0):
            link = "identity"
        if link == "log" and low <= 0.0:
            link = "identity"
        floor, roof = low, high
        if link == "logit":
            floor, roof = (math.log(p / (1 - p)) for p in (max(low, 0.01), min(high, 0.99)))
        elif link == "log":
            floor, roof = math.log(low), math.log(high)
        width = (roof - floor) * self.rng.uniform(0.2, 0.9)
        parts = [self.rng.uniform(0.2, 1.0) for _ in names]
        coefficients = [self.rng.choice((-1, 1)) * width * part / sum(parts) for part in parts]
        falls = -sum(c for c in coefficients if c < 0)
        base = self.rng.uniform(floor + falls, roof - (width - falls))
        result: Document = {"base": round(base, 9)} if base or link != "identity" else {}
        result |= {name: round(c, 9) for name, c in zip(names, coefficients, strict=True)}
        if link != "identity" or self.maybe(0.1):
            result["link"] = link
        return result

    def move(self, low: float, high: float) -> Any:
        mean = self.response(low, high)
        kind = self.rng.choice(("plain", "cv", "sd"))
        if kind == "plain":
            return mean
        if kind == "cv":
            return {"mean": mean, "cv": self.response(0.1, 0.9, 0.15)}
        return {"mean": mean, "sd": self.response(0.1 * abs(high), 0.6 * abs(high) + 0.1, 0.15)}

    # ----------------------------------------------------------------------------------- the parts
    def document(self) -> Document | None:
        rng = self.rng
        result: Document = {
            "backfire": 1,
            "name": f"random-{rng.randrange(10**6)}",
            "currency": rng.choice(("CNY", "EUR")),
        }
        if self.maybe(0.3):
            result["title"] = rng.choice(("A random scenario", {"en": "Random", "zh": "随机情景"}))
        if self.maybe(0.1):
            result["x-note"] = {"anything": [1, None]}
        self.people(result)
        self.hours = self.knob("hours", self.maybe(0.2) and not self.distributed)
        self.measures(result)
        if not self.work(result):
            return None
        period: Document = {"name": "month"} if self.maybe(0.7) else {}
        if self.hours:
            scale = {"s": 1.0, "min": 60.0, "h": 3600.0}[result["measures"]["time"]["unit"]]
            mean = self.typical_time(result) * scale / 3600.0
            period |= {"hours": self.response(20 * mean, 400 * mean, 0.2), "time": "time"}
        else:
            low = rng.choice((5, 50, 400))
            few = rng.randint(low, 6 * low) if self.maybe(0.7) else self.response(low, 6 * low, 1.0)
            period["contacts"] = self.knob("contacts", few)
        result["period"] = period
        self.policy(result)
        return result

    def people(self, result: Document) -> None:
        rng = self.rng
        workforce: Document = {"agents": rng.randint(1, 500)}
        self.distributed = self.knob("distributed", self.maybe(0.05))
        conditions = self.knob(
            "conditions", rng.choice((0, 1, 2)) if not self.distributed else rng.choice((0, 1))
        )
        fields = rng.sample(FIELDS, rng.randint(1, 2)) if conditions and self.maybe(0.8) else []
        if conditions:
            result["conditions"] = {}
            for name in rng.sample(CONDITIONS, conditions):
                result["conditions"][name] = {"share": self.number(0.2, 2.0)} | {
                    f: self.number(0, 1) for f in fields
                }
        abilities = rng.sample(ABILITIES, rng.randint(0, 2))
        self.names = fields + abilities
        exact = self.knob("exact", self.maybe(0.06))
        traits: Document = {"noise": 0 if exact else self.number(0.5, 5.0)}
        self.noise = float(traits["noise"]) or 2.0
        self.exact = exact
        choices: dict[str, Callable[[], float]] = {
            "care": lambda: self.number(0.0, 1.0),
            "loss_aversion": lambda: self.number(0.5, 3.0),
            "weighting": lambda: self.number(0.3, 1.0),
            "foresight": lambda: self.number(0.0, 1.0),
        }
        for name, draw in choices.items():
            if self.maybe(0.35):
                traits[name] = draw()
        self.curved = self.maybe(0.12)
        if self.curved:
            traits["curvature"] = self.number(0.6, 1.3)
        traits |= {name: self.number(0.05, 0.95) for name in abilities}
        segments = self.knob("segments", rng.choice((0, 1, 2, 2, 3)))
        if self.distributed:
            segments = min(segments, 1)
        where = traits
        if segments:
            workforce["segments"] = {}
            for name in rng.sample(SEGMENTS, segments):
                own: Document = {a: self.number(0.05, 0.95) for a in abilities if self.maybe(0.6)}
                if self.maybe(0.3):
                    own["care"] = self.number(0.0, 1.5)
                if self.maybe(0.2) and not exact:
                    own["noise"] = self.number(0.5, 5.0)
                workforce["segments"][name] = {"share": self.number(0.1, 3.0)} | (
                    {"traits": own} if own else {}
                )
                if self.maybe(0.5):
                    where = own if own else where
        if self.distributed:
            name, trait = self.spread(abilities)
            if segments:
                where = workforce["segments"][next(iter(workforce["segments"]))].setdefault("traits", {})
            where[name] = trait
        workforce["traits"] = traits
        self.shock = self.knob("shock", "normal" if self.maybe(0.12) else "logit")
        if self.shock == "normal" or self.maybe(0.1):
            workforce["shock"] = self.shock
        result["workforce"] = workforce

    def spread(self, abilities: list[str]) -> tuple[str, Document]:
        """A distributed trait whose box lies where its readers want it."""
        if abilities and self.maybe(0.5):
            shape = self.rng.choice(("normal", "beta", "uniform"))
            return abilities[0], {
                "mean": 0.5,
                "sd": {"normal": 0.12, "beta": 0.2, "uniform": 0.25}[shape],
                "shape": shape,
            }
        if self.exact or self.maybe(0.7):
            return "care", {"mean": self.number(0.3, 0.8), "sd": self.number(0.1, 0.5), "shape": "lognormal"}
        return "noise", {"mean": self.number(1.0, 4.0), "sd": 0.4, "shape": "lognormal"}

    def measures(self, result: Document) -> None:
        rng = self.rng
        unit = rng.choice(("s", "s", "min"))
        measures: Document = {"time": {"unit": unit}, "errors": {"unit": "1"}}
        if self.maybe(0.6):
            measures["满意"] = {"unit": rng.choice(("1", "points"))}
        if self.maybe(0.4):
            measures["sold-items"] = {"unit": "1"}
        for about in measures.values():
            if self.maybe(0.3):
                about["period_cv"] = self.number(0.0, 0.1)
        self.moved = list(measures)
        if self.maybe(0.4):
            measures["hours_worked"] = {"unit": "h", "sum": {"time": self.number(0.5, 1.5)}}
        if self.maybe(0.3):
            some = rng.sample(self.moved, rng.randint(1, len(self.moved)))
            measures["burden"] = {"unit": "1", "sum": {m: self.number(-2.0, 2.0) for m in some}}
            if "hours_worked" in measures and self.maybe(0.3):
                measures["burden"]["sum"]["hours_worked"] = self.number(-1.0, 2.0)
        if self.maybe(0.2):
            measures["errors"]["title"] = {"zh": "错误", "en": "errors"}
        result["measures"] = measures
        self.per_second = {"s": 1.0, "min": 60.0}[unit]
        if self.maybe(0.85):
            values: Document = {}
            for party in ("organisation", "customer"):
                if self.maybe(0.85):
                    some = [m for m in measures if self.maybe(0.6)]
                    values[party] = {m: self.weight(measures, m) for m in some}
            if "organisation" in values and self.maybe(0.7):
                values["organisation"]["payouts"] = rng.choice((-1, self.number(-1.2, -0.5)))
            result["values"] = values

    def weight(self, measures: Document, measure: str) -> float:
        """Money for one unit, so that a contact's worth of it is some few units of money."""
        size = {"time": 300.0 / self.per_second, "hours_worked": 0.08, "burden": 100.0}.get(measure, 1.0)
        return float(f"{self.rng.choice((-1, 1)) * self.rng.uniform(0.3, 3.0) * self.noise / size:.4g}")

    # ---------------------------------------------------------------------------------- situations
    def work(self, result: Document) -> bool:
        rng = self.rng
        count = self.knob("situations", rng.choice((1, 2, 2, 3, 3, 4)))
        order = rng.sample(SITUATIONS, count)
        situations: Document = {}
        for i, name in enumerate(order):
            situations[name] = self.situation(order[i + 1 :], first=i == 0)
        opened = {o for s in situations.values() for o in opens_of(s)}
        for i, name in enumerate(order):
            if i == 0 or name not in opened or self.maybe(0.2):
                situations[name]["share"] = self.response(0.2, 3.0, 0.25)
        shuffled = list(situations)
        rng.shuffle(shuffled)
        result["situations"] = {name: situations[name] for name in shuffled}
        result["period"] = {"contacts": 100}
        return all(
            sum(1 for _ in walks(contact_of(result, agent))) <= 60 for agent in oracle.agents(result)[:1]
        )

    def situation(self, later: list[str], first: bool) -> Document:
        rng = self.rng
        if not first and self.maybe(0.3):
            return {"outcomes": self.outcomes(later, 0.6)}
        result: Document = {"actions": {}}
        if self.maybe(0.15):
            result["noise"] = self.response(0.2, 1.5, 0.3)
        number = 2 if self.shock == "normal" else rng.choice((2, 2, 3))
        for name in rng.sample(ACTIONS, number):
            action: Document = {"effort": self.response(0.0, 2.0 * self.noise)} if self.maybe(0.8) else {}
            moves = self.moves(0.5, time=0.9)
            if moves:
                action["moves"] = moves
            if self.maybe(0.5):
                action["outcomes"] = self.outcomes(later, 0.5)
            elif later and self.maybe(0.4):
                action["opens"] = rng.choice(later)
            if self.shock == "logit" and self.maybe(0.15):
                action["habit"] = self.response(0.2, 3.0)
            result["actions"][name] = action
        if self.hours:
            for action in result["actions"].values():
                action.setdefault("moves", {})["time"] = self.time()
        if self.maybe(0.05) and len(result["actions"]) > 2:
            next(iter(result["actions"].values()))["habit"] = 0
        return result

    def time(self) -> Any:
        return self.move(100.0 / self.per_second, 500.0 / self.per_second)

    def moves(self, chance: float, time: float) -> Document:
        result: Document = {}
        for measure in self.moved:
            if measure == "time":
                if self.maybe(time):
                    result[measure] = self.time()
            elif self.maybe(chance):
                result[measure] = self.rng.choice((1, self.move(0.05, 1.5), self.move(-1.0, 1.0)))
        return result

    def outcomes(self, later: list[str], opening: float) -> Document:
        names = self.rng.sample(OUTCOMES, self.rng.choice((2, 2, 3)))
        result: Document = {name: {} for name in names}
        if self.maybe(0.15) and len(names) == 2 and self.names:
            by, c = self.rng.choice(self.names), self.number(-0.3, 0.3)
            result[names[0]]["chance"] = {"base": 0.5, by: c}
            result[names[1]]["chance"] = {"base": 0.5, by: -c}
        elif self.maybe(0.15) and len(names) == 2:
            p = self.rng.choice((0.25, 0.125, 0.5))
            result[names[0]]["chance"], result[names[1]]["chance"] = p, 1 - p
        else:
            for name in names[1:]:
                result[name]["chance"] = self.response(0.02, 0.95 / (len(names) - 1))
            result[names[0]]["chance"] = "rest"
        for about in result.values():
            moves = self.moves(0.4, time=0.2)
            if moves:
                about["moves"] = moves
            if later and self.maybe(opening):
                about["opens"] = self.rng.choice(later)
        return result

    def typical_time(self, document: Document) -> float:
        agent = oracle.agents(document)[0]
        return float(held(document, agent, even(document, agent)).mean["time"])

    # ---------------------------------------------------------------------------------- the policy
    def policy(self, result: Document) -> None:
        rng = self.rng
        self.monitors: Document = {}
        policy: Document = {"kpis": {}, "rules": {}}
        result["policy"] = policy
        if self.maybe(0.5):
            policy["units"] = {"points": self.number(0.5, 10.0), "分": self.number(0.5, 10.0)}
        for k in range(rng.randint(0, 4)):
            policy["kpis"][rng.choice(("kpi", "指标")) + f"_{k}"] = self.kpi(result)
        if self.monitors:
            policy["monitors"] = self.monitors
        for name, kpi in policy["kpis"].items():
            self.mend_share(result, name, kpi)
        wanted = self.knob("kpi_rules", rng.choice((0, 1, 1, 1, 2)))
        if self.exact and "kpi_rules" not in self.knobs:
            wanted = 0
        if wanted and not policy["kpis"]:
            policy["kpis"]["kpi_0"] = self.kpi(result)
            self.mend_share(result, "kpi_0", policy["kpis"]["kpi_0"])
        if self.monitors:
            policy["monitors"] = self.monitors
        for k in range(wanted):
            name = rng.choice(list(policy["kpis"]))
            slow = self.hours or k > 0 or "ratio" in policy["kpis"][name] or "of" in policy["kpis"][name]
            if self.distributed and (slow or self.curved):
                continue  # too slow for hundreds of agents
            rule = self.kpi_rule(result, name)
            if rule:
                policy["rules"][f"bonus_{k}"] = rule
        for k in range(rng.randint(0, 3)):
            policy["rules"][rng.choice(("each", "每次")) + f"_{k}"] = self.event_rule(result)
        if self.maybe(0.4):
            policy["rules"]["piece-rate"] = self.unit_rule(result)
        if self.monitors:
            policy["monitors"] = self.monitors

    def monitor(self, reader: Document, miss: bool, false_alarm: bool, error_sd: float = 0.0) -> None:
        """Gives a reader a monitor of its own, with only the fields it can use."""
        if not self.maybe(0.55):
            return
        about: Document = {}
        kind = self.rng.choice(("samples", "rate", "all"))
        if kind == "samples" and self.knob("samples", True):
            about["samples"] = self.rng.choice((1, 4, 5, 20, 150))
        elif kind == "rate":
            about["rate"] = self.number(0.05, 1.0)
        if miss and self.maybe(0.4):
            about["miss"] = self.number(0.0, 0.5)
        if false_alarm and self.maybe(0.3):
            about["false_alarm"] = self.number(0.0, 0.3)
        if error_sd and self.maybe(0.4):
            about["error_sd"] = self.number(0.1, 1.0) * error_sd
        name = self.rng.choice(("qa", "质检", "survey-")) + str(len(self.monitors))
        self.monitors[name] = about
        reader["seen_by"] = name

    def kpi(self, result: Document) -> Document:
        rng, measures = self.rng, list(result["measures"])
        form = rng.choice(("total", "mean", "mean", "ratio", "share", "share", "of"))
        kpi: Document = {}
        if form in ("total", "mean"):
            kpi[form] = rng.choice(measures)
            self.monitor(kpi, False, False, error_sd=20.0 / self.per_second if kpi[form] == "time" else 0.3)
        elif form == "ratio":
            kpi["ratio"] = [rng.choice(measures), "time"]
            self.monitor(kpi, False, False)
        else:
            kpi["share"] = self.events(result)
            if form == "of":
                kpi["of"] = self.events(result)
                self.monitor(kpi, False, False)
            else:
                self.monitor(kpi, True, True)
        if self.maybe(0.3):
            kpi["scale"] = rng.choice((100, 0.01, 1000, 2.5))
        if self.maybe(0.5):
            kpi["better"] = rng.choice(("higher", "lower"))
            self.stand(result, kpi, form)
        return kpi

    def stand(self, result: Document, kpi: Document, form: str) -> None:
        """What it stands for, where the units and the signs allow it."""
        values = result.get("values", {})
        if form in ("total", "mean") and self.maybe(0.7):
            unit = result["measures"][kpi[form]]["unit"]
            for party, weights in values.items():
                fit = [m for m, v in result["measures"].items() if v["unit"] == unit and weights.get(m)]
                if fit:
                    kpi["stands_for"] = {party: self.rng.choice(fit)}
        elif form in ("share", "of") and self.maybe(0.5):
            kpi["stands_for"] = {"customer": self.events(result)}

    def mend_share(self, result: Document, name: str, kpi: Document) -> None:
        """No false alarms where the events can happen twice in one contact."""
        seen = self.monitors.get(kpi.get("seen_by", ""), {})
        if "false_alarm" in seen and most_often(result, event_sets(result)[f"kpi:{name}:share"]) > 1:
            del seen["false_alarm"]

    def events(self, result: Document) -> Any:
        rng = self.rng
        every = all_events(result)
        one = rng.choice(every)
        if self.maybe(0.5):
            return one
        parts = one.split(".")
        if self.maybe(0.6):
            parts[rng.randrange(len(parts))] = "*"
        pattern = ".".join(parts)
        return pattern if self.maybe(0.5) else [pattern, rng.choice(every)]

    def unit(self, result: Document, rule: Document) -> float:
        """Sometimes pays in a unit; returns what one is worth."""
        units = {**result["policy"].get("units", {}), result["currency"]: 1.0}
        if self.maybe(0.6):
            rule["unit"] = self.rng.choice(list(units))
            return float(units[rule["unit"]])
        return 1.0

    def event_rule(self, result: Document) -> Document:
        rule: Document = {"each": self.events(result)}
        money = self.unit(result, rule)
        rule["pay"] = float(
            f"{self.rng.choice((-1, 1)) * self.rng.uniform(0.1, 3.0) * self.noise / money:.4g}"
        )
        twice = most_often(result, event_sets({**result, "policy": {"rules": {"r": rule}}})["rule:r"]) > 1
        self.monitor(rule, True, not twice)
        if self.maybe(0.3):
            rule["frame"] = self.rng.choice(("gain", "loss"))
        return rule

    def unit_rule(self, result: Document) -> Document:
        measure = self.rng.choice(list(result["measures"]))
        rule: Document = {"per": measure}
        rule["pay"] = float(f"{self.weight(result['measures'], measure) / self.unit(result, rule):.4g}")
        self.monitor(rule, True, False)
        return rule

    def kpi_rule(self, result: Document, name: str) -> Document | None:
        """A schedule with its bounds where the KPI can lie, and a stake that is worth thinking about."""
        rng = self.rng
        reached, spread = kpi_range(result, name)
        if not reached:
            return None
        low, high = min(reached) - 0.5 * spread, max(reached) + 0.5 * spread
        if high - low <= 1e-6 * max(abs(low), abs(high)):
            low, high = low - 1.0, high + 1.0
        rule: Document = {"kpi": name}
        money = self.unit(result, rule)
        contacts = self.typical_contacts(result)
        stake = self.noise * contacts * rng.uniform(0.03, 0.5) / money
        count = rng.randint(1, 3)
        bounds = sorted({float(f"{rng.uniform(low, high):.6g}") for _ in range(count)})
        ratio = "ratio" in result["policy"]["kpis"][name] or "of" in result["policy"]["kpis"][name]
        kind = rng.choice(
            ("steps", "steps", "curve", "steps" if ratio else "tiers")
        )  # no rate without an end
        levels = [float(f"{stake * rng.uniform(-0.7, 1.0):.4g}") for _ in bounds]
        if kind == "steps":
            steps: list[list[float | None]] = [[x, y] for x, y in zip(bounds, levels, strict=True)]
            if self.maybe(0.4):
                steps.insert(0, [None, float(f"{stake * rng.uniform(-0.5, 0.5):.4g}")])
            rule["steps"] = steps
        elif kind == "curve":
            bounds = bounds if len(bounds) > 1 else [bounds[0], bounds[0] + 0.25 * (high - low)]
            levels = levels if len(levels) > 1 else [levels[0], 0.0]
            rule["curve"] = [[x, y] for x, y in zip(bounds, levels, strict=True)]
        else:
            rates = [float(f"{y / (high - low):.4g}") for y in levels]
            rule["tiers"] = [[x, r] for x, r in zip(bounds, rates, strict=True)]
        if self.maybe(0.3) and ("tiers" not in rule or rule["tiers"][-1][1] <= 0):
            rule["frame"] = rng.choice(("gain", "loss"))
        return rule

    def typical_contacts(self, document: Document) -> float:
        agent = oracle.agents(document)[0]
        return held(document, agent, even(document, agent)).contacts


def opens_of(situation: Document) -> list[str]:
    steps = [*situation.get("actions", {}).values(), *situation.get("outcomes", {}).values()]
    steps += [o for step in steps for o in step.get("outcomes", {}).values()]
    return [step["opens"] for step in steps if "opens" in step]


def even(document: Document, agent: oracle.Agent, favourite: int | None = None) -> oracle.Behaviour:
    """Every open action alike, or nearly always the one with a given number."""
    result: oracle.Behaviour = {}
    for s, place in contact_of(document, agent).places.items():
        if place.options:
            open_ = [a for a, option in place.options.items() if option.habit > 0]
            weights = dict.fromkeys(open_, 1.0)
            if favourite is not None:
                weights[open_[favourite % len(open_)]] = 20.0
            total = sum(weights.values())
            result[s] = {a: weights.get(a, 0.0) / total for a in place.options}
    return result


def kpi_range(document: Document, name: str) -> tuple[list[float], float]:
    """Values of a KPI at several behaviours, and its typical spread."""
    everyone = oracle.agents(document)
    values, spreads = [], [0.0]
    for agent in everyone[:: max(1, len(everyone) // 4)]:
        for favourite in (None, 0, 1, 2):
            kpi = kpi_moment(document, held(document, agent, even(document, agent, favourite)), name)
            if kpi is not None:
                values.append(kpi.mean)
                spreads.append(kpi.sd)
    return values, max(spreads)
