"""The shell: one command a request, progress on stderr, with ``--json`` one object as the last line of stdout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from typer.main import get_command

from engine.api import catalog
from engine.api.errors import ErrorKind, ErrorReport, KnownError, known, report
from engine.api.messages import (
    ColumnMapping,
    Evaluate,
    Evaluated,
    Explain,
    Explained,
    FaithfulnessMeasured,
    FilePredicted,
    Imported,
    ImportFile,
    MeasureFaithfulness,
    OptionValue,
    PredictFile,
    ReadOptions,
    Request,
    Resume,
    Train,
    Trained,
    WriteReport,
)
from engine.api.project import Project
from engine.api.results import Evaluation
from engine.api.wording import error_words
from engine.cli_output import (
    Console,
    evaluation_object,
    explanation_object,
    interval_object,
    run_object,
    user_language,
)
from engine.offline import keep_libraries_quiet

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)

# typer carries its own copy of click; this is the base of all it raises for a wrong command line
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]

ProjectPath = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project folder (Name.lexplain).")]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="A run's id, as `runs` lists it.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object on the last line.")]


@app.command("import")
def import_(
    project: ProjectPath,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, TSV, JSONL, XLSX, or a folder of TXT files.")
    ],
    text: Annotated[str, typer.Option(help="The column that holds the text.")] = "text",
    label: Annotated[str, typer.Option(help="The column that holds the label.")] = "",
    as_: Annotated[str, typer.Option("--as", help="Put every row into train, validation or test.")] = "",
    split_column: Annotated[str, typer.Option(help="The column that says train, validation or test.")] = "",
    encoding: Annotated[str, typer.Option(help="Instead of the detected encoding.")] = "",
    delimiter: Annotated[str, typer.Option(help="Instead of the detected delimiter.")] = "",
    json: Json = False,
) -> None:
    """Read a file into a project (which is made where there is none)."""
    if as_ and as_ not in catalog.SPLITS:
        raise KnownError(ErrorKind.OPTION_VALUE, option="--as", value=as_, valid=", ".join(catalog.SPLITS))
    request = ImportFile(
        path=str(file.absolute()),
        mapping=ColumnMapping(text=text, label=label or None, split=split_column or None),
        read=ReadOptions(encoding=encoding or None, delimiter=delimiter or None),
        as_split=as_ or None,
    )
    if not file.exists():
        raise KnownError(ErrorKind.FILE_MISSING, path=str(file))
    with Project.create(project) as opened, Console(json) as console:
        found = console.run(opened, request)
        assert isinstance(found, Imported)
        rows = msgspec.to_builtins(found)
        del rows["type"]
        console.result(rows, f"{found.rows} rows imported, {found.unreadable} could not be read")


@app.command()
def train(
    project: ProjectPath,
    method: Annotated[
        str, typer.Option(help="The transfer method: " + ", ".join(m.id for m in catalog.METHODS))
    ],
    source: Annotated[str, typer.Option(help="The source model: an id or a local model folder.")] = "",
    option: Annotated[list[str] | None, typer.Option(help="key=value, as often as you like.")] = None,
    json: Json = False,
) -> None:
    """Train a run."""
    request = Train(method=method, source=source, options=_options(option or []))
    _train_or_resume(project, request, json)


@app.command()
def resume(project: ProjectPath, run: RunId, json: Json = False) -> None:
    """Go on with an interrupted training from its last checkpoint."""
    _train_or_resume(project, Resume(run=run), json)


def _train_or_resume(project: Path, request: Request, json: bool) -> None:
    with Project.open(project) as opened, Console(json) as console:
        opened.mend_runs()
        found = console.run(opened, request)
        assert isinstance(found, Trained)
        result = {
            "run": found.run,
            "method": found.method,
            "seconds": found.seconds,
            "tokens_per_second": found.tokens_per_second,
            "stopped_by": found.stopped_by,
            "validation": found.validation and evaluation_object(found.validation),
            "test": found.test and evaluation_object(found.test),
        }
        console.result(result, _summary(found))


@app.command()
def evaluate(
    project: ProjectPath,
    run: RunId,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "test",
    json: Json = False,
) -> None:
    """Score a run on a split and print its figures with their intervals."""
    if split not in catalog.SPLITS:
        raise KnownError(
            ErrorKind.OPTION_VALUE, option="--split", value=split, valid=", ".join(catalog.SPLITS)
        )
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, Evaluate(run=run, split=split))
        assert isinstance(found, Evaluated)
        console.result(evaluation_object(found.evaluation), _figures(found.evaluation))


@app.command()
def predict(
    project: ProjectPath,
    run: RunId,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    text: Annotated[str, typer.Option(help="The column that holds the text.")] = "text",
    encoding: Annotated[str, typer.Option(help="Instead of the detected encoding.")] = "",
    json: Json = False,
) -> None:
    """Score a file to a new file; an interrupted scoring goes on where it stopped."""
    request = PredictFile(
        run=run,
        path=str(file.absolute()),
        text_column=text,
        out=str(out.absolute()),
        read=ReadOptions(encoding=encoding or None),
    )
    with Project.open(project) as opened, Console(json) as console:
        found = console.run(opened, request)
        assert isinstance(found, FilePredicted)
        result = {"rows": found.rows, "seconds": found.seconds, "texts_per_second": found.texts_per_second}
        console.result(result, f"{found.rows} rows in {found.seconds:.1f} s: {out}")


@app.command()
def explain(
    project: ProjectPath,
    run: RunId,
    text: Annotated[str | None, typer.Option(help="The text to explain.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file that holds the text (UTF-8).")] = None,
    method: Annotated[str, typer.Option(help="The explainer.")] = "",
    target: Annotated[
        str | None, typer.Option(help="Explain this label instead of the predicted one.")
    ] = None,
    rival: Annotated[str | None, typer.Option(help="Against this label instead of the runner-up.")] = None,
    json: Json = False,
) -> None:
    """Score the words of a text: why this label rather than that one."""
    if (text is None) == (file is None):
        raise typer.BadParameter("give either --text or --file")
    if file is not None:
        text = _read_text(file)
    with Project.open(project) as opened, Console(json) as console:
        request = Explain(run=run, text=text, method=method, target=target, rival=rival)
        found = console.run(opened, request)
        assert isinstance(found, Explained)
        explanation = opened.runs.explanation(found.explanation)
        strongest = sorted(explanation.words, key=lambda w: -abs(w.score))[:10]
        words = "\n".join(f"{w.score:+.3f}  {explanation.text[w.start : w.end]}" for w in strongest)
        head = (
            f"{explanation.label} ({explanation.probability:.1%}), {explanation.target} | {explanation.rival}"
        )
        console.result(explanation_object(explanation), f"{head}\n{words}")


@app.command()
def faithfulness(
    project: ProjectPath,
    run: RunId,
    method: Annotated[str, typer.Option(help="The explainer.")] = "",
    texts: Annotated[int, typer.Option(min=1, help="How many texts to test on.")] = 100,
    json: Json = False,
) -> None:
    """The erasure test of an explainer on a run, beside random orders on the same texts."""
    with Project.open(project) as opened, Console(json) as console:
        measured = console.run(opened, MeasureFaithfulness(run=run, method=method, texts=texts))
        assert isinstance(measured, FaithfulnessMeasured)
        found = measured.faithfulness
        result = {
            "method": found.method,
            "texts": found.texts,
            "comprehensiveness": found.scores.comprehensiveness,
            "sufficiency": found.scores.sufficiency,
            "random": msgspec.to_builtins(found.random),
            "milliseconds_per_text": found.milliseconds_per_text,
            "comprehensiveness_interval": interval_object(found.comprehensiveness_interval),
            "sufficiency_interval": interval_object(found.sufficiency_interval),
        }
        words = f"comprehensiveness {found.scores.comprehensiveness:.3f} (random {found.random.comprehensiveness:.3f})"
        console.result(
            result, f"{words}, sufficiency {found.scores.sufficiency:.3f} ({found.random.sufficiency:.3f})"
        )


@app.command()
def runs(project: ProjectPath, json: Json = False) -> None:
    """List the runs, oldest first."""
    with Project.open(project) as opened, Console(json) as console:
        opened.mend_runs()
        found = opened.runs.all()
        lines = [
            f"{run.id:24} {run.state:12} {'' if run.validation is None else _figures(run.validation)}"
            for run in found
        ]
        console.result({"runs": [run_object(run) for run in found]}, "\n".join(lines))


@app.command("report")
def report_(
    project: ProjectPath,
    run: RunId,
    out: Annotated[Path, typer.Option(help="The HTML file to write.")],
    language: Annotated[str, typer.Option(help="en or zh_CN.")] = "",
    json: Json = False,
) -> None:
    """Write the run's report as one HTML file that opens offline."""
    language = language or user_language()
    if language not in ("en", "zh_CN"):
        raise KnownError(ErrorKind.OPTION_VALUE, option="--language", value=language, valid="en, zh_CN")
    with Project.open(project) as opened, Console(json) as console:
        console.run(opened, WriteReport(run=run, out=str(out.absolute()), language=language))
        console.result({"out": str(out)}, str(out))


def run(arguments: list[str]) -> int:
    """Run one command and give the exit code: 0, 2 for wrong input, 1 for a bug of ours, 130 for Ctrl+C."""
    keep_libraries_quiet()
    command = get_command(app)
    try:
        command.main(args=arguments, prog_name="lexplain-cli", standalone_mode=False)
    except _UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except Exception as error:
        found = known(error)
        if found is None:
            print(report(error).trace, file=sys.stderr)
            return 1
        what, todo = error_words(ErrorReport(found.kind, found.values), user_language())
        stop = "" if what.endswith((".", "!", "?", "。", "！", "？")) else "."
        print(f"{what}{stop} {todo}", file=sys.stderr)
        return 2
    return 0


def _options(given: list[str]) -> dict[str, OptionValue]:
    options: dict[str, OptionValue] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"--option takes key=value, not {pair!r}")
        options[key.strip()] = value.strip()
    return options


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise KnownError(ErrorKind.ENCODING_WRONG, path=str(file), encoding="utf-8") from None


def _figures(evaluation: Evaluation) -> str:
    f1, accuracy = evaluation.macro_f1, evaluation.accuracy
    return (
        f"{evaluation.split}: macro-F1 {f1.value:.3f} [{f1.low:.3f}, {f1.high:.3f}]"
        f"  accuracy {accuracy.value:.3f} [{accuracy.low:.3f}, {accuracy.high:.3f}]"
    )


def _summary(found: Trained) -> str:
    figures = [_figures(e) for e in (found.validation, found.test) if e is not None]
    return "\n".join([f"{found.run}: {found.seconds:.1f} s", *figures])
