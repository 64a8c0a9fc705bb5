"""The words of the command line and their help, each with an example that runs as it stands."""

import argparse
from typing import Any

import backfire
from backfire._messages import LANGUAGES

SOLUTION_TABLES = (
    "behaviour",
    "measures",
    "kpis",
    "payouts",
    "values",
    "prices",
    "fixed_points",
    "equilibria",
)
COMPARISON_TABLES = ("behaviour", "measures", "kpis", "payouts", "values", "prices", "winners", "goodhart")
EXPLANATION_TABLES = ("ledger", "whole", "paths", "changes")

_CODES = """exit codes:
  0    fine
  1    a --require does not hold, and nothing else
  2    bad input or usage
  70   a defect of backfire itself
  130  stopped by Ctrl-C"""


class _Format(argparse.RawDescriptionHelpFormatter):
    """Keeps examples on lines of their own."""


def _complete_documents(prefix: str, **_: Any) -> list[str]:
    """Shipped scenarios and files that a shell offers for a document."""
    from argcomplete.completers import FilesCompleter

    names = [name for name in backfire.scenarios()["name"] if name.startswith(prefix)]
    return names + list(FilesCompleter(("json", "yaml", "yml"))(prefix))


def _complete_reforms(prefix: str, parsed_args: Any, **_: Any) -> list[str]:
    """Amounts of the document's rules that a shell offers for a reform, and files."""
    from argcomplete.completers import FilesCompleter

    from backfire.cli._input import read_document

    paths = []
    try:
        rules = read_document(parsed_args.document).to_dict().get("policy", {}).get("rules", {})
        paths = [f"rules.{id}.pay=" for id, rule in rules.items() if "pay" in rule]
    except (backfire.BackfireError, OSError, TypeError, AttributeError):
        pass  # no document yet, or a broken one: only files are offered
    return [p for p in paths if p.startswith(prefix)] + list(FilesCompleter(("json", "yaml", "yml"))(prefix))


def _completed(action: argparse.Action, completer: Any) -> argparse.Action:
    action.completer = completer  # type: ignore[attr-defined]
    return action


# Options that several commands have, each as a parent of their parsers.
def _parent() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(add_help=False)


def _documents(*names: str) -> argparse.ArgumentParser:
    """Documents by their places on the command line."""
    parent = _parent()
    for name in names:
        action = parent.add_argument(name, help="a file, a shipped scenario's name, or - for standard input")
        _completed(action, _complete_documents)
    return parent


def _reforms(text: str) -> argparse.ArgumentParser:
    parent = _parent()
    action = parent.add_argument("--reform", action="append", default=[], metavar="REFORM", help=text)
    _completed(action, _complete_reforms)
    return parent


def _table(names: tuple[str, ...]) -> argparse.ArgumentParser:
    parent = _parent()
    parent.add_argument("--table", choices=names, help="print this table only")
    return parent


def _shapes(json: str, *others: tuple[str, str]) -> argparse.ArgumentParser:
    """Ways to print an answer, one at a time: JSON, CSV, and the ``others`` by flag and help."""
    parent = _parent()
    shape = parent.add_mutually_exclusive_group()
    csv = ("--csv", "print one table as comma-separated values")
    for flag, text in (("--json", json), csv, *others):
        shape.add_argument(flag, action="store_true", help=text)
    return parent


def _language() -> argparse.ArgumentParser:
    parent = _parent()
    parent.add_argument("--language", choices=LANGUAGES, default="en", help="of titles and sentences (en)")
    return parent


def _requirements() -> argparse.ArgumentParser:
    parent = _parent()
    parent.add_argument(
        "--require",
        action="append",
        default=[],
        metavar="'FIGURE OP NUMBER'",
        help="exit with 1 where it does not hold, e.g. 'values.organisation >= 0'; may be repeated",
    )
    return parent


def make_parser() -> argparse.ArgumentParser:
    """The parser of ``backfire``."""
    parser = argparse.ArgumentParser(
        prog="backfire",
        description="What people will do under a set of KPIs, rewards and deductions, and what it will cost.",
        epilog=f"{_CODES}\n\n`backfire COMMAND --help` shows each command with an example.",
        formatter_class=_Format,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"backfire {backfire.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    document, language, requirements = _documents("document"), _language(), _requirements()
    answer = _shapes("print JSON: all there is to know")

    def add(
        name: str, text: str, *parents: argparse.ArgumentParser, examples: tuple[str, ...]
    ) -> argparse.ArgumentParser:
        shown = "\n".join(f"  backfire {name} {example}".rstrip() for example in examples)
        one: argparse.ArgumentParser = commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=f"example{'s' if len(examples) > 1 else ''}:\n{shown}",
            formatter_class=_Format,
            allow_abbrev=False,
            parents=parents,
        )
        return one

    add("check", "Report every problem of a document.", answer, document, examples=("corrective-callbacks",))
    add(
        "show",
        "Say in words what a document means.",
        answer,
        document,
        language,
        examples=("corrective-callbacks --language zh",),
    )
    drawn = (
        ("--dot", "print Graphviz text"),
        ("--mermaid", "print a Mermaid flowchart"),
        ("--svg", "print a drawing"),
    )
    one = add(
        "graph",
        "Show what opens, moves, feeds, triggers and pays what.",
        document,
        _shapes("print nodes and edges as JSON", *drawn),
        language,
        examples=(
            "corrective-callbacks",
            "corrective-callbacks --mermaid",
            "corrective-callbacks --svg --language zh",
            "corrective-callbacks --table nodes --csv",
        ),
    )
    one.add_argument("--table", choices=("nodes", "edges"), default="edges", help="which table (edges)")

    add(
        "run",
        "Say what people do, and what follows.",
        answer,
        document,
        _reforms("a file, or PATH=VALUE[;PATH=VALUE]; several compose in their order"),
        _table(SOLUTION_TABLES),
        requirements,
        examples=(
            "corrective-callbacks",
            "corrective-callbacks --reform rules.callback_deduction.pay=0 --table kpis",
            "corrective-callbacks --require 'kpis.aht < 330' --json",
        ),
    )
    add(
        "compare",
        "Compare reforms with the document as it is.",
        answer,
        document,
        _reforms("one column each: a file, or PATH=VALUE[;PATH=VALUE]; NAME= before either names it"),
        _table(COMPARISON_TABLES),
        requirements,
        examples=(
            "corrective-callbacks --reform rules.callback_deduction.pay=0 --reform rules.callback_deduction.pay=2",
            "corrective-callbacks --reform 'no deductions=rules.callback_deduction.pay=0;rules.error_deduction.pay=0' "
            "--table winners",
        ),
    )
    one = add(
        "explain",
        "Say why an action is taken or not: the ledger of its value, in words.",
        answer,
        document,
        _reforms("a file, or PATH=VALUE[;PATH=VALUE]; says besides what it changes; several compose"),
        _table(EXPLANATION_TABLES),
        language,
        examples=(
            "corrective-callbacks mistake_noticed.call_back",
            "corrective-callbacks mistake_noticed.call_back --segment novice --reform rules.callback_deduction.pay=0",
            "corrective-callbacks mistake_noticed.call_back --table ledger --csv",
        ),
    )
    one.add_argument("action", metavar="SITUATION.ACTION", help="the action to explain")
    one.add_argument("--segment", default="all", help="whose choice (all)")
    one.add_argument("--condition", default="all", help="under which condition (all)")
    one.add_argument("--against", metavar="ACTION", help="the action to set it beside (the likeliest other)")

    one = add(
        "break-even",
        "Find every value of one number at which a figure meets a target.",
        answer,
        document,
        language,
        examples=(
            "corrective-callbacks rules.callback_deduction.pay --of behaviour.mistake_noticed.call_back "
            "--between -4 4 --target 0.5",
            "corrective-callbacks rules.callback_deduction.pay --of values.customer --between -2 2 "
            "--against rules.callback_deduction.pay=0",
        ),
    )
    one.add_argument("path", metavar="PATH", help="where the number stands, as in reforms")
    one.add_argument("--of", metavar="FIGURE", required=True, help="the figure, e.g. values.organisation")
    one.add_argument(
        "--between", nargs=2, type=float, metavar=("LOW", "HIGH"), required=True, help="the range to search"
    )
    goal = one.add_mutually_exclusive_group()
    goal.add_argument("--target", type=float, help="what the figure is to be (0)")
    goal.add_argument("--against", metavar="REFORM", help="a reform whose figure is the target")

    one = add(
        "report",
        "Write the page somebody forwards: verdicts first, one HTML file.",
        document,
        _reforms("one chapter each: a file, or PATH=VALUE[;PATH=VALUE]; NAME= before either names it"),
        language,
        examples=(
            "corrective-callbacks --reform rules.callback_deduction.pay=0 -o page.html",
            "corrective-callbacks --reform rules.callback_deduction.pay=2 -o page.html --language zh",
        ),
    )
    one.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="the page to write, or - for standard output"
    )
    one.add_argument(
        "--no-break-even",
        action="store_true",
        help="leave out where the answer tips, which takes about fifty solutions for each changed number",
    )
    add(
        "diff",
        "Print what differs between two documents.",
        answer,
        _documents("a", "b"),
        examples=("corrective-callbacks corrective-callbacks",),
    )
    add("schema", "Print the JSON Schema of documents, for editors.", examples=("",))
    add("scenarios", "List the shipped scenarios and the questions they ask.", answer, examples=("",))
    one = add(
        "new",
        "Write a first document to start from.",
        examples=("my-plan.json", "corrective-callbacks", "my-plan.json --start corrective-callbacks"),
    )
    one.add_argument(
        "target",
        metavar="FILE|NAME",
        help="the file to write (.json, .yaml, .yml), or a shipped scenario to copy here",
    )
    action = one.add_argument("--start", metavar="NAME", help="start from this shipped scenario")
    _completed(action, lambda **_: list(backfire.scenarios()["name"]))

    one = add(
        "completion",
        "Print a shell's completion script (needs backfire[completion]).",
        examples=("bash >> ~/.bashrc", "fish > ~/.config/fish/completions/backfire.fish"),
    )
    one.add_argument("shell", choices=("bash", "zsh", "fish"))
    return parser
