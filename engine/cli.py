"""The shell: one command a request, progress on stderr, with ``--json`` one object as the last line of stdout."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from typer.main import get_command

from engine.api import catalog
from engine.api.errors import ErrorKind, ErrorReport, KnownError, known, report
from engine.api.explaining.trust import ExplainersRanked, RankExplainers, Sealed, SealExplanation
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
    PredictFile,
    ReadOptions,
    Request,
    Resume,
    Train,
    Trained,
    WriteReport,
)
from engine.api.project import Project
from engine.api.results import Evaluation, Explanation
from engine.api.tasks import MAIN_FIGURES, SHOWN_FIGURES, TASKS
from engine.api.wording import error_words, figure_words
from engine.api.wording_change import change_words
from engine.api.wording_explaining import ranking_words, seal_words
from engine.cli_output import (
    Console,
    evaluation_object,
    explanation_object,
    interval_object,
    run_object,
    user_language,
)
from engine.commands import (
    argue,
    change,
    choosing,
    corpus,
    data,
    export,
    pack,
    planning,
    pseudo_labels,
    reasons,
    sources,
    trust,
    word_unit,
)
from engine.commands import influence as influence_commands
from engine.commands import runs as run_commands
from engine.commands.arguments import BASELINE_HELP, Json, Options, ProjectPath, RunId, parsed_options
from engine.data.rows import open_rows
from engine.evaluate.comparison import spread
from engine.offline import keep_libraries_quiet

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)

# typer carries its own copy of click; this is the base of all it raises for a wrong command line
_UsageError: Any = typer.BadParameter.__bases__[0]


app.add_typer(argue.app)
app.add_typer(change.app)
app.add_typer(choosing.app)
app.add_typer(corpus.app)
app.add_typer(data.app)
app.add_typer(export.app)
app.add_typer(influence_commands.app)
app.add_typer(pack.app)
app.add_typer(planning.app)
app.add_typer(pseudo_labels.app)
app.add_typer(reasons.app)
app.add_typer(run_commands.app)
app.add_typer(sources.app)
app.add_typer(trust.app)
app.add_typer(word_unit.app)


_SECOND = "Where texts come in pairs: the column that holds the second."


@app.command("import")
def import_(
    project: ProjectPath,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, TSV, JSONL, XLSX, CoNLL, or a folder of TXT files.")
    ],
    text: Annotated[str, typer.Option(help="The column that holds the text.")] = "text",
    second: Annotated[str, typer.Option(help=_SECOND)] = "",
    label: Annotated[
        str, typer.Option(help="The column that holds the label, labels, score or entities.")
    ] = "",
    task: Annotated[str, typer.Option(help="What the texts have: " + ", ".join(TASKS) + ".")] = "",
    separator: Annotated[str, typer.Option(help="Between several labels in a cell.")] = "|",
    as_: Annotated[str, typer.Option("--as", help="Put every row into train, validation or test.")] = "",
    split_column: Annotated[str, typer.Option(help="The column that says train, validation or test.")] = "",
    encoding: Annotated[str, typer.Option(help="Instead of the detected encoding.")] = "",
    delimiter: Annotated[str, typer.Option(help="Instead of the detected delimiter.")] = "",
    json: Json = False,
) -> None:
    """Read a file into a project (which is made where there is none)."""
    if as_ and as_ not in catalog.SPLITS:
        raise KnownError(ErrorKind.OPTION_VALUE, option="--as", value=as_, valid=", ".join(catalog.SPLITS))
    if task and task not in TASKS:
        raise KnownError(ErrorKind.OPTION_VALUE, option="--task", value=task, valid=", ".join(TASKS))
    if not file.exists():
        raise KnownError(ErrorKind.FILE_MISSING, path=str(file))
    read = ReadOptions(encoding=encoding or None, delimiter=delimiter or None)
    if not label and task in ("", "tagging") and open_rows(file, read).format == "conll":
        label = "entities"
    request = ImportFile(
        path=str(file.absolute()),
        mapping=ColumnMapping(
            text=text, second=second or None, label=label or None, split=split_column or None
        ),
        read=read,
        as_split=as_ or None,
        task=task,
        separator=separator,
    )
    with Project.create(project) as opened, Console(json) as console:
        found = console.run(opened, request)
        assert isinstance(found, Imported)
        rows = msgspec.to_builtins(found)
        del rows["type"]
        rows["task"] = opened.task
        unlabelled = "" if label else "; without labels: --label names their column"
        console.result(rows, f"{found.rows} rows imported, {found.unreadable} could not be read{unlabelled}")


@app.command()
def train(
    project: ProjectPath,
    method: Annotated[
        str, typer.Option(help="The transfer method: " + ", ".join(m.id for m in catalog.METHODS))
    ],
    source: Annotated[str, typer.Option(help="The source model: an id or a local model folder.")] = "",
    option: Options = None,
    seeds: Annotated[int, typer.Option(min=1, help="Train so many runs, each with the next seed.")] = 1,
    rank_explainers: Annotated[
        bool,
        typer.Option(
            "--rank-explainers",
            help="Then test for about a minute which explainer is the most faithful to it, as the window does.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Train a run, or several that differ by the seed alone: mean and standard deviation say what chance does."""
    options = parsed_options(option)
    request = Train(method=method, source=source, options=options)
    if seeds == 1:
        _train_or_resume(project, request, json, rank=rank_explainers)
        return
    first = int(catalog.complete_options(method, options)["seed"] or 0)
    with Project.open(project) as opened, Console(json) as console:
        opened.mend_runs()
        found = []
        for seed in range(first, first + seeds):
            done = console.run(opened, msgspec.structs.replace(request, options={**options, "seed": seed}))
            assert isinstance(done, Trained)
            found.append(done)
            if rank_explainers:
                console.run(opened, RankExplainers(run=done.run))
        console.result(*_over_seeds(found, MAIN_FIGURES[opened.task]))


def _over_seeds(runs: list[Trained], figure: str) -> tuple[dict[str, Any], str]:
    """The result object and its lines: mean and standard deviation of the main figure on each split."""
    result: dict[str, Any] = {"runs": [each.run for each in runs], "figure": figure}
    lines = [_summary(each) for each in runs]
    for split in ("validation", "test"):
        judged = [getattr(each, split) for each in runs]
        if None not in judged:
            mean, deviation = spread([each.figures[figure].value for each in judged])
            result[split] = {"mean": mean, "sd": deviation}
            lines.append(f"{split} {figure} {mean:.4f} ± {deviation:.4f} over {len(runs)} seeds")
    return result, "\n".join(lines)


@app.command()
def resume(project: ProjectPath, run: RunId, json: Json = False) -> None:
    """Go on with an interrupted training from its last checkpoint."""
    _train_or_resume(project, Resume(run=run), json)


def _train_or_resume(project: Path, request: Request, json: bool, *, rank: bool = False) -> None:
    with Project.open(project) as opened, Console(json) as console:
        opened.mend_runs()
        found = console.run(opened, request)
        assert isinstance(found, Trained)
        result: dict[str, Any] = {
            "run": found.run,
            "method": found.method,
            "seconds": found.seconds,
            "tokens_per_second": found.tokens_per_second,
            "stopped_by": found.stopped_by,
            "validation": found.validation and evaluation_object(found.validation),
            "test": found.test and evaluation_object(found.test),
        }
        words = _summary(found)
        if found.method == "adversarial":  # what it was trained for is not in its figures
            words += f"\nrobustness: lexplain-cli robustness {shlex.quote(str(project))} {found.run}"
        if rank:
            ranked = console.run(opened, RankExplainers(run=found.run))
            assert isinstance(ranked, ExplainersRanked)
            result["explainers"] = trust.ranking_object(ranked.ranking)
            words += "\n" + ranking_words(ranked.ranking, user_language())
        console.result(result, words)


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
    out: Annotated[Path, typer.Option(help="The CSV file to write (of a CoNLL file a CoNLL file).")],
    text: Annotated[str, typer.Option(help="The column that holds the text.")] = "text",
    second: Annotated[str, typer.Option(help=_SECOND)] = "",
    encoding: Annotated[str, typer.Option(help="Instead of the detected encoding.")] = "",
    tag_scheme: Annotated[str, typer.Option(help="bio or bioes: the tags of a CoNLL file.")] = "bio",
    json: Json = False,
) -> None:
    """Score a file to a new file; an interrupted scoring goes on where it stopped."""
    request = PredictFile(
        run=run,
        path=str(file.absolute()),
        text_column=text,
        second_column=second,
        out=str(out.absolute()),
        read=ReadOptions(encoding=encoding or None),
        tag_scheme=tag_scheme,
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
    span: Annotated[
        str, typer.Option(help="Of tagged words, the entity to explain: START:END in characters.")
    ] = "",
    baseline: Annotated[str, typer.Option(help=BASELINE_HELP)] = "",
    seal: Annotated[
        bool, typer.Option("--seal", help="Test the explanation: removal, other methods, unread text.")
    ] = False,
    smallest_change: Annotated[
        bool, typer.Option("--smallest-change", help="Find the fewest words that turn the answer.")
    ] = False,
    influences: Annotated[
        int, typer.Option(min=0, help="Name so many training texts for and against the decision.")
    ] = 0,
    json: Json = False,
) -> None:
    """Score the words of a text: why this label rather than that one, this score, or this entity."""
    if (text is None) == (file is None):
        raise typer.BadParameter("give either --text or --file")
    if file is not None:
        text = _read_text(file)
    with Project.open(project) as opened, Console(json) as console:
        request = Explain(
            run=run,
            text=text,
            method=method,
            target=target,
            rival=rival,
            span=_parsed_span(span),
            baseline=baseline,
        )
        found = console.run(opened, request)
        assert isinstance(found, Explained)
        explanation = opened.runs.explanation(found.explanation)
        strongest = sorted(explanation.words, key=lambda w: -abs(w.score))[:10]
        words = "\n".join(f"{w.score:+.3f}  {explanation.text[w.start : w.end]}" for w in strongest)
        result, words = explanation_object(explanation), f"{_decision(explanation)}\n{words}"
        if seal:
            sealed = console.run(opened, SealExplanation(found.explanation))
            assert isinstance(sealed, Sealed)
            result["seal"] = trust.seal_object(sealed.seal)
            words += f"\n{seal_words(sealed.seal, user_language())}"
        if smallest_change:
            turned = change.smallest_change_of(console, opened, explanation, target, rival)
            result["smallest_change"] = change.change_object(turned)
            words += f"\n\n{change_words(turned, user_language())}"
        if influences:
            pushed = influence_commands.influences_of(console, opened, explanation, influences)
            result["influences"] = influence_commands.influences_object(pushed)
            words += "\n\n" + influence_commands.influences_words(pushed, user_language())
        console.result(result, words)


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
        code = command.main(args=arguments, prog_name="lexplain-cli", standalone_mode=False)
    except _UsageError as error:
        print(error.format_message(), file=sys.stderr)  # names the option, which the bare text does not
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
    return code if isinstance(code, int) else 0  # a command that ends with Exit(code)


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise KnownError(ErrorKind.ENCODING_WRONG, path=str(file), encoding="utf-8") from None


def _parsed_span(span: str) -> tuple[int, int] | None:
    if not span:
        return None
    start, colon, end = span.partition(":")
    if not (colon and start.isdecimal() and end.isdecimal() and int(start) < int(end)):
        raise typer.BadParameter(f"--span takes START:END, not {span!r}")
    return int(start), int(end)


def _decision(found: Explanation) -> str:
    """What is explained, in one line."""
    if found.task == "score":
        return f"{found.target} {found.label}"
    sure = found.probabilities[found.labels.index(found.target)]
    if found.task == "multi":
        return f"{found.label}: {found.target} ({sure:.1%}){f' | {found.rival}' if found.rival else ''}"
    if found.span is not None:
        return f"“{found.text[slice(*found.span)]}”: {found.target} ({sure:.1%}) | {found.rival}"
    return f"{found.label} ({found.probability:.1%}), {found.target} | {found.rival}"


def _figures(evaluation: Evaluation) -> str:
    shown = [id for id in SHOWN_FIGURES[evaluation.task] if id in evaluation.figures]
    figures = [(figure_words(id, "en").name, evaluation.figures[id]) for id in shown]
    words = [f"{name} {f.value:.3f} [{f.low:.3f}, {f.high:.3f}]" for name, f in figures]
    return f"{evaluation.split}: {'  '.join(words)}"


def _summary(found: Trained) -> str:
    figures = [_figures(e) for e in (found.validation, found.test) if e is not None]
    return "\n".join([f"{found.run}: {found.seconds:.1f} s", *figures])
