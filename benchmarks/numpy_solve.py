"""The equations of the commit response for `workload.large_scenario`, in vectorised NumPy: what the engine is measured against.

Arrays run over all agents at once, agents last. Situations are sorted by how far they are from the end of a contact, so
that every step of the backward and forward pass takes a slice of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from workload import Document

Array = NDArray[np.float64]
MOST_STEPS = 16  # later steps serve the last few types only, at the price of all
MEASURES = ["handle_time", "wrap_time", "sold", "error", "repeat"]
SHARES = ["care_share", "script_share", "transfer_share", "repair_share", "finish_share"]
KPIS = ["aht", "wrap", "sales", "error_rate", *SHARES, "repeats"]  # in the order of Answer.kpis


def density(u: Array) -> Array:
    """The standard normal density."""
    return 0.3989422804014326779 * np.exp(-0.5 * u * u)


@dataclass
class Passed:
    """What a pass leaves behind, per contact, by channel or pair of channels and agent."""

    value: Array
    mean: Array
    square: Array  # E[X²] by channel
    cross: Array  # E[repeat · error]
    slopes: Array  # ∂m/∂p [agent, channel, channel]


@dataclass
class Answer:
    """What prices lead to."""

    prices: Array
    next: Array
    objective: Array
    kpis: Array  # means
    jacobian: Array  # ∂next/∂p, spreads held [agent, channel, channel]
    steep: Array  # what convex payouts add up to
    weight: Array  # money a price moves per contact
    contacts: float
    passed: Passed
    sds: dict[str, Array]


def chosen(mask: NDArray[np.bool_], one: Answer, other: Answer) -> Answer:
    """The answers of one where the mask holds, of the other elsewhere."""
    if mask.all():
        return one
    return replace(
        other,
        prices=np.where(mask, one.prices, other.prices),
        next=np.where(mask, one.next, other.next),
        objective=np.where(mask, one.objective, other.objective),
        kpis=np.where(mask, one.kpis, other.kpis),
        sds={name: np.where(mask, sd, other.sds[name]) for name, sd in one.sds.items()},
    )


class NumpySolve:
    """All agents of the document at once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.contacts = float(document["period"]["contacts"])
        segments = list(document["workforce"]["segments"].values())
        conditions = list(document["conditions"].values())

        def trait(name: str) -> Array:
            return np.repeat([g["traits"][name] for g in segments], len(conditions)).astype(float)

        self.names = {
            "knowledge": trait("knowledge"),
            "load": np.tile([c["load"] for c in conditions], len(segments)).astype(float),
        }
        self.noise, self.care, self.loss = trait("noise"), trait("care"), trait("loss_aversion")
        shares = np.outer([g["share"] for g in segments], [c["share"] for c in conditions]).ravel()
        self.weight = shares / shares.sum()
        self.agents = len(self.weight)
        self.work()
        self.pay()

    def number(self, response: Any) -> Array:
        """A response at every agent."""
        if not isinstance(response, dict):
            return np.full(self.agents, float(response))
        terms = [c * self.names[n] for n, c in response.items() if n != "base"]
        return np.asarray(sum(terms) + np.full(self.agents, float(response.get("base", 0.0))))

    def work(self) -> None:
        """Moves, chances and openings as arrays [situation, action, agent]."""
        situations = self.document["situations"]
        opens = {
            s: [a["outcomes"]["back"].get("opens") for a in body["actions"].values()]
            for s, body in situations.items()
        }
        depth: dict[str, int] = {}
        for s in reversed(situations):
            depth[s] = 1 + max((depth[t] for t in opens[s] if t), default=-1)
        self.order = sorted(situations, key=lambda s: depth[s])
        self.at = {s: i for i, s in enumerate(self.order)}
        first = [
            i for i in range(len(self.order)) if i == 0 or depth[self.order[i]] != depth[self.order[i - 1]]
        ]
        self.levels = [slice(a, b) for a, b in zip(first, [*first[1:], len(self.order)], strict=True)]
        self.opens = np.array([[self.at[t] if t else 0 for t in opens[s]] for s in self.order])
        actions = [list(situations[s]["actions"].values()) for s in self.order]

        def all_of(get: Any) -> Array:
            return np.array([[self.number(get(a)) for a in row] for row in actions])

        handle = all_of(lambda a: a["moves"]["handle_time"]["mean"])
        wrap = all_of(lambda a: a["moves"]["wrap_time"])
        wrong = all_of(lambda a: a["outcomes"]["wrong"]["chance"])
        back = all_of(lambda a: a["outcomes"]["back"]["chance"])
        sold = all_of(lambda a: a["outcomes"]["done"]["moves"]["sold"]["mean"])
        sold_sd = all_of(lambda a: a["outcomes"]["done"]["moves"]["sold"]["sd"])
        done = 1 - wrong - back
        self.chance = {"wrong": wrong, "back": back, "done": done}
        self.effort = all_of(lambda a: a["effort"])
        self.onward = back * np.array([[t is not None for t in opens[s]] for s in self.order])[:, :, None]
        touch = [handle, wrap, done * sold, wrong, back]
        square = [handle**2 * (1 + 0.8**2), wrap**2, done * (sold**2 + sold_sd**2), wrong, back]
        carry = [handle, wrap, 0 * back, 0 * back, 1 + 0 * back]
        for name in SHARES:
            counted = self.counted(self.document["policy"]["kpis"][name]["share"])
            touch.append(counted)
            square.append(counted)
            carry.append(counted if name != "finish_share" else 0 * counted)
        self.touch, self.square, self.carry = (np.array(x) for x in (touch, square, carry))
        self.carry *= self.onward
        share = np.array([situations[s].get("share", 0) for s in self.order], dtype=float)
        self.share = share / share.sum()

    def counted(self, patterns: str | list[str]) -> Array:
        """The chance that an action or its outcome is one of the events."""
        result = np.zeros_like(self.effort)
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            situation, action, *outcome = pattern.split(".")
            chosen = slice(None) if action == "*" else int(action[1:])
            result[self.at[situation], chosen] = (
                self.chance[outcome[0]][self.at[situation], chosen] if outcome else 1
            )
        return result

    def felt(self, x: float) -> Array:
        """A payout as it is felt."""
        return x * (self.loss if x < 0 else np.ones(self.agents))

    def pay(self) -> None:
        """What is paid on the spot, and the KPI rules as kinks: where, jump, bend."""
        policy = self.document["policy"]
        looked = min(1.0, policy["monitors"]["qa"]["samples"] / self.contacts) * (
            1 - policy["monitors"]["qa"]["miss"]
        )
        worth = {m: self.care * w for m, w in self.document["values"]["customer"].items()}
        spot = -self.effort
        self.kinks: dict[str, list[tuple[float, Array, Array]]] = {}
        self.floor: dict[str, Array] = {}
        for rule in policy["rules"].values():
            if "each" in rule:
                seen = looked if rule.get("seen_by") else 1.0
                spot = spot + self.counted(rule["each"]) * (seen * self.felt(rule["pay"]))
            elif "per" in rule:
                worth[rule["per"]] = worth.get(rule["per"], 0) + self.felt(rule["pay"])
            else:
                self.read(rule)
        for measure, price in worth.items():
            spot = spot + self.touch[MEASURES.index(measure)] * price
        self.spot = spot

    def read(self, rule: dict[str, Any]) -> None:
        """One KPI rule as kinks."""
        none = np.zeros(self.agents)
        kinks: list[tuple[float, Array, Array]] = []
        value = none
        if "steps" in rule:
            for x, y in rule["steps"]:
                if x is None:
                    self.floor[rule["kpi"]] = value = self.felt(y)
                else:
                    kinks.append((x, self.felt(y) - value, none))
                    value = self.felt(y)
        elif "tiers" in rule:
            slope = none
            for x, y in rule["tiers"]:
                kinks.append((x, none, self.felt(y) - slope))
                slope = self.felt(y)
        else:
            (x0, y0), (x1, y1) = rule["curve"]
            slope = self.felt((y1 - y0) / (x1 - x0)) if y0 + y1 < 0 else none + (y1 - y0) / (x1 - x0)
            self.floor[rule["kpi"]] = self.felt(y0)
            kinks = [(x0, none, slope), (x1, none, -slope)]
        self.kinks[rule["kpi"]] = kinks

    # ----------------------------------------------------------------------------------------------- a pass
    def run_pass(self, prices: Array) -> Passed:
        """Backward: values and what is expected from each situation on; forward: visits, moments, slopes."""
        noise, channels = self.noise, len(self.touch)
        q = self.spot + np.einsum("ca,csxa->sxa", prices, self.touch)
        value = np.zeros((len(self.order), self.agents))  # what opens nothing reads the first entry, times 0
        below = np.zeros((channels, len(self.order), self.agents))
        branch = np.empty_like(self.touch)
        probability = np.empty_like(q)
        for level in self.levels:
            onward = self.onward[level]
            here = q[level] + onward * value[self.opens[level]]
            best = here.max(axis=1)
            weight = np.exp((here - best[:, None]) / noise)
            total = weight.sum(axis=1)
            value[level] = best + noise * np.log(total)
            probability[level] = weight / total[:, None]
            branch[:, level] = self.touch[:, level] + onward * below[:, self.opens[level]]
            below[:, level] = np.einsum("sxa,csxa->csa", probability[level], branch[:, level])
        visits = np.repeat(self.share[:, None], self.agents, axis=1)
        taken = np.empty_like(q)
        for level in reversed(self.levels):
            taken[level] = visits[level][:, None] * probability[level]
            flow = taken[level] * self.onward[level]
            for i, targets in enumerate(self.opens[level]):
                for x, target in enumerate(targets):
                    visits[target] += flow[i, x]
        mean = np.einsum("sxa,csxa->ca", taken, self.touch)
        later = below[:, self.opens]
        square = np.einsum("sxa,csxa->ca", taken, self.square)
        square += 2 * np.einsum("sxa,csxa,csxa->ca", taken, self.carry, later)
        cross = np.einsum("sxa,sxa->a", taken, self.carry[3] * later[4] + self.carry[4] * later[3])
        away = (branch - below[:, :, None]) * np.sqrt(taken / noise)
        flat = np.ascontiguousarray(np.moveaxis(away.reshape(channels, -1, self.agents), 2, 0))
        slopes = flat @ flat.transpose(0, 2, 1)
        return Passed(self.share @ value, mean, square, cross, slopes)

    # --------------------------------------------------------------------------------- the period's problem
    def answer(self, prices: Array) -> Answer:
        """Prices that follow, the objective and the Jacobian with spreads held."""
        passed = self.run_pass(prices)
        n, m = self.contacts, passed.mean
        variance = passed.square - m * m
        luck = [0.06 * m[0], 0.06 * m[1]]
        kpis: dict[str, tuple[int, float, Array, Array]] = {  # channel, gain, mean, sd
            "aht": (0, 1.0, m[0], np.sqrt(variance[0] / n + luck[0] ** 2)),
            "wrap": (1, 1.0, m[1], np.sqrt(variance[1] / n + luck[1] ** 2)),
            "sales": (2, n, n * m[2], n * np.sqrt(variance[2] / n)),
            "error_rate": (3, 1.0, m[3], np.sqrt(variance[3] / n)),
        }
        qa = self.document["policy"]["monitors"]["qa"]
        for i, name in enumerate(SHARES):
            c = 5 + i
            keep, reviewed = (1 - qa["miss"], float(qa["samples"])) if name == "repair_share" else (1.0, n)
            spread = keep**2 * variance[c] + m[c] * (1 - keep) * keep
            kpis[name] = (c, keep, keep * m[c], np.sqrt(np.maximum(spread, 1e-300) / reviewed))
        a, b = m[4], m[3]
        up, down = 1 / b, -a / b**2
        ratio_variance = up**2 * variance[4] + 2 * up * down * (passed.cross - a * b) + down**2 * variance[3]
        felt = np.zeros(self.agents)
        following = np.zeros_like(prices)
        reply = np.zeros((self.agents, len(prices), len(prices)))
        steep = np.zeros(self.agents)
        for name, (c, gain, mean, sd) in kpis.items():
            value, slope, bend = self.expect(name, mean, sd)
            felt += value
            following[c] += gain * slope / n
            reply[:, c, c] += gain**2 * bend / n
            steep += np.maximum(0, gain**2 * bend / n) * passed.slopes[:, c, c]
        value, slope, bend = self.expect("repeats", a / b, np.sqrt(ratio_variance / n))
        felt += value
        following[4] += slope * up / n
        following[3] += slope * down / n
        reply[:, 4, 4] += bend * up**2 / n
        reply[:, 3, 4] += (bend * up * down - slope * up / b) / n
        reply[:, 4, 3] += (bend * up * down - slope * up / b) / n
        reply[:, 3, 3] += (bend * down**2 - 2 * slope * down / b) / n
        flow = passed.value - (prices * m).sum(axis=0)
        return Answer(
            prices=prices,
            next=following,
            objective=n * flow + felt,
            kpis=np.array([k[2] for k in kpis.values()] + [a / b]),
            jacobian=reply @ passed.slopes,
            steep=steep,
            weight=np.sqrt(np.maximum(passed.square, m * m)),
            contacts=n,
            passed=passed,
            sds={name: k[3] for name, k in kpis.items()} | {"repeats": np.sqrt(ratio_variance / n)},
        )

    def expect(self, name: str, mean: Array, sd: Array) -> tuple[Array, Array, Array]:
        """Expected felt payout under the normal law, its slope and its bend in the mean."""
        value = self.floor.get(name, np.zeros(self.agents)) + 0.0
        slope, bend = np.zeros(self.agents), np.zeros(self.agents)
        for at, jump, kink in self.kinks[name]:
            u = (mean - at) / sd
            phi, share = density(u), ndtr(u)
            value += jump * share + kink * sd * (u * share + phi)
            slope += jump * phi / sd + kink * share
            bend += (kink - jump * u / sd) * phi / sd
        return value, slope, bend

    # -------------------------------------------------------------------------------------------- the search
    def walk(self, prices: Array) -> Answer:
        """Implicit Euler steps that grow into Newton steps, all agents in step; no objective where one has not arrived."""
        identity = np.eye(len(prices))
        time = np.ones(self.agents)
        best_size = np.full(self.agents, np.inf)
        best = last = answer = self.answer(prices)
        size_before = best_size
        before = (prices, np.zeros((self.agents, len(prices), len(prices))), prices)
        arrived = np.zeros(self.agents, dtype=bool)
        for step in range(MOST_STEPS):
            gap = (answer.next - answer.prices) * answer.weight
            size = np.nan_to_num(np.abs(gap).max(axis=0), nan=1e300)
            scale = np.abs(answer.prices * answer.weight).sum(axis=0) + 1e-3
            best = chosen(size < best_size, answer, best)
            best_size = np.minimum(size, best_size)
            arrived |= size <= 1e-11 * scale
            if arrived.all():
                break
            back = ~arrived & (size > 3 * size_before)
            if step == 0:
                time = np.where(answer.steep < 0.5, 1e3, 1.0)
            else:
                grown = time * np.clip(size_before / np.maximum(size, 1e-300), 0.5, 8.0)
                time = np.where(back, time / 4, grown)
            weight = answer.weight.T
            jacobian = answer.jacobian * (weight[:, :, None] / weight[:, None, :])
            if step > 0:
                jacobian = self.mended(jacobian, answer, gap, before)
            jacobian[arrived | back] = 0
            stable = np.linalg.det(identity - jacobian) > 0
            length = np.where(stable, time, np.minimum(time, 0.7 / np.maximum(answer.steep - 1, 1e-9)))
            matrix = (1 / length + 1)[:, None, None] * identity - jacobian
            change = np.linalg.solve(matrix, np.where(arrived | back, 0.0, gap).T[:, :, None])[:, :, 0].T
            moved = np.where(arrived, 0.0, change / answer.weight)
            if back.any():
                moved = np.where(back, (last.prices - answer.prices) * 0.75, moved)
            last = chosen(~back, answer, last)
            before = (gap, jacobian, answer.prices)
            size_before = np.where(back, size_before, size)
            answer = self.answer(answer.prices + moved)
        return replace(best, objective=np.where(arrived, best.objective, -np.inf))

    def mended(
        self, jacobian: Array, answer: Answer, gap: Array, before: tuple[Array, Array, Array]
    ) -> Array:
        """One secant (Broyden 1965) for what the Jacobian leaves out: spreads that move with behaviour."""
        gap_before, jacobian_before, prices_before = before
        step = ((answer.prices - prices_before) * answer.weight).T
        length = np.maximum((step**2).sum(axis=1), 1e-300)
        missed = (gap - gap_before).T + step
        missed -= 0.5 * ((jacobian + jacobian_before) @ step[:, :, None])[:, :, 0]
        return np.asarray(jacobian + missed[:, :, None] * step[:, None, :] / length[:, None, None])

    def worth(self, name: str, mean: Array, base: Answer) -> Array:
        """What a KPI's rule makes each channel worth where the KPI stands at `mean`, spreads as at the base."""
        slope = self.expect(name, mean, base.sds[name])[1] / self.contacts
        prices = np.zeros((len(self.touch), self.agents))
        if name == "repeats":
            error, ratio = base.kpis[KPIS.index("error_rate")], base.kpis[-1]
            prices[4], prices[3] = slope / error, -slope * ratio / error
        else:
            qa = self.document["policy"]["monitors"]["qa"]
            gain = {"sales": self.contacts, "repair_share": 1 - qa["miss"]}.get(name, 1.0)
            prices[KPIS.index(name) + (name in SHARES)] = gain * slope
        return prices

    def starts(self, base: Answer, tried: str | None) -> list[Array]:
        """Each breakpoint of one KPI alone; of every KPI, and all at their lowest and all at their highest, where none is named."""
        starts = []
        for name in [tried] if tried else KPIS:
            rest = base.prices - self.worth(name, base.kpis[KPIS.index(name)], base)
            starts += [
                rest + self.worth(name, np.full(self.agents, at), base) for at, _, _ in self.kinks[name]
            ]
        for end in () if tried else (0, -1):
            bounds = {name: np.full(self.agents, self.kinks[name][end][0]) for name in KPIS}
            starts.append(np.sum([self.worth(name, at, base) for name, at in bounds.items()], axis=0))
        return starts

    @np.errstate(divide="ignore", invalid="ignore")
    def solve(self, tried: str | None = None) -> tuple[Array, Array]:
        """Walks from no price, then from the starts; the point with the highest objective of each agent is kept.

        Parameters
        ----------
        tried
            A KPI that is known to hold other fixed points: only its breakpoints are starts.

        Returns
        -------
        The objective and the KPI means by agent.
        """
        base = self.walk(np.zeros((len(self.touch), self.agents)))
        points = [base, *(self.walk(start) for start in self.starts(base, tried))]
        objective = np.array([p.objective for p in points])
        kept = objective.argmax(axis=0)
        kpis = np.array([p.kpis for p in points])
        return objective.max(axis=0), kpis[kept, :, np.arange(self.agents)].T
