"""The race and the recommendation before it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ForecastTraining, JobState
from engine.api.messages_transfer import Entrant, Race, Recommend
from engine.api.race_rule import smallest_of_the_best
from engine.api.results import Interval
from engine.api.results_transfer import RaceLine
from engine.api.wording import notice_words
from engine.progress import Control, Noticed, Step, finish
from engine.transfer import probing
from engine.transfer.examples import gather
from engine.transfer.experience import SHARES, remaining
from engine.transfer.forecasting import forecast
from engine.transfer.probing import Cost, Curve, Probe
from engine.transfer.racing import race
from engine.transfer.recommending import recommend
from tests.engine.tiny import project
from tests.engine.tiny_tasks import table_project

FREE = Cost(0.0, 0.0, 0.0)


def entrants(*methods: str) -> tuple[Entrant, ...]:
    return tuple(map(Entrant, methods))


def _line(run: str, figure: float, size: int) -> RaceLine:
    return RaceLine(
        run=run,
        method=run,
        figure=Interval(figure, figure - 0.1, figure + 0.1),
        size_bytes=size,
        milliseconds_per_text=1.0,
    )


def test_the_smallest_within_a_point_is_kept() -> None:
    lines = (_line("big", 0.9, 100), _line("small", 0.895, 10), _line("tiny", 0.85, 1))
    assert smallest_of_the_best(lines) == "small"
    assert smallest_of_the_best((*lines, _line("even", 0.899, 10))) == "even"


def test_a_race_trains_every_method_and_stars_the_kept_run(tmp_path: Path) -> None:
    with project(tmp_path / "p") as opened:
        found = finish(
            race(opened, Race(entrants=entrants("bag-of-words", "features"), minutes=2), Control())
        )
        assert {line.method for line in found.runs} == {"bag-of-words", "features"}
        assert opened.runs.get(found.kept).starred
        assert all(line.size_bytes > 0 and line.milliseconds_per_text > 0 for line in found.runs)
        assert {run.race for run in opened.runs.all()} == {found.race}


def test_a_race_that_was_cut_off_goes_on_with_the_rest(tmp_path: Path) -> None:
    with project(tmp_path / "p") as opened:
        first = finish(race(opened, Race(entrants=entrants("bag-of-words"), race="cup"), Control()))
        again = Race(entrants=entrants("bag-of-words", "features"), race="cup")
        found = finish(race(opened, again, Control()))
        assert [run.method for run in opened.runs.all()] == ["bag-of-words", "features"]
        assert first.runs[0].run in {line.run for line in found.runs}


def test_a_method_that_cannot_be_trained_is_left_out_with_a_word(tmp_path: Path) -> None:
    with table_project(tmp_path / "p", "score") as opened:
        # self-training needs labels, and texts without
        work = race(opened, Race(entrants=entrants("bag-of-words", "pseudo-label"), minutes=1), Control())
        steps: list[Step] = []
        try:
            while True:
                steps.append(next(work))
        except StopIteration as stop:
            found = stop.value
        (notice,) = [s for s in steps if isinstance(s, Noticed) and s.kind == "race-left-out"]
        assert notice.values["left_out"] == "pseudo-label"
        said = notice_words(notice.kind, notice.values, "en")
        assert "Self-training" in said
        assert "…" not in said  # the error's own values are there
        assert [line.method for line in found.runs] == ["bag-of-words"]


def test_an_unknown_method_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    with project(tmp_path / "p") as opened:
        with pytest.raises(KnownError) as caught:
            finish(race(opened, Race(entrants=entrants("bag-of-words", "magic")), Control()))
        assert caught.value.kind is ErrorKind.METHOD_UNKNOWN
        assert not opened.runs.all()


def test_the_probe_ranks_the_methods_and_leaves_no_runs(tmp_path: Path) -> None:
    with project(tmp_path / "p") as opened:
        found = finish(recommend(opened, Recommend(seconds=8))).recommendation
        methods = [each.method for each in found.ranking]
        assert {"bag-of-words", "features"} <= set(methods)
        assert len(methods) == len(set(methods))
        values = [each.expected.value for each in found.ranking]
        assert values == sorted(values, reverse=True)
        assert all(each.expected.low <= each.expected.value <= each.expected.high for each in found.ranking)
        assert all(each.minutes > 0 and each.why for each in found.ranking)
        assert [point.texts for point in found.curve][-2:] == [found.texts, 2 * found.texts]
        assert not [run for run in opened.runs.all() if run.state is not JobState.DONE]


def test_the_probe_reads_no_more_texts_than_there_is_time_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with project(tmp_path / "p", train=400) as opened:
        data = gather(opened, 1, 0.2)

        def largest(reading_share: float) -> int:
            monkeypatch.setattr(probing, "_READING_SHARE", reading_share)
            curves = finish(Probe(opened, data, tmp_path, time.monotonic() + 60).curves())
            return max(texts for curve in curves for texts, _ in curve.points)

        assert largest(0.4) == len(data.train)
        assert 2 <= largest(1e-9) < len(data.train)


def test_the_probe_stops_a_measurement_that_takes_too_long(tmp_path: Path) -> None:
    with project(tmp_path / "p") as opened:
        work = probing._quietly(forecast(opened, ForecastTraining(method="fine-tune")), time.monotonic())
        with pytest.raises(TimeoutError):
            finish(work)


def test_a_learning_curve_is_never_steeper_than_the_square_root() -> None:
    steep = Curve("features", "minilm", ((100, 0.5), (200, 0.9)), FREE, 400)
    assert steep.at(800) == pytest.approx(1 - 0.1 * 0.5)
    perfect = Curve("features", "minilm", ((100, 1.0), (200, 1.0)), FREE, 40)
    assert perfect.at(200) == pytest.approx(1 - 0.5 / 40), "no error is smaller than half a text"
    falling = Curve("features", "minilm", ((100, 0.9), (200, 0.8)), FREE, 400)
    assert falling.at(800) == pytest.approx(0.8)


def test_what_a_training_costs_is_read_once_and_fitted_by_its_texts() -> None:
    cost = Cost(2.0, 0.1, 0.0) + Cost(0.0, 0.0, 0.01)
    assert cost.seconds(100, 400) == pytest.approx(2.0 + 50.0 + 1.0)


@pytest.mark.parametrize("method", sorted(SHARES))
def test_experience_is_read_between_its_sizes(method: str) -> None:
    known = SHARES[method]
    assert remaining(method, 1)[0] == known[0].share
    assert remaining(method, 1e9)[0] == known[-1].share
    between = remaining(method, (known[0].texts_per_class * known[1].texts_per_class) ** 0.5)[0]
    assert between == pytest.approx((known[0].share + known[1].share) / 2)


def test_self_training_promises_nothing_for_scores() -> None:
    assert remaining("pseudo-label", 37)[0] < remaining("pseudo-label", 37, "score")[0] == 1.0
    assert remaining("fine-tune", 37, "score") == remaining("fine-tune", 37)
