"""Broken documents, each with the codes and pointers it must be answered with: exactly those, all at once, in the right place."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import backfire
from backfire import _yaml

GONE = object()
SHIPPED = backfire.scenario("corrective-callbacks")

S = "/situations"
ENQUIRY = f"{S}/enquiry/actions"
MEMORY = f"{ENQUIRY}/from_memory"
LEFT = f"{S}/left_wrong/outcomes"
KPIS, RULES, MONITORS = "/policy/kpis", "/policy/rules", "/policy/monitors"
TRAITS = "/workforce/traits"
CARE = "/workforce/segments/novice/traits/care"

Edits = dict[str, Any]
Expected = list[tuple[str, str]]

#: What is changed in the shipped corrective-callbacks (without its evidence), and every error that must come of it.
DOCUMENTS: dict[str, tuple[Edits, Expected]] = {
    # the document as a whole
    "no version": ({"/backfire": GONE}, [("missing_key", "")]),
    "another version": ({"/backfire": 2}, [("version", "/backfire")]),
    "the version as a text": ({"/backfire": "1"}, [("version", "/backfire")]),
    "an unknown part": ({"/polici": {}}, [("unknown_key", "/polici")]),
    "no situations": ({"/situations": GONE}, [("missing_key", "")] + [("unmatched_event", p) for p in (
        f"{KPIS}/repair_rate/share", f"{KPIS}/repair_rate/of", f"{RULES}/callback_deduction/each",
        f"{RULES}/error_deduction/each")]),
    "no period": ({"/period": GONE}, [("missing_key", "")]),
    "no workforce": ({"/workforce": GONE, f"{S}/enquiry/actions/from_memory/outcomes/wrong/chance": 0.3,
                      f"{ENQUIRY}/look_up/outcomes/wrong/chance": 0.2, f"{S}/error_made/outcomes/noticed/chance": 0.2},
                     [("missing_key", "")]),
    "a name that is a number": ({"/name": 5}, [("wrong_type", "/name")]),
    "a title that is a list": ({"/title": ["a"]}, [("wrong_type", "/title")]),
    "a title with a number for a language": ({"/title": {"en": 5}}, [("wrong_type", "/title/en")]),
    "a part that is null": ({"/values": None}, [("wrong_type", "/values"), ("no_true_value", f"{KPIS}/aht/stands_for/organisation")]),
    "a part in a file": ({"/values": {"file": "v.json"}}, [("file_reference", "/values/file"), ("no_true_value", f"{KPIS}/aht/stands_for/organisation")]),
    # names
    "a name with a space": ({"/measures/a b": {}}, [("bad_id", "/measures/a b")]),
    "a name with a full-width comma": ({"/measures/a，b": {}}, [("bad_id", "/measures/a，b")]),
    "an empty name": ({"/measures/": {}}, [("bad_id", "/measures/")]),
    "a word of the format as a name": ({"/measures/payouts": {}}, [("reserved_id", "/measures/payouts")]),
    "a trait called base": ({f"{TRAITS}/base": 1}, [("reserved_id", f"{TRAITS}/base")]),
    # measures and values
    "a unit that is a number": ({"/measures/handle_time/unit": 1}, [("wrong_type", "/measures/handle_time/unit")]),
    "negative luck": ({"/measures/handle_time/period_cv": -0.1}, [("out_of_range", "/measures/handle_time/period_cv")]),
    "luck of a derived measure": ({"/measures/complaint/period_cv": 0.1}, [("exclusive_keys", "/measures/complaint/period_cv")]),
    "a sum of nothing": ({"/measures/complaint/sum": {}}, [("empty", "/measures/complaint/sum")]),
    "a sum of an unknown measure": ({"/measures/complaint/sum": {"repeat": 1}}, [("unknown_name", "/measures/complaint/sum/repeat")]),
    "measures that sum each other": (
        {"/measures/a": {"sum": {"complaint": 1}}, "/measures/complaint/sum": {"a": 1}},
        [("cycle", "/measures/a/sum")]),
    "a derived measure that is moved": ({f"{LEFT}/gives_up/moves/complaint": 1}, [("derived_moved", f"{LEFT}/gives_up/moves/complaint")]),
    "a value of an unknown measure": ({"/values/customer/waiting": -1}, [("unknown_name", "/values/customer/waiting")]),
    "payouts valued by the customer": ({"/values/customer/payouts": -1}, [("reserved_id", "/values/customer/payouts")]),
    "a third party": ({"/values/team": {}}, [("unknown_key", "/values/team")]),
    # conditions and period
    "a condition's share below 0": ({"/conditions/day/share": -1}, [("out_of_range", "/conditions/day/share")]),
    "nobody under any condition": ({"/conditions/day/share": 0, "/conditions/night/share": 0}, [("out_of_range", "/conditions")]),
    "a field that one condition lacks": ({"/conditions/night/load": GONE}, [("missing_field", f"{ENQUIRY}/look_up/effort/load")]),
    "a field called like a trait": (
        {"/conditions/day/knowledge": 1, "/conditions/night/knowledge": 1},
        [("name_clash", "/conditions/day/knowledge"), ("name_clash", "/conditions/night/knowledge")]),
    "a field that is text": ({"/conditions/day/load": "high"}, [("wrong_type", "/conditions/day/load"), ("missing_field", f"{ENQUIRY}/look_up/effort/load")]),
    "contacts and hours": ({"/period/hours": 160}, [("exclusive_keys", "/period"), ("missing_key", "/period")]),
    "neither contacts nor hours": ({"/period/contacts": GONE}, [("missing_key", "/period")]),
    "no contacts": ({"/period/contacts": 0}, [("out_of_range", "/period/contacts")]),
    "time without hours": ({"/period/time": "handle_time"}, [("exclusive_keys", "/period/time")]),
    "hours of no time": (
        {"/period/contacts": GONE, "/period/hours": 160, "/period/time": "repeat_contact"},
        [("unit_mismatch", "/period/time")]),
    "hours of an unknown measure": (
        {"/period/contacts": GONE, "/period/hours": 160, "/period/time": "handel_time"},
        [("unknown_name", "/period/time")]),
    "contacts that take no time": (
        {"/period/contacts": GONE, "/period/hours": 160, "/period/time": "handle_time", f"{MEMORY}/moves": GONE},
        [("out_of_range", "/period/time")]),
    "days as text": ({"/period/days": "22"}, [("wrong_type", "/period/days")]),
    # situations
    "a situation of nothing": ({f"{S}/x": {}}, [("missing_key", f"{S}/x")]),
    "actions and outcomes": ({f"{S}/left_wrong/actions": {"a": {}}}, [("exclusive_keys", f"{S}/left_wrong")]),
    "no actions": ({f"{S}/mistake_noticed/actions": {}}, [("empty", f"{S}/mistake_noticed/actions")] + [("unmatched_event", p) for p in (
        f"{KPIS}/repair_rate/share", f"{RULES}/callback_deduction/each")]),
    "no outcomes": ({f"{MEMORY}/outcomes": {}}, [("empty", f"{MEMORY}/outcomes")]),
    "an action that is a list": ({f"{ENQUIRY}/guess": []}, [("wrong_type", f"{ENQUIRY}/guess")]),
    "an unknown key of an action": ({f"{MEMORY}/effrt": 1}, [("unknown_key", f"{MEMORY}/effrt")]),
    "an unknown situation": ({f"{LEFT}/gives_up/opens": "enquiri"}, [("unknown_name", f"{LEFT}/gives_up/opens")]),
    "an unknown situation and chances that sum to 0.9": ({f"{LEFT}/gives_up/opens": "enquiri", f"{LEFT}/gives_up/chance": 0.5}, [
        ("unknown_name", f"{LEFT}/gives_up/opens"), ("chance_sum", LEFT)]),
    "a situation that opens itself": ({f"{LEFT}/gives_up/opens": "left_wrong"}, [("cycle", f"{S}/left_wrong")]),
    "an action with outcomes that opens": ({f"{MEMORY}/opens": "left_wrong"}, [("exclusive_keys", f"{MEMORY}/opens")]),
    "no contact begins": ({f"{S}/enquiry/share": 0}, [("no_start", "/situations")]),
    "a negative share": ({f"{S}/enquiry/share": -1}, [("out_of_range", f"{S}/enquiry/share"), ("no_start", S)]),
    "noise that is 0": ({f"{S}/enquiry/noise": 0}, [("out_of_range", f"{S}/enquiry/noise")]),
    "a chance above 1": ({f"{LEFT}/calls_again/chance": 1.4}, [("chance_range", f"{LEFT}/calls_again/chance"), ("chance_sum", LEFT)]),
    "chances that sum to 0.9": ({f"{LEFT}/gives_up/chance": 0.5}, [("chance_sum", LEFT)]),
    "a rest below 0": ({f"{LEFT}/third": {"chance": 0.7}}, [("chance_sum", LEFT)]),
    "two rests": ({f"{LEFT}/calls_again/chance": "rest"}, [("rest_repeated", f"{LEFT}/gives_up/chance")]),
    "no chance": ({f"{LEFT}/calls_again/chance": GONE}, [("missing_key", f"{LEFT}/calls_again")]),
    "a chance in words": ({f"{LEFT}/calls_again/chance": "often"}, [("wrong_type", f"{LEFT}/calls_again/chance")]),
    "a response to an unknown trait": ({f"{MEMORY}/effort": {"base": 1, "knowledgee": 1}}, [("unknown_name", f"{MEMORY}/effort/knowledgee")]),
    "an unknown link": ({f"{MEMORY}/effort": {"base": 1, "link": "probit"}}, [("wrong_value", f"{MEMORY}/effort/link")]),
    "a coefficient in words": ({f"{MEMORY}/effort": {"base": 1, "load": "much"}}, [("wrong_type", f"{MEMORY}/effort/load")]),
    "a move of an unknown measure": ({f"{MEMORY}/moves/handeltime": 1}, [("unknown_name", f"{MEMORY}/moves/handeltime")]),
    "a spread without a mean": ({f"{MEMORY}/moves/handle_time": {"cv": 0.8}}, [("missing_key", f"{MEMORY}/moves/handle_time")]),
    "two spreads": ({f"{MEMORY}/moves/handle_time/sd": 9}, [("exclusive_keys", f"{MEMORY}/moves/handle_time")]),
    "a negative spread": ({f"{MEMORY}/moves/handle_time/cv": -0.8}, [("out_of_range", f"{MEMORY}/moves/handle_time/cv")]),
    "no way out of a situation": (
        {f"{S}/mistake_noticed/actions/call_back/habit": 0, f"{S}/mistake_noticed/actions/stay_silent/habit": 0},
        [("no_action_left", f"{S}/mistake_noticed/actions")]),
    "a negative habit": ({f"{MEMORY}/habit": -1}, [("out_of_range", f"{MEMORY}/habit")]),
    # workforce
    "no noise": ({f"{TRAITS}/noise": GONE}, [("missing_trait", "/workforce/segments/novice"), ("missing_trait", "/workforce/segments/seasoned")]),
    "a trait that one segment lacks": (
        {"/workforce/segments/novice/traits/knowledge": GONE},
        [("missing_trait", f"{MEMORY}/outcomes/wrong/chance/knowledge"),
         ("missing_trait", f"{ENQUIRY}/look_up/outcomes/wrong/chance/knowledge"),
         ("missing_trait", f"{S}/error_made/outcomes/noticed/chance/knowledge")]),
    "a preference that is not modelled yet": ({f"{TRAITS}/patience": 0.9}, [("not_supported", f"{TRAITS}/patience")]),
    "stocks": ({"/stocks": {}}, [("not_supported", "/stocks")]),
    "foresight above 1": ({f"{TRAITS}/foresight": 1.5}, [("out_of_range", f"{TRAITS}/foresight")] * 2),
    "a lognormal trait below 0": ({f"{CARE}/mean": -1}, [("trait_shape", CARE)]),
    "a beta trait too wide": ({CARE: {"mean": 0.5, "sd": 0.6, "shape": "beta"}}, [("trait_shape", CARE)]),
    "an unknown shape": ({f"{CARE}/shape": "gamma"}, [("wrong_value", f"{CARE}/shape")]),
    "a trait without a shape": ({f"{CARE}/shape": GONE}, [("missing_key", CARE)]),
    "an unknown shock": ({"/workforce/shock": "probit"}, [("wrong_value", "/workforce/shock")]),
    "three actions under a normal shock": (
        {"/workforce/shock": "normal", f"{ENQUIRY}/third": {}}, [("shock_actions", ENQUIRY)]),
    "a habit under a normal shock": (
        {"/workforce/shock": "normal", f"{MEMORY}/habit": 2}, [("shock_habit", ENQUIRY)]),
    "nobody in any segment": (
        {"/workforce/segments/novice/share": 0, "/workforce/segments/seasoned/share": 0},
        [("out_of_range", "/workforce/segments")]),
    # monitors
    "samples and a rate": ({f"{MONITORS}/qa/rate": 0.1}, [("exclusive_keys", f"{MONITORS}/qa")]),
    "half a sample": ({f"{MONITORS}/qa/samples": 0.5}, [("out_of_range", f"{MONITORS}/qa/samples")]),
    "a monitor that errs always": (
        {f"{MONITORS}/qa/miss": 0.6, f"{MONITORS}/qa/false_alarm": 0.4}, [("out_of_range", f"{MONITORS}/qa")]),
    "a spread nobody can use": ({f"{MONITORS}/qa/error_sd": 1}, [("monitor_field", f"{RULES}/error_deduction/seen_by")]),
    "false alarms on what happens twice": (
        {f"{MONITORS}/qa/false_alarm": 0.1, f"{RULES}/error_deduction/each": ["left_wrong.*", "mistake_noticed.stay_silent"]},
        [("repeatable_event", f"{RULES}/error_deduction")]),
    # KPIs
    "a KPI of nothing": ({f"{KPIS}/x": {}}, [("missing_key", f"{KPIS}/x")]),
    "a KPI of two things": ({f"{KPIS}/aht/total": "handle_time"}, [("exclusive_keys", f"{KPIS}/aht")]),
    "a KPI of an unknown measure": ({f"{KPIS}/aht/mean": "handel_time"}, [("unknown_name", f"{KPIS}/aht/mean"), ("unit_mismatch", f"{KPIS}/aht/stands_for/organisation")]),
    "a ratio of one": ({f"{KPIS}/x": {"ratio": ["handle_time"]}}, [("wrong_type", f"{KPIS}/x/ratio")]),
    "of without share": ({f"{KPIS}/aht/of": "enquiry.*"}, [("exclusive_keys", f"{KPIS}/aht/of")]),
    "a way that is neither up nor down": ({f"{KPIS}/repair_rate/better": "up"}, [("wrong_value", f"{KPIS}/repair_rate/better")]),
    "no way to be better": ({f"{KPIS}/aht/better": GONE}, [("needs_better", f"{KPIS}/aht/stands_for")]),
    "a truth without a value": ({"/values/organisation/handle_time": 0}, [("no_true_value", f"{KPIS}/aht/stands_for/organisation")]),
    "a truth in another unit": ({f"{KPIS}/aht/stands_for": {"organisation": "repeat_contact"}}, [("unit_mismatch", f"{KPIS}/aht/stands_for/organisation")]),
    "two truths": (
        {f"{KPIS}/aht/stands_for": {"organisation": "handle_time", "customer": "handle_time"}},
        [("exclusive_keys", f"{KPIS}/aht/stands_for"), ("no_true_value", f"{KPIS}/aht/stands_for/customer")]),
    "a pattern of no event": ({f"{KPIS}/repair_rate/share": "mistake_noticed.call_bak"}, [("unmatched_event", f"{KPIS}/repair_rate/share")]),
    "a pattern in a list": (
        {f"{KPIS}/repair_rate/share": ["mistake_noticed.call_back", "x.y"]}, [("unmatched_event", f"{KPIS}/repair_rate/share/1")]),
    # rules
    "a rule of nothing": ({f"{RULES}/x": {"pay": 1}}, [("missing_key", f"{RULES}/x")]),
    "a rule of two things": ({f"{RULES}/callback_deduction/per": "handle_time"}, [("exclusive_keys", f"{RULES}/callback_deduction")]),
    "a rule that is a text": ({f"{RULES}/x": "handle_time"}, [("wrong_type", f"{RULES}/x")]),
    "a rule that pays nothing": ({f"{RULES}/callback_deduction/pay": GONE}, [("missing_key", f"{RULES}/callback_deduction")]),
    "steps of an event": ({f"{RULES}/callback_deduction/steps": [[0, 1]]}, [("exclusive_keys", f"{RULES}/callback_deduction/steps")]),
    "an unknown KPI": ({f"{RULES}/aht_bonus/kpi": "ahtt"}, [("unknown_name", f"{RULES}/aht_bonus/kpi")]),
    "an unknown monitor": ({f"{RULES}/error_deduction/seen_by": "qaa"}, [("unknown_name", f"{RULES}/error_deduction/seen_by")]),
    "an unknown unit": ({f"{RULES}/error_deduction/unit": "point"}, [("unknown_name", f"{RULES}/error_deduction/unit")]),
    "an unknown measure paid": ({f"{RULES}/x": {"per": "waiting", "pay": 1}}, [("unknown_name", f"{RULES}/x/per")]),
    "a monitor on a KPI rule": ({f"{RULES}/aht_bonus/seen_by": "qa"}, [("seen_by_on_kpi_rule", f"{RULES}/aht_bonus/seen_by")]),
    "pay on a KPI rule": ({f"{RULES}/aht_bonus/pay": 1}, [("exclusive_keys", f"{RULES}/aht_bonus/pay")]),
    "two schedules": ({f"{RULES}/aht_bonus/tiers": [[0, 1]]}, [("exclusive_keys", f"{RULES}/aht_bonus")]),
    "no schedule": ({f"{RULES}/aht_bonus/steps": GONE}, [("missing_key", f"{RULES}/aht_bonus")]),
    "bounds that fall": ({f"{RULES}/aht_bonus/steps": [[300, 1], [200, 2]]}, [("schedule_order", f"{RULES}/aht_bonus/steps/1")]),
    "bounds that repeat": ({f"{RULES}/aht_bonus/steps": [[300, 1], [300, 2], [300, 3]]}, [("schedule_order", f"{RULES}/aht_bonus/steps/1"), ("schedule_order", f"{RULES}/aht_bonus/steps/2")]),
    "a curve of one point": ({f"{RULES}/aht_bonus": {"kpi": "aht", "curve": [[1, 2]]}}, [("schedule_length", f"{RULES}/aht_bonus/curve")]),
    "a schedule of nothing": ({f"{RULES}/aht_bonus/steps": []}, [("schedule_length", f"{RULES}/aht_bonus/steps")]),
    "null where a curve begins": ({f"{RULES}/aht_bonus": {"kpi": "aht", "curve": [[None, 2], [3, 4]]}}, [("wrong_type", f"{RULES}/aht_bonus/curve/0/0")]),
    "a point of three": ({f"{RULES}/aht_bonus/steps": [[1, 2, 3]]}, [("wrong_type", f"{RULES}/aht_bonus/steps/0")]),
    "a loss frame without a best payout": (
        {f"{RULES}/x": {"per": "handle_time", "pay": 1, "frame": "loss"}}, [("no_best_payout", f"{RULES}/x/frame")]),
    "tiers that rise for ever in a loss frame": (
        {f"{RULES}/x": {"kpi": "aht", "tiers": [[0, 1]], "frame": "loss"}}, [("no_best_payout", f"{RULES}/x/frame")]),
    "a worth in words": ({"/policy/units/points": "8 CNY"}, [("wrong_type", "/policy/units/points")]),
    "evidence of nothing": ({"/evidence": {"rules.nothing.pay": {"code": "J"}}}, [("unknown_path", "/evidence/rules.nothing.pay")]),
    "evidence of an unknown kind": ({"/evidence": {"period.days": {"code": "Q"}}}, [("wrong_value", "/evidence/period.days/code")]),
    # several at once
    "seven things at once": (
        {"/period/dayz": 3, f"{LEFT}/calls_again/opens": "enquiry", f"{RULES}/error_deduction/seen_by": "qaa",
         "/measures/a b": {}, f"{KPIS}/aht/better": "up", f"{RULES}/aht_bonus/steps": [[2, 1], [1, 2]], "/x": 1},
        [("unknown_key", "/period/dayz"), ("cycle", f"{S}/enquiry"), ("unknown_name", f"{RULES}/error_deduction/seen_by"),
         ("bad_id", "/measures/a b"), ("wrong_value", f"{KPIS}/aht/better"), ("needs_better", f"{KPIS}/aht/stands_for"),
         ("schedule_order", f"{RULES}/aht_bonus/steps/1"), ("unknown_key", "/x")]),
}  # fmt: skip


def place(document: Any, pointer: str, value: Any) -> None:
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for part in way:
        document = document[part]
    if value is GONE:
        del document[last]
    else:
        document[last] = value


def broken(edits: Edits) -> dict[str, Any]:
    document = SHIPPED.to_dict()
    del document["evidence"]
    for pointer, value in edits.items():
        place(document, pointer, value if value is GONE else copy.deepcopy(value))
    return document


def errors_of(attempt: Any) -> tuple[backfire.Diagnostic, ...]:
    with pytest.raises(backfire.ScenarioError) as caught:
        attempt()
    return tuple(d for d in caught.value.diagnostics if d.severity == "error")


def pairs(diagnostics: tuple[backfire.Diagnostic, ...]) -> list[tuple[str, str]]:
    return sorted((d.code, d.pointer) for d in diagnostics)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_broken_document_is_answered_with_exactly_its_problems(name: str) -> None:
    edits, expected = DOCUMENTS[name]
    found = errors_of(lambda: backfire.Scenario.from_dict(broken(edits)))
    assert pairs(found) == sorted(expected), found
    assert all(d.message and not d.message.endswith(".") for d in found)


def value_at(document: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


@pytest.mark.parametrize("name", DOCUMENTS)
def test_places_in_json_text_are_those_of_the_pointer(name: str) -> None:
    """What stands at line and column is the value the pointer leads to, or its key."""
    edits, expected = DOCUMENTS[name]
    document = broken(edits)
    text = json.dumps(document, ensure_ascii=False, indent=1)
    found = errors_of(lambda: backfire.loads(text))
    assert pairs(found) == sorted(expected)
    lines = text.splitlines(keepends=True)
    for d in found:
        rest = "".join(lines[d.line - 1 :])[d.column - 1 :]
        read, end = json.JSONDecoder().raw_decode(rest)
        if rest[end:].startswith(":"):
            assert read == d.pointer.rpartition("/")[2], d
        else:
            assert read == value_at(document, d.pointer), d


def marks(node: Any, pointer: str = "") -> dict[str, set[tuple[int, int]]]:
    """Where keys and values of a composed YAML text begin, by pointer."""
    found = {pointer: {(node.start_mark.line + 1, node.start_mark.column + 1)}}
    if isinstance(node.value, str):
        return found
    pairs_of = node.value if node.id == "mapping" else enumerate(node.value)
    for key, value in pairs_of:
        name = str(key) if isinstance(key, int) else key.value.replace("~", "~0").replace("/", "~1")
        inner = marks(value, f"{pointer}/{name}")
        if not isinstance(key, int):
            inner[f"{pointer}/{name}"].add((key.start_mark.line + 1, key.start_mark.column + 1))
        found.update(inner)
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_places_in_yaml_text_are_those_of_the_pointer(name: str) -> None:
    edits, expected = DOCUMENTS[name]
    text = _yaml.write(broken(edits))
    found = errors_of(lambda: backfire.loads(text))
    assert pairs(found) == sorted(expected)
    where = marks(YAML(typ="safe", pure=True).compose(text))
    for d in found:
        assert (d.line, d.column) in where[d.pointer], d


#: Reforms of the shipped scenario that cannot be applied.
REFORMS: dict[str, tuple[Any, Expected]] = {
    "a misspelt rule": ({"rules.callback_deducton.pay": 0}, [("reform_path", f"{RULES}/callback_deducton/pay")]),
    "a key nothing reads": ({"rules.callback_deduction.pays": 0}, [("reform_path", f"{RULES}/callback_deduction/pays")]),
    "an index beyond the list": ({"rules.aht_bonus.steps.2.1": 0}, [("reform_path", f"{RULES}/aht_bonus/steps/2/1")]),
    "removing what is not there": ({"remove": ["rules.nothing"]}, [("reform_path", f"{RULES}/nothing")]),
    "replacing what is not there": ({"replace": {"rules.x": {}}}, [("reform_path", f"{RULES}/x")]),
    "adding what is there": ({"add": {"rules.aht_bonus": {}}}, [("reform_exists", f"{RULES}/aht_bonus")]),
    "scaling a text": ({"scale": {"kpis.aht.mean": 2}}, [("reform_scale", f"{KPIS}/aht/mean")]),
    "scaling by a word": ({"scale": {"rules.aht_bonus": "twice"}}, [("reform_value", f"{RULES}/aht_bonus")]),
    "disabling a KPI": ({"disable": ["kpis.aht"]}, [("reform_disable", f"{KPIS}/aht")]),
    "a word for a list": ({"remove": "rules.aht_bonus"}, [("reform_value", "")]),
    "a list for a map": ({"scale": ["rules.aht_bonus"]}, [("reform_value", "")]),
    "numbers for paths": ({"disable": [1]}, [("reform_value", "")]),
    "a reform that is no map": ([{"remove": []}, 5], [("reform_value", "")]),
    "three at once": (
        {"remove": ["rules.nothing"], "scale": {"kpis.aht": 2}, "add": {"rules.aht_bonus": {}}},
        [("reform_path", f"{RULES}/nothing"), ("reform_scale", f"{KPIS}/aht"), ("reform_exists", f"{RULES}/aht_bonus")]),
    "not a number": ({"rules.callback_deduction.pay": float("nan")}, [("number_range", f"{RULES}/callback_deduction/pay")]),
    "infinity in a list of reforms": ([{}, {"scale": {"kpis.aht.scale": float("inf")}}], [("number_range", f"{KPIS}/aht/scale")]),
    "infinity in an added part": (
        {"add": {"policy.rules.x": {"each": "left_wrong.*", "pay": -float("inf")}}}, [("number_range", f"{RULES}/x/pay")]),
    "infinity for a path": ({"remove": [float("inf")]}, [("number_range", "")]),
    "what it leads to is broken": ({"rules.error_deduction.seen_by": "qaa"}, [("unknown_name", f"{RULES}/error_deduction/seen_by")]),
}  # fmt: skip


@pytest.mark.parametrize("name", REFORMS)
def test_a_broken_reform_is_answered_with_exactly_its_problems(name: str) -> None:
    reform, expected = REFORMS[name]
    assert pairs(errors_of(lambda: SHIPPED.reformed(reform))) == sorted(expected)


def test_a_path_with_nothing_near_is_answered_with_what_may_stand_in_its_place() -> None:
    (problem,) = errors_of(lambda: SHIPPED.reformed({"rules.nope.pay": 3}))
    assert (
        problem.hint == "in place of 'nope' there are 'callback_deduction', 'error_deduction' and 'aht_bonus'"
    )


def test_a_misspelt_key_of_a_figure_is_named_with_its_table() -> None:
    with pytest.raises(backfire.UnknownNameError) as caught:
        backfire.solve(SHIPPED).value("behaviour.mistake_notced.call_back")
    assert str(caught.value) == (
        "there is no key in 'behaviour' named 'mistake_notced.call_back'; did you mean 'mistake_noticed.call_back'?"
    )


#: Texts that are no document, with code, pointer, line and column.
TEXTS: dict[str, tuple[str, tuple[str, str, int, int]]] = {
    "an empty text": ("", ("syntax", "", 1, 1)),
    "an open map": ('{"backfire": 1,\n "name": ', ("syntax", "/name", 2, 10)),
    "a comma too many": ('{"backfire": 1,\n}', ("syntax", "", 1, 15)),
    "a remark": ('{"backfire": 1, // one\n "name": "x"}', ("syntax", "", 1, 17)),
    "single quotes": ("{\n 'backfire': 1}", ("syntax", "", 2, 2)),
    "typographic quotes": ("{“backfire”: 1}", ("syntax", "", 1, 2)),
    "a full-width colon": ('{"backfire"：1}', ("syntax", "/backfire", 1, 12)),
    "two documents": ('{"backfire": 1}\n{}', ("syntax", "", 2, 1)),
    "a key twice": ('{"backfire": 1,\n  "backfire": 1}', ("duplicate_key", "/backfire", 2, 3)),
    "a number too large": ('{"period": {"contacts": 1e999}}', ("number_range", "/period/contacts", 1, 25)),
    "half a character": ('{"name": "\\ud800"}', ("encoding", "/name", 1, 11)),
    "too deep": ("[" * 65 + "]" * 65, ("too_deep", "/0" * 64, 1, 65)),
    "YAML: a tab": ("backfire: 1\nperiod:\n\tdays: 3\n", ("syntax", "/period", 3, 1)),
    "YAML: a key twice": ("backfire: 1\nname: a\nname: b\n", ("duplicate_key", "/name", 3, 1)),
    "YAML: a tag": ("backfire: 1\nname: !!str 5\n", ("syntax", "/name", 2, 7)),
    "YAML: infinity": ("backfire: 1\nperiod: {contacts: .inf}\n", ("number_range", "/period/contacts", 2, 20)),
    "YAML: an alias for a star": ("backfire: 1\npolicy: {rules: {r: {each: *.b}}}\n", ("syntax", "/policy/rules/r/each", 2, 28)),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_broken_text_is_answered_with_its_place(name: str) -> None:
    text, expected = TEXTS[name]
    found = [(d.code, d.pointer, d.line, d.column) for d in errors_of(lambda: backfire.loads(text))]
    assert expected in found


#: Past these a text is refused whole.
LARGE = {
    "too_large": '"' + "x" * 8_400_000 + '"',
    "too_many": "[" + "0," * 400_000 + "0]",
    "too_deep": "[" * 100_000,
}


@pytest.mark.parametrize("code", LARGE)
def test_a_text_past_a_limit_is_refused(code: str) -> None:
    assert [d.code for d in errors_of(lambda: backfire.loads("[" + LARGE[code] + "]"))] == [code]


def test_values_past_a_limit_are_refused() -> None:
    deep: Any = 1
    for _ in range(70):
        deep = [deep]
    endless: list[Any] = []
    endless.append(endless)
    for value, code in ((deep, "too_deep"), (endless, "too_deep"), ([0] * 400_001, "too_many")):
        document = {"backfire": 1, "x-value": value}
        assert [d.code for d in errors_of(lambda d=document: backfire.Scenario.from_dict(d))] == [code]
        assert [d.code for d in errors_of(lambda d=document: SHIPPED.reformed(d))] == [code]


def test_traits_with_too_many_points_are_refused() -> None:
    spread = {f"t{i}": {"mean": 1, "sd": 0.1, "shape": "normal"} for i in range(12)}
    document = broken({f"{MEMORY}/effort": {"base": 1, **dict.fromkeys(spread, 1)}})
    document["workforce"]["traits"].update(spread)
    found = errors_of(lambda: backfire.Scenario.from_dict(document))
    assert {d.code for d in found} == {"too_many"}
    assert all(d.pointer.startswith("/workforce") for d in found)


# ------------------------------------------------------------------------------------------------ what messages say
def said(edits: Edits) -> str:
    return "\n".join(
        f"{d.message} | {d.hint}" for d in errors_of(lambda: backfire.Scenario.from_dict(broken(edits)))
    )


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ({"/perod": {}}, "did you mean 'period'?"),
        ({f"{MEMORY}/effrt": 1}, "did you mean 'effort'?"),
        ({f"{LEFT}/gives_up/opens": "enquiri"}, "did you mean 'enquiry'?"),
        ({f"{RULES}/aht_bonus/kpi": "ahtt"}, "did you mean 'aht'?"),
        ({f"{RULES}/error_deduction/unit": "point"}, "did you mean 'points'?"),
        ({f"{KPIS}/aht/mean": "handel_time"}, "did you mean 'handle_time'?"),
        ({f"{RULES}/callback_deduction/each": "mistake_noticed.call_bak"}, "did you mean 'mistake_noticed.call_back'?"),
        ({f"{MEMORY}/effort": {"base": 1, "knowledgee": 1}}, "did you mean 'knowledge'?"),
        ({f"{KPIS}/repair_rate/better": "up"}, "higher"),
        ({f"{LEFT}/calls_again/opens": "enquiry"}, "enquiry → error_made → left_wrong → enquiry"),
        ({"/measures/a": {"sum": {"complaint": 1}}, "/measures/complaint/sum": {"a": 1}}, "a → complaint → a"),
        ({f"{ENQUIRY}/look_up/outcomes/wrong/chance/knowledge": -0.3}, "'seasoned'"),
        ({f"{ENQUIRY}/look_up/outcomes/wrong/chance/knowledge": -0.3}, "knowledge 0.88"),
        ({f"{LEFT}/gives_up/chance": {"base": 0.5, "knowledge": 0.1}}, "knowledge 0.55"),
        ({f"{KPIS}/aht/stands_for": {"organisation": "repeat_contact"}}, "'s' and what it stands for in '1'"),
    ],
)  # fmt: skip
def test_messages_name_what_is_near_what_loops_and_who_is_meant(edits: Edits, words: str) -> None:
    assert words in said(edits)


def test_infinity_is_named_and_its_place_is_the_documents() -> None:
    (found,) = errors_of(lambda: SHIPPED.reformed({"rules.callback_deduction.pay": float("inf")}))
    assert found.pointer == f"{RULES}/callback_deduction/pay"
    assert found.message == "the number inf is too large or too small to be held"


def warned(edits: Edits) -> list[backfire.Diagnostic]:
    return list(backfire.Scenario.from_dict(broken(edits)).diagnostics)


@pytest.mark.parametrize(
    ("pointer", "value", "what"),
    [
        ("/measures/x-y", {"unit": "s"}, "measure"),
        ("/policy/rules/x-y", {"each": "left_wrong.*", "pay": -1}, "rule"),
        ("/policy/kpis/x-y", {"mean": "handle_time"}, "kpi"),
        ("/policy/monitors/x-y", {"samples": 3}, "monitor"),
        (f"{S}/x-y", {"share": 1}, "situation"),
        (f"{ENQUIRY}/x-y", {"effort": 1}, "action"),
        ("/workforce/segments/x-y", {"share": 1}, "segment"),
        ("/conditions/x-y", {"share": 1}, "condition"),
    ],
)
def test_a_remark_written_like_an_entry_is_a_warning(pointer: str, value: Any, what: str) -> None:
    (found,) = warned({pointer: value})
    assert (found.code, found.severity, found.pointer) == ("unused", "warning", pointer)
    assert found.message == f"'x-y' begins with 'x-' and so is a remark: nothing reads this {what}"
    reformed = backfire.Scenario.from_dict(broken({pointer: value})).reformed({"period.contacts": 900})
    assert pointer in [d.pointer for d in reformed.diagnostics]


@pytest.mark.parametrize("value", ["a text", 3, {}, {"layout": [1, 2]}, {"title": "a heading"}])
def test_a_remark_that_is_one_is_no_warning(value: Any) -> None:
    assert warned({"/measures/x-y": value, "/policy/rules/x-y": value, "/x-y": value}) == []


def test_a_name_that_is_a_remark_is_said_to_be_one() -> None:
    found = said({"/measures/x-y": {"unit": "s"}, f"{KPIS}/aht/mean": "x-y"})
    assert (
        "there is no measure called 'x-y' | what begins with 'x-' is a remark: give the measure another name"
        in found
    )


@pytest.mark.parametrize(
    ("sum_of", "unit", "odd"),
    [
        ({"handle_time": 1, "weight": 1}, "s", ["weight"]),
        ({"handle_time": -1, "weight": 1}, "kg", ["handle_time"]),
        ({"handle_time": 1, "weight": 1}, "1", ["handle_time", "weight"]),
        ({"handle_time": 0.015, "weight": 2.5}, "CNY", []),
        ({"handle_time": 1}, "min", []),
        ({"handle_time": 1}, "s", []),
        ({"weight": 1, "heavier": 2}, "kg", []),
    ],
)
def test_another_unit_added_as_it_stands_is_a_warning(sum_of: Any, unit: str, odd: list[str]) -> None:
    edits = {
        "/measures/weight": {"unit": "kg"},
        "/measures/heavier": {"unit": "kg"},
        f"{MEMORY}/moves/weight": 1,
        f"{MEMORY}/moves/heavier": 1,
        "/measures/all_of_it": {"unit": unit, "sum": sum_of},
    }
    found = warned(edits)
    assert [(d.code, d.pointer) for d in found] == [
        ("mixed_units", f"/measures/all_of_it/sum/{p}") for p in odd
    ]
    if unit == "s" and odd:
        assert found[0].message == "'all_of_it' (unit s) adds 'weight' (unit kg) as it stands"


# ------------------------------------------------------------------------------------------------------- every code
def test_every_code_has_a_broken_document(tmp_path: Path) -> None:
    """Only `encoding` of a file and the warnings lie outside the tables above."""
    (tmp_path / "latin.json").write_bytes(b'{"name": "\xe9"}')
    place_of = errors_of(lambda: backfire.load(tmp_path / "latin.json"))[0]
    assert (place_of.code, place_of.line, place_of.column) == ("encoding", 1, 11)
    unused = SHIPPED.reformed({"remove": ["rules.error_deduction"]}).diagnostics
    assert ("unused", f"{MONITORS}/qa") in [(d.code, d.pointer) for d in unused]
    covered = {code for _, expected in [*DOCUMENTS.values(), *REFORMS.values()] for code, _ in expected}
    covered |= {expected[0] for _, expected in TEXTS.values()} | set(LARGE)
    covered |= {"encoding", "unused", "mixed_units"}
    assert covered == {code for code, _, _ in backfire.diagnostic_codes()}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{MEMORY}/quux", "'quux' is no key of an action"),
        ("/values/quux", "'quux' is no key of 'values'"),
        ("/policy/quux", "'quux' is no key of a policy"),
    ],
)
def test_an_unknown_key_is_said_with_the_right_article(path: str, said: str) -> None:
    document = backfire.scenario("corrective-callbacks").to_dict()
    node = document
    *keys, last = path.strip("/").split("/")
    for key in keys:
        node = node[key]
    node[last] = {}
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.Scenario.from_dict(document)
    (problem,) = caught.value.diagnostics
    assert problem.message == said
    assert problem.hint.startswith(said.removeprefix("'quux' is no key of ") + " may have ")
