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


class _Commands:
    """Adds commands that share their options' wording."""

    def __init__(self, commands: Any) -> None:
        self._commands = commands

    def add(self, name: str, text: str, *examples: str, shapes: bool = True) -> argparse.ArgumentParser:
        shown = "\n".join(f"  backfire {name} {example}".rstrip() for example in examples)
        parser: argparse.ArgumentParser = self._commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=f"example{'s' if len(examples) > 1 else ''}:\n{shown}",
            formatter_class=_Format,
            allow_abbrev=False,
        )
        if shapes:
            shape = parser.add_mutually_exclusive_group()
            shape.add_argument("--json", action="store_true", help="print JSON: all there is to know")
            shape.add_argument("--csv", action="store_true", help="print one table as comma-separated values")
        return parser

    def document(self, parser: argparse.ArgumentParser) -> None:
        action = parser.add_argument(
            "document", help="a file, a shipped scenario's name, or - for standard input"
        )
        _completed(action, _complete_documents)

    def reforms(self, parser: argparse.ArgumentParser, text: str) -> None:
        action = parser.add_argument("--reform", action="append", default=[], metavar="REFORM", help=text)
        _completed(action, _complete_reforms)

    def language(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--language", choices=LANGUAGES, default="en", help="of titles and sentences (en)"
        )

    def requirements(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--require",
            action="append",
            default=[],
            metavar="'FIGURE OP NUMBER'",
            help="exit with 1 where it does not hold, e.g. 'values.organisation >= 0'; may be repeated",
        )


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
    add = _Commands(parser.add_subparsers(dest="command", required=True, metavar="COMMAND"))

    one = add.add("check", "Report every problem of a document.", "corrective-callbacks")
    add.document(one)

    one = add.add("show", "Say in words what a document means.", "corrective-callbacks --language zh")
    add.document(one)
    add.language(one)

    one = add.add(
        "graph",
        "Show what opens, moves, feeds, triggers and pays what.",
        "corrective-callbacks",
        "corrective-callbacks --mermaid",
        "corrective-callbacks --svg --language zh",
        "corrective-callbacks --table nodes --csv",
        shapes=False,
    )
    add.document(one)
    shape = one.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print nodes and edges as JSON")
    shape.add_argument("--csv", action="store_true", help="print one table as comma-separated values")
    shape.add_argument("--dot", action="store_true", help="print Graphviz text")
    shape.add_argument("--mermaid", action="store_true", help="print a Mermaid flowchart")
    shape.add_argument("--svg", action="store_true", help="print a drawing")
    one.add_argument("--table", choices=("nodes", "edges"), default="edges", help="which table (edges)")
    add.language(one)

    one = add.add(
        "run",
        "Say what people do, and what follows.",
        "corrective-callbacks",
        "corrective-callbacks --reform rules.callback_deduction.pay=0 --table kpis",
        "corrective-callbacks --require 'kpis.aht < 330' --json",
    )
    add.document(one)
    add.reforms(one, "a file, or PATH=VALUE[;PATH=VALUE]; several compose in their order")
    one.add_argument("--table", choices=SOLUTION_TABLES, help="print this table only")
    add.requirements(one)

    one = add.add(
        "compare",
        "Compare reforms with the document as it is.",
        "corrective-callbacks --reform rules.callback_deduction.pay=0 --reform rules.callback_deduction.pay=2",
        "corrective-callbacks --reform 'rules.callback_deduction.pay=0;rules.error_deduction.pay=0' --table winners",
    )
    add.document(one)
    add.reforms(one, "one column each: NAME=FILE, FILE, or PATH=VALUE[;PATH=VALUE]")
    one.add_argument("--table", choices=COMPARISON_TABLES, help="print this table only")
    add.requirements(one)

    one = add.add(
        "explain",
        "Say why an action is taken or not: the ledger of its value, in words.",
        "corrective-callbacks mistake_noticed.call_back",
        "corrective-callbacks mistake_noticed.call_back --segment novice --reform rules.callback_deduction.pay=0",
        "corrective-callbacks mistake_noticed.call_back --table ledger --csv",
    )
    add.document(one)
    one.add_argument("action", metavar="SITUATION.ACTION", help="the action to explain")
    one.add_argument("--segment", default="all", help="whose choice (all)")
    one.add_argument("--condition", default="all", help="under which condition (all)")
    one.add_argument("--against", metavar="ACTION", help="the action to set it beside (the likeliest other)")
    add.reforms(one, "a file, or PATH=VALUE[;PATH=VALUE]; says besides what it changes; several compose")
    one.add_argument("--table", choices=EXPLANATION_TABLES, help="print this table only")
    add.language(one)

    one = add.add(
        "break-even",
        "Find every value of one number at which a figure meets a target.",
        "corrective-callbacks rules.callback_deduction.pay --of behaviour.mistake_noticed.call_back "
        "--between -4 4 --target 0.5",
        "corrective-callbacks rules.callback_deduction.pay --of values.customer --between -2 2 "
        "--against rules.callback_deduction.pay=0",
    )
    add.document(one)
    one.add_argument("path", metavar="PATH", help="where the number stands, as in reforms")
    one.add_argument("--of", metavar="FIGURE", required=True, help="the figure, e.g. values.organisation")
    one.add_argument(
        "--between", nargs=2, type=float, metavar=("LOW", "HIGH"), required=True, help="the range to search"
    )
    goal = one.add_mutually_exclusive_group()
    goal.add_argument("--target", type=float, help="what the figure is to be (0)")
    goal.add_argument("--against", metavar="REFORM", help="a reform whose figure is the target")
    add.language(one)

    one = add.add(
        "report",
        "Write the page somebody forwards: verdicts first, one HTML file.",
        "corrective-callbacks --reform rules.callback_deduction.pay=0 -o page.html",
        "corrective-callbacks --reform rules.callback_deduction.pay=2 -o page.html --language zh",
        shapes=False,
    )
    add.document(one)
    add.reforms(one, "one chapter each: NAME=FILE, FILE, or PATH=VALUE[;PATH=VALUE]")
    one.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="the page to write, or - for standard output"
    )
    one.add_argument(
        "--no-break-even",
        action="store_true",
        help="leave out where the answer tips, which takes about fifty solutions for each changed number",
    )
    add.language(one)

    one = add.add(
        "diff", "Print what differs between two documents.", "corrective-callbacks corrective-callbacks"
    )
    for name in ("a", "b"):
        action = one.add_argument(name, help="a file, a shipped scenario's name, or - for standard input")
        _completed(action, _complete_documents)

    add.add("schema", "Print the JSON Schema of documents, for editors.", "", shapes=False)
    add.add("scenarios", "List the shipped scenarios and the questions they ask.", "")

    one = add.add(
        "new",
        "Write a first document to start from.",
        "my-plan.json",
        "corrective-callbacks",
        "my-plan.json --start corrective-callbacks",
        shapes=False,
    )
    one.add_argument(
        "target",
        metavar="FILE|NAME",
        help="the file to write (.json, .yaml, .yml), or a shipped scenario to copy here",
    )
    action = one.add_argument("--start", metavar="NAME", help="start from this shipped scenario")
    _completed(action, lambda **_: list(backfire.scenarios()["name"]))

    one = add.add(
        "completion",
        "Print a shell's completion script (needs backfire[completion]).",
        "bash >> ~/.bashrc",
        "fish > ~/.config/fish/completions/backfire.fish",
        shapes=False,
    )
    one.add_argument("shell", choices=("bash", "zsh", "fish"))
    return parser
