"""YAML 1.2: the core schema's words, positions, refusals, round trips, and parts in files."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backfire
import random_scenarios
from backfire import _yaml

SHIPPED = [row["name"] for row in backfire.scenarios()]
CODES_OF_TEXTS = {"syntax", "duplicate_key", "number_range", "encoding", "too_deep", "too_many", "too_large"}


def plain(text: str) -> Any:
    """What a YAML text says, as plain Python values; it must have no problems."""

    def bare(tree: Any) -> Any:
        value = tree[2]
        if isinstance(value, tuple):
            return {name: bare(inner) for name, _, _, inner in value}
        return [bare(inner) for inner in value] if isinstance(value, list) else value

    tree, problems, whole = _yaml.read(text)
    assert whole, problems
    assert problems == []
    return bare(tree)


def problems_of(text: str) -> list[tuple[str, int, int]]:
    _, problems, _ = _yaml.read(text)
    return [(d.code, d.line, d.column) for d in problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("Y", "Y"), ("n", "n"), ("NO", "NO"),
        ("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False),
        ("tRUE", "tRUE"), ("null", None), ("Null", None), ("NULL", None), ("~", None), ("", None), ("nUll", "nUll"),
        ("12", 12), ("-12", -12), ("+12", 12), ("012", 12), ("0o17", 15), ("0x1F", 31), ("0b1", "0b1"),
        ("1_000", "1_000"), ("1:30", "1:30"), ("1.5", 1.5), ("-.5", -0.5), ("1.", 1.0), ("1e3", 1000.0),
        ("1E-2", 0.01), (".e3", ".e3"), ("2024-01-01", "2024-01-01"), ("'12'", "12"), ('"true"', "true"), ("=", "="),
        ("a b", "a b"), ("中文：说明", "中文：说明"), ('"\\u4e2d\\ud83d\\ude00"', "中😀"), ("1e3x", "1e3x"), (".", "."),
    ],
)  # fmt: skip
def test_plain_words_mean_what_the_core_schema_says(written: str, meant: Any) -> None:
    value = plain(f"key: {written}\n")["key"]
    assert value == meant
    assert type(value) is type(meant)


def test_keys_are_texts() -> None:
    assert plain("no: 1\n1: 2\nnull: 3\n? 'a b'\n: 4") == {"no": 1, "1": 2, "null": 3, "a b": 4}


def test_anchors_repeat_values_without_their_names() -> None:
    text = "a: &x {b: 1, c: &y [1, 2]}\nd: *x\ne: *y\nf: &z 3\ng: *z"
    assert plain(text) == {
        "a": {"b": 1, "c": [1, 2]},
        "d": {"b": 1, "c": [1, 2]},
        "e": [1, 2],
        "f": 3,
        "g": 3,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", [("duplicate_key", 3, 1)]),
        ("a: 1\na: 2\nb: {c: 1, c: 2}\nd: !!str 5\n", [("duplicate_key", 2, 1), ("duplicate_key", 3, 11), ("syntax", 4, 4)]),
        ("a: .inf\nb: [-.INF, .nan]\nc: 1e999\nd: 1e-999\n",
         [("number_range", 1, 4), ("number_range", 2, 5), ("number_range", 2, 12), ("number_range", 3, 4),
          ("number_range", 4, 4)]),
        ("a: " + "9" * 400 + "\nb: 0x" + "f" * 400, [("number_range", 1, 4), ("number_range", 2, 4)]),
        ("a: !!python/object/apply:os.system [ls]\n", [("syntax", 1, 4)]),
        ("--- !map\na: 1\n", [("syntax", 1, 5)]),
        ("a: 1\n---\nb: 2\n", [("syntax", 2, 1)]),
        ("a: 1\n...\nb: 2\n", [("syntax", 3, 1)]),
        ("%YAML 1.1\n---\na: 1\n", [("syntax", 1, 1)]),
        ("a: *nobody\n", [("syntax", 1, 4)]),
        ("a: &x\n  b: *x\n", [("syntax", 2, 6)]),
        ("a: *.wrong\n", [("syntax", 1, 4)]),
        ("<<: {a: 1}\nb: 2\n", [("syntax", 1, 1)]),
        ("? [a]\n: 1\n", [("syntax", 1, 3)]),
        ("a: b: c\n", [("syntax", 1, 5)]),
        ("a:\n\tb: 1\n", [("syntax", 2, 1)]),
        ("a: [1, 2\nb: 3\n", [("syntax", 2, 2)]),
        ("a: {b: 1\n", [("syntax", 2, 1)]),
        ("a: 'never closed\n", [("syntax", 1, 4)]),
        ("a: \"\\q\"\n", [("syntax", 1, 6)]),
        ("a: @home\n", [("syntax", 1, 4)]),
        ("a: 1\n b: 2\n", [("syntax", 2, 3)]),
        ("a: x\u0001y\n", [("syntax", 1, 5)]),
        ("中文：是\na: \"\\ud800\"\n", None),
        ("# nothing but a remark\n", [("syntax", 1, 1)]),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", None),
        ("a: |3x\n  b\n", None),
        ("a: &\n", None),
    ],
)  # fmt: skip
def test_refusals_have_places_and_our_own_words(
    text: str, expected: list[tuple[str, int, int]] | None
) -> None:
    _, problems, whole = _yaml.read(text)
    if expected is not None:
        assert problems_of(text) == expected
    for problem in problems:
        assert problem.code in CODES_OF_TEXTS
        assert problem.line > 0
        assert "yaml.org" not in problem.message
        assert "token" not in problem.message
        assert "expected <" not in problem.message
    assert problems or whole


def test_problems_of_text_and_of_document_come_together() -> None:
    text = backfire.scenario("corrective-callbacks").to_yaml()
    text = text.replace("seen_by: qa", "seen_by: qaa", 1) + "name: again\n"
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.loads(text)
    found = {d.code: d for d in caught.value.diagnostics}
    lines = text.splitlines()
    assert found["duplicate_key"].line == len(lines)
    unknown = found["unknown_name"]
    assert lines[unknown.line - 1][unknown.column - 1 :].startswith("qaa")
    assert unknown.hint == "did you mean 'qa'?"


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for i in range(1, 30):
        bomb += f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n"
    start = time.perf_counter()
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.loads(bomb)
    assert [d.code for d in caught.value.diagnostics] == ["too_many"]
    assert time.perf_counter() - start < 1


def test_aliases_do_not_pass_the_limit_of_depth() -> None:
    text = "a: &a0 [x]\n" + "".join(f"b{i}: &a{i + 1} [*a{i}]\n" for i in range(80))
    assert problems_of(text)[0][0] == "too_deep"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 5000, "too_deep"),
        ("a: " + "{b: " * 100, "too_deep"),
        ("- " * 3000, "too_deep"),
        ("x" * ((1 << 20) + 1), "too_large"),
        ("a: [" + "0," * 120_000 + "0]", "too_many"),
    ],
)
def test_limits(text: str, code: str) -> None:
    assert problems_of(text)[-1][0] == code


def test_keys_that_stand_twice_cost_no_more_than_their_number() -> None:
    keys = 20_000
    text = "".join(f"a{i}: 1\n" for i in range(keys)) + f"a{keys - 1}: 1\n" * keys
    began = time.process_time()
    with pytest.raises(backfire.ScenarioError) as refused:
        backfire.loads(text)
    assert time.process_time() - began < 30  # looking each up among all would take minutes
    twice = [d for d in refused.value.diagnostics if d.code == "duplicate_key"]
    assert twice[0].line == keys + 1
    assert twice[0].message.endswith("on line 20000, column 1")


def test_zeros_in_front_of_a_number_say_nothing() -> None:
    with pytest.raises(backfire.ScenarioError) as refused:
        backfire.loads("backfire: 1\nname: " + "0" * 5000 + "7\n")
    assert "syntax" not in [d.code for d in refused.value.diagnostics]
    assert _yaml.read("-" + "0" * 5000 + "7")[0] == (1, 1, -7)


def test_yaml_and_json_are_told_apart_by_their_first_character() -> None:
    scenario = backfire.scenario("corrective-callbacks")
    assert backfire.loads("\ufeff \n" + scenario.to_json()) == scenario
    assert backfire.loads("# a remark\n" + scenario.to_yaml()) == scenario
    with pytest.raises(backfire.ScenarioError, match="double quotes"):
        backfire.loads("{backfire: 1}")
    with pytest.raises(backfire.ScenarioError, match="a map, got text 'hello'"):
        backfire.loads("hello")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_come_back_from_yaml(name: str) -> None:
    scenario = backfire.scenario(name)
    again = backfire.loads(scenario.to_yaml())
    assert again == scenario
    assert again.fingerprint == scenario.fingerprint
    assert again.to_json() == scenario.to_json()


@pytest.mark.parametrize("seed", range(60))
def test_random_scenarios_come_back_from_yaml(seed: int) -> None:
    scenario = backfire.Scenario.from_dict(random_scenarios.random_scenario(seed))
    assert backfire.loads(scenario.to_yaml()).to_json() == scenario.to_json()


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0 or abs(x) > 1e-300)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
    | st.sampled_from(["no", "null", "~", "1e5", "0x1", "- a", "a: b", "# c", "&x", "*x", "!t", "'", '"', "\n", " ", "%"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=6), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_every_value_comes_back_from_yaml(value: Any) -> None:
    document = {"backfire": 1, "x-value": value}
    assert plain(_yaml.write(document)) == document


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:-?[]{}&*!|>'\"%@`#,\n\t 01.~<", max_size=40))
def test_every_text_is_read_or_refused_with_a_place(text: str) -> None:
    with pytest.raises(backfire.ScenarioError) as caught:  # none of these is a scenario
        backfire.loads("x" + text)
    assert all(d.code and (d.line > 0 or d.pointer == "") for d in caught.value.diagnostics)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    scenario = backfire.scenario("corrective-callbacks")
    (tmp_path / "x.yaml").write_text("backfire: 1\n", encoding="utf-8")
    for attempt in (
        lambda: backfire.loads("backfire: 1"),
        scenario.to_yaml,
        lambda: backfire.load(tmp_path / "x.yaml"),
    ):
        with pytest.raises(ImportError, match=r"pip install backfire\[yaml\]"):
            attempt()


# ----------------------------------------------------------------------------------------------- parts in files
def split_up(folder: Path, suffix: str) -> backfire.Scenario:
    """The shipped scenario with its policy, its rules and one situation in files of their own."""
    scenario = backfire.scenario("corrective-callbacks")
    document = scenario.to_dict()

    def put(name: str, part: Any, kind: str) -> dict[str, str]:
        text = json.dumps(part, ensure_ascii=False, indent=1) if kind == "json" else _yaml.write(part)
        (folder / f"{name}.{kind}").write_text(text, encoding="utf-8")
        return {"file": f"{name}.{kind}"}

    document["policy"]["rules"] = put("regeln", document["policy"]["rules"], "yaml")
    document["policy"] = put("政策", document["policy"], "json")
    document["situations"]["left_wrong"] = put("left", document["situations"]["left_wrong"], "yaml")
    text = json.dumps(document, ensure_ascii=False, indent=1) if suffix == "json" else _yaml.write(document)
    (folder / f"scenario.{suffix}").write_text(text, encoding="utf-8")
    return scenario


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_any_part_may_live_in_a_file(tmp_path: Path, suffix: str) -> None:
    scenario = split_up(tmp_path, suffix)
    assert backfire.load(tmp_path / f"scenario.{suffix}") == scenario


@pytest.mark.parametrize("ending", ["YAML", "Yml", "JSON", "Json"])
def test_endings_may_be_written_in_capitals(tmp_path: Path, ending: str) -> None:
    scenario = backfire.scenario("corrective-callbacks")
    yaml = ending.lower().startswith("y")
    (tmp_path / f"plan.{ending}").write_text(
        scenario.to_yaml() if yaml else scenario.to_json(), encoding="utf-8"
    )
    assert backfire.load(tmp_path / f"plan.{ending}") == scenario
    values = scenario.to_dict()["values"]
    text = _yaml.write(values) if yaml else json.dumps(values)
    (tmp_path / f"values.{ending}").write_text(text, encoding="utf-8")
    document = scenario.to_dict() | {"values": {"file": f"values.{ending}"}}
    (tmp_path / "parts.json").write_text(json.dumps(document), encoding="utf-8")
    assert backfire.load(tmp_path / "parts.json") == scenario


def test_diagnostics_of_a_part_name_its_file_line_and_column(tmp_path: Path) -> None:
    split_up(tmp_path, "yaml")
    rules = (tmp_path / "regeln.yaml").read_text(encoding="utf-8").replace("seen_by: qa", "seen_by: qaa")
    (tmp_path / "regeln.yaml").write_text(rules, encoding="utf-8")
    text = (tmp_path / "scenario.yaml").read_text(encoding="utf-8")
    (tmp_path / "scenario.yaml").write_text(text + "namee: x\n", encoding="utf-8")
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.load(tmp_path / "scenario.yaml")
    found = {d.code: d for d in caught.value.diagnostics}
    assert found["unknown_key"].file == ""
    assert found["unknown_key"].line == text.count("\n") + 1
    wrong = found["unknown_name"]
    assert wrong.file == "regeln.yaml"
    assert wrong.pointer == "/policy/rules/error_deduction/seen_by"
    assert rules.splitlines()[wrong.line - 1][wrong.column - 1 :].startswith("qaa")
    assert "regeln.yaml, line" in str(caught.value)


def test_broken_files_are_all_reported_with_their_names(tmp_path: Path) -> None:
    split_up(tmp_path, "json")
    (tmp_path / "regeln.yaml").write_text("a: [\n", encoding="utf-8")
    (tmp_path / "left.yaml").write_text("a: 1\na: 2\n", encoding="utf-8")
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.load(tmp_path / "scenario.json")
    assert {(d.code, d.file) for d in caught.value.diagnostics} == {
        ("syntax", "regeln.yaml"),
        ("duplicate_key", "left.yaml"),
    }


def refused(folder: Path, part: Any) -> backfire.Diagnostic:
    (folder / "scenario.json").write_text(json.dumps({"backfire": 1, "policy": part}), encoding="utf-8")
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.load(folder / "scenario.json")
    return caught.value.diagnostics[0]


@pytest.mark.parametrize(
    "name", ["../x.json", "/etc/passwd", "", ".", "..", "sub/x.json", "sub\\x.json", "c:x.json", "x\0.json", "nothing.json"]
)  # fmt: skip
def test_files_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x.json").write_text("{}", encoding="utf-8")
    problem = refused(tmp_path, {"file": name})
    assert (problem.code, problem.pointer) == ("file_reference", "/policy/file")
    assert problem.line == 1


def test_links_out_of_the_folder_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    import os

    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    (home / "link.json").symlink_to(tmp_path / "secret.json")
    (home / "folder.json").mkdir()
    os.mkfifo(home / "pipe.json")
    for name in ("link.json", "folder.json", "pipe.json"):
        problem = refused(home, {"file": name})
        assert problem.code == "file_reference"
        assert "plain file" in problem.message


@pytest.mark.parametrize("name", ["nowhere.json", "无此文件.json", os.fsdecode(b"\xff.json")])
def test_a_missing_file_is_said_to_be_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        backfire.load(tmp_path / name)
    assert missing.value.filename == str(tmp_path / name)
    with pytest.raises(IsADirectoryError):
        backfire.load(tmp_path)


def test_files_in_a_circle_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"rules": {"file": "b.yaml"}}', encoding="utf-8")
    (tmp_path / "b.yaml").write_text("r: {file: a.json}\n", encoding="utf-8")
    problem = refused(tmp_path, {"file": "a.json"})
    assert problem.code == "file_reference"
    assert "a.json → b.yaml → a.json" in problem.message
    assert problem.file == "b.yaml"


def test_files_that_multiply_are_refused(tmp_path: Path) -> None:
    for i in range(12):
        part = {f"k{k}": {"file": f"f{i + 1}.json"} for k in range(9)}
        (tmp_path / f"f{i}.json").write_text(json.dumps(part), encoding="utf-8")
    (tmp_path / "f12.json").write_text("{}", encoding="utf-8")
    assert refused(tmp_path, {"file": "f0.json"}).code == "too_many"


def test_files_that_nest_too_deep_are_refused(tmp_path: Path) -> None:
    for i in range(5):
        part: Any = {"file": f"d{i + 1}.json"}
        for _ in range(20):
            part = {"a": part}
        (tmp_path / f"d{i}.json").write_text(json.dumps(part), encoding="utf-8")
    (tmp_path / "d5.json").write_text("{}", encoding="utf-8")
    assert refused(tmp_path, {"file": "d0.json"}).code == "too_deep"


def test_a_text_has_no_folder_to_read_parts_from() -> None:
    with pytest.raises(backfire.ScenarioError) as caught:
        backfire.loads('{"backfire": 1, "policy": {"file": "policy.json"}}')
    found = {d.code: d for d in caught.value.diagnostics}
    assert found["file_reference"].pointer == "/policy/file"
