"""What each command does with what it was given. Each returns whether a requirement failed."""

import argparse
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import backfire
from backfire._describe import evidence_gaps
from backfire._errors import BackfireError, MissingPackageError
from backfire._messages import say
from backfire._scenario import new_warnings
from backfire._table import Table
from backfire.cli._input import (
    Requirement,
    UsageError,
    composed_reform,
    label_of,
    labelled,
    named_reforms,
    read_document,
    read_reform,
    requirement,
    word,
)
from backfire.cli._output import (
    DIAGNOSTIC_FIELDS,
    diagnostic_lines,
    plain_diagnostics,
    print_json,
    print_table,
    remark,
)
from backfire.cli._parser import COMPARISON_TABLES, EXPLANATION_TABLES, SOLUTION_TABLES


def run_command(options: argparse.Namespace) -> bool:
    """Runs the command the options name."""
    return _COMMANDS[options.command](options)


def _shape(options: argparse.Namespace) -> str:
    return "json" if options.json else "csv" if options.csv else "text"


def _progress() -> bool | None:
    """A bar where somebody watches."""
    return (sys.stderr is not None and sys.stderr.isatty()) or None


def _check(options: argparse.Namespace) -> bool:
    scenario = read_document(options.document)
    found = scenario.diagnostics
    if options.json:
        print_json(_identity(scenario) | {"diagnostics": plain_diagnostics(found)})
    elif options.csv:
        rows = plain_diagnostics(found)
        print_table(Table([(field, [row[field] for row in rows]) for field in DIAGNOSTIC_FIELDS]), "csv")
    else:
        remark(*diagnostic_lines(label_of(options.document), found))
        print(
            f"{label_of(options.document)}: no errors, {len(found)} warning{'' if len(found) == 1 else 's'}"
        )
    return False


def _identity(scenario: backfire.Scenario) -> dict[str, Any]:
    return {"version": backfire.__version__, "scenario": scenario.name, "fingerprint": scenario.fingerprint}


def _show(options: argparse.Namespace) -> bool:
    scenario = read_document(options.document)
    words = backfire.describe(scenario, options.language)
    if options.json:
        gaps = evidence_gaps(scenario.to_dict())
        print_json(_identity(scenario) | {"sentences": words.to_dicts(), "evidence_gaps": gaps})
    elif options.csv:
        print_table(words, "csv")
    else:
        _print_words(words, options.language)
    return False


def _print_words(words: Table, language: str) -> None:
    section, gap = "", say("show.gap", language)
    for row in words:
        if row["section"] != section:
            section = row["section"]
            print("\n" * (section != "question") + say(f"show.section.{section}", language))
        if section == "evidence" and row["name"]:
            print(f"    {row['name']}" + (f": {row['text']}" if row["text"] != gap else ""))
        else:
            depth = row["name"].count(".") if section == "situations" else 0
            print("  " * (depth + 1) + row["text"])


def _graph(options: argparse.Namespace) -> bool:
    graph = backfire.graph(read_document(options.document))
    if options.dot:
        print(graph.dot(options.language), end="")
    elif options.mermaid:
        print(graph.mermaid(options.language), end="")
    elif options.svg:
        try:
            print(graph.svg(options.language))
        except ValueError as too_large:
            raise BackfireError(str(too_large)) from None
    elif options.json:
        print_json({"nodes": graph.nodes.to_dicts(), "edges": graph.edges.to_dicts()})
    else:
        print_table(getattr(graph, options.table), _shape(options))
    return False


def _state(solution: backfire.Solution) -> dict[str, Any]:
    return {
        "status": solution.status,
        "quadrature_error": solution.quadrature_error,
        "notes": plain_diagnostics(solution.notes),
    }


def _remarks(label: str, solution: backfire.Solution, read: backfire.Scenario) -> None:
    """What a reader must know besides the figures: warnings a reform brings, notes, and a status not hoped for."""
    remark(*diagnostic_lines(label, new_warnings(read, solution.scenario)))
    remark(*diagnostic_lines(label, solution.notes))
    if solution.status not in ("converged", "several_equilibria"):
        remark(f"{label}: status {solution.status}")


def _judged(requirements: list[Requirement], solutions: dict[str, backfire.Solution]) -> list[dict[str, Any]]:
    return [
        {"requirement": r.text, "under": name, "value": value, "met": r.met(value)}
        for r in requirements
        for name, solution in solutions.items()
        for value in [solution.value(r.figure)]
    ]


def _answer(
    options: argparse.Namespace,
    answer: backfire.Solution | backfire.Comparison,
    tables: tuple[str, ...],
    head: dict[str, Any],
    judged: list[dict[str, Any]],
) -> bool:
    if options.json:
        wanted = (options.table,) if options.table else tables
        rows = {name: getattr(answer, name).to_dicts() for name in wanted}
        print_json(head | {"requirements": judged} | rows)
    elif options.csv or options.table:
        print_table(getattr(answer, options.table or "behaviour"), _shape(options))
    else:
        print(answer)
    failed = [j for j in judged if not j["met"]]
    sys.stdout.flush()
    for j in failed:
        under = f" under {j['under']}" if j["under"] else ""
        value = "it has no value" if j["value"] != j["value"] else f"it is {j['value']:.6g}"
        remark(f"requirement failed{under}: {j['requirement']}; {value}")
    return bool(failed)


def _run(options: argparse.Namespace) -> bool:
    requirements = [requirement(text) for text in options.require]
    scenario = read_document(options.document)
    label = label_of(options.document)
    remark(*diagnostic_lines(label, scenario.diagnostics))
    reform = composed_reform(options.reform)
    for path in reform.conflicts:
        remark(f"backfire: several reforms write {path}; the last one holds")
    with labelled(f"{label} with --reform" if options.reform else label):
        solution = backfire.solve(scenario, reform, progress=_progress())
    judged = _judged(requirements, {"": solution})
    _remarks(label, solution, scenario)
    head = _identity(solution.scenario) | _state(solution)
    head["warnings"] = plain_diagnostics(solution.scenario.diagnostics)
    return _answer(options, solution, SOLUTION_TABLES, head, judged)


def _compare(options: argparse.Namespace) -> bool:
    if not options.reform:
        raise UsageError("compare needs a --reform to compare with, e.g. --reform rules.bonus.pay=0")
    requirements = [requirement(text) for text in options.require]
    scenario = read_document(options.document)
    label = label_of(options.document)
    remark(*diagnostic_lines(label, scenario.diagnostics))
    reforms = named_reforms(options.reform)
    with labelled(f"{label} with --reform"):
        comparison = backfire.compare(scenario, dict(reforms), progress=_progress())
    solutions = comparison.reforms
    judged = _judged(requirements, solutions)
    for name, solution in {"": comparison.baseline, **solutions}.items():
        _remarks(f"{label} under {name}" if name else label, solution, scenario)
    head = _identity(scenario) | _state(comparison.baseline)
    head["warnings"] = plain_diagnostics(scenario.diagnostics)
    head["reforms"] = {
        n: {
            "fingerprint": s.scenario.fingerprint,
            "warnings": plain_diagnostics(new_warnings(scenario, s.scenario)),
        }
        | _state(s)
        for n, s in solutions.items()
    }
    return _answer(options, comparison, COMPARISON_TABLES, head, judged)


def _explain(options: argparse.Namespace) -> bool:
    scenario = read_document(options.document)
    label = label_of(options.document)
    reform = composed_reform(options.reform)
    whose = {"segment": options.segment, "condition": options.condition, "against": options.against}
    with labelled(f"{label} with --reform" if options.reform else label):
        if options.reform:
            name = say("reform.unnamed", options.language)
            comparison = backfire.compare(scenario, {name: reform}, progress=_progress())
            solution = comparison.reforms[name]
            why = backfire.explain(comparison, name, options.action, **whose)
        else:
            solution = backfire.solve(scenario, progress=_progress())
            why = backfire.explain(solution, options.action, **whose)
    _remarks(label, solution, scenario)
    text = why.text_in(options.language)
    tables = {name: getattr(why, name) for name in EXPLANATION_TABLES} | {
        "paths": why.paths_in(options.language)
    }
    if options.json:
        head = _identity(solution.scenario) | _state(solution) | {"text": text}
        print_json(head | {name: t.to_dicts() for name, t in tables.items() if options.table in (None, name)})
    elif options.csv or options.table:
        print_table(tables[options.table or "ledger"], _shape(options))
    else:
        print(text)
    return False


def _break_even(options: argparse.Namespace) -> bool:
    scenario = read_document(options.document)
    against = None if options.against is None else read_reform(options.against)
    with labelled(label_of(options.document)):
        found = backfire.break_even(
            scenario,
            word(options.path),
            of=word(options.of),
            between=(options.between[0], options.between[1]),
            target=options.target,
            against=against,
            progress=_progress(),
        )
    text = found.text_in(options.language)
    if options.json:
        told = {
            "path": found.path,
            "figure": found.figure,
            "between": list(found.between),
            "target": found.target,
        }
        head = _identity(scenario) | told | {"now": found.now, "points": found.points, "text": text}
        print_json(head | {"curve": found.curve.to_dicts()})
    elif options.csv:
        print_table(found.curve, "csv")
    else:
        print(text)
    return False


def _report(options: argparse.Namespace) -> bool:
    if not options.reform:
        raise UsageError("report needs a --reform to report on, e.g. --reform rules.bonus.pay=0")
    scenario = read_document(options.document)
    label = label_of(options.document)
    reforms = named_reforms(options.reform)
    with labelled(f"{label} with --reform"):
        comparison = backfire.compare(scenario, dict(reforms), progress=_progress())
    for name, solution in comparison.reforms.items():
        _remarks(f"{label} under {name}", solution, scenario)
    how: dict[str, Any] = {"break_even": not options.no_break_even, "progress": _progress()}
    if options.output == "-":
        print(backfire.report_html(comparison, options.language, **how), end="")
        return False
    written = backfire.report(comparison, options.output, options.language, **how)
    print(f"{word(str(written))} is written")
    return False


def _diff(options: argparse.Namespace) -> bool:
    if options.a == options.b == "-":
        raise UsageError("standard input can be one of the two documents only")
    print_table(backfire.diff(read_document(options.a), read_document(options.b)), _shape(options))
    return False


def _schema(options: argparse.Namespace) -> bool:
    print(backfire.schema(), end="")
    return False


def _scenarios(options: argparse.Namespace) -> bool:
    print_table(backfire.scenarios(), _shape(options))
    return False


def _new(options: argparse.Namespace) -> bool:
    start, target = options.start, Path(options.target)
    if start is None and options.target in backfire.scenarios()["name"]:
        start, target = options.target, Path(f"{options.target}.json")
    yaml = target.suffix.lower() in (".yaml", ".yml")
    if not yaml and target.suffix.lower() != ".json":
        near = f"; the shipped scenarios are {', '.join(backfire.scenarios()['name'])}"
        raise UsageError(
            f"'{options.target}' ends neither in .json nor in .yaml, and no scenario has that name{near}"
        )
    if start is not None:
        scenario = backfire.scenario(start)
        text = (scenario.to_yaml() if yaml else scenario.to_json()).rstrip("\n") + "\n"
    else:
        text = (
            files("backfire.cli").joinpath("first.yaml" if yaml else "first.json").read_text(encoding="utf-8")
        )
    try:
        file = target.open("x", encoding="utf-8")
    except FileExistsError:
        raise UsageError(f"'{target}' is there already; backfire new writes over nothing") from None
    with file:
        file.write(text.replace("FILE", str(target)) if start is None else text)
    print(
        f"{target} is written; next: backfire check {target}, backfire show {target}, backfire run {target}"
    )
    return False


def _completion(options: argparse.Namespace) -> bool:
    try:
        from argcomplete.shell_integration import shellcode
    except ImportError:
        raise MissingPackageError("completion needs argcomplete: pip install backfire[completion]") from None
    print(shellcode(["backfire"], shell=options.shell))
    return False


_COMMANDS: dict[str, Callable[[argparse.Namespace], bool]] = {
    "check": _check,
    "show": _show,
    "graph": _graph,
    "run": _run,
    "compare": _compare,
    "explain": _explain,
    "break-even": _break_even,
    "report": _report,
    "diff": _diff,
    "schema": _schema,
    "scenarios": _scenarios,
    "new": _new,
    "completion": _completion,
}
