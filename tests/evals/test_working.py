import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from copilot.evals.cache import OutputCache
from copilot.evals.case import Case, Dataset, Output
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.evals.working import degraded, made_by, work_all
from copilot.kernel.errors import ConfigurationError, InvalidInputError, UnavailableError
from copilot.lab import ServiceLab
from copilot.settings import Settings

SUITE = Suite(name="texts", task="figures", dataset=Path(), metrics=("f1",))


def dataset(count: int) -> Dataset:
    cases = [Case(id=f"c{number}", input={"text": f"text {number}"}) for number in range(count)]
    return Dataset(path=Path(), cases=cases, digest="d", shared_digest="s")


class Engine:
    """Counts what it is asked, and fails where it is told to."""

    def __init__(self, failing: dict[str, Exception] | None = None) -> None:
        self.asked: list[str] = []
        self.opened = 0
        self.at_once = 0
        self.most_at_once = 0
        self._failing = failing or {}

    @asynccontextmanager
    async def open(self, _lab: Lab, _dataset: Dataset) -> AsyncIterator[Work]:
        self.opened += 1
        yield self.work

    async def work(self, case: Case) -> Output:
        self.asked.append(case.id)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if case.id in self._failing:
            raise self._failing[case.id]
        return {"text": case.input["text"].upper(), "degraded": case.id == "c-degraded"}

    @property
    def task(self) -> Task:
        def load(_suite: Suite) -> Dataset:
            return dataset(1)

        return Task(name="figures", load=load, open=self.open, concurrency=4)


@pytest.fixture
def lab(tmp_path: Path) -> ServiceLab:
    return ServiceLab(Settings(data_dir=tmp_path))


async def test_outputs_come_in_the_cases_order_and_are_not_made_twice(
    tmp_path: Path, lab: ServiceLab
) -> None:
    engine = Engine()
    with OutputCache.open(tmp_path / "cache") as cache:
        first = await work_all(SUITE, engine.task, dataset(9), lab, cache)
        again = await work_all(SUITE, engine.task, dataset(9), lab, cache)
    assert [one.output["text"] for one in first if one.output] == [f"TEXT {n}" for n in range(9)]
    assert [one.output for one in again] == [one.output for one in first]
    assert [one.seconds for one in again] == [one.seconds for one in first]
    assert all(one.cached for one in again)
    assert not any(one.cached for one in first)
    assert len(engine.asked) == 9
    assert engine.opened == 1
    assert engine.most_at_once == 4


async def test_fresh_makes_all_anew(tmp_path: Path, lab: ServiceLab) -> None:
    engine = Engine()
    with OutputCache.open(tmp_path / "cache") as cache:
        await work_all(SUITE, engine.task, dataset(3), lab, cache)
        await work_all(SUITE, engine.task, dataset(3), lab, cache, fresh=True)
    assert len(engine.asked) == 6


async def test_another_setting_or_corpus_makes_all_anew(tmp_path: Path, lab: ServiceLab) -> None:
    engine = Engine()
    other = lab.with_settings({"COPILOT_EMBEDDER__BATCH_SIZE": "3"})
    moved = Dataset(path=Path(), cases=dataset(3).cases, digest="d", shared_digest="another")
    with OutputCache.open(tmp_path / "cache") as cache:
        await work_all(SUITE, engine.task, dataset(3), lab, cache)
        await work_all(SUITE, engine.task, dataset(3), other, cache)
        await work_all(SUITE, engine.task, moved, lab, cache)
    assert len(engine.asked) == 9


async def test_a_case_that_fails_is_a_result_and_is_tried_again_next_time(
    tmp_path: Path, lab: ServiceLab
) -> None:
    broken = Engine({"c1": InvalidInputError("No speech in it."), "c2": ValueError("odd")})
    whole = Engine()
    seen: list[tuple[int, int, int]] = []
    with OutputCache.open(tmp_path / "cache") as cache:
        first = await work_all(
            SUITE, broken.task, dataset(4), lab, cache, tell=lambda *told: seen.append(told)
        )
        again = await work_all(SUITE, whole.task, dataset(4), lab, cache)
    assert [one.error for one in first] == [
        None,
        "InvalidInputError: No speech in it.",
        "ValueError: odd",
        None,
    ]
    assert seen[0] == (0, 4, 0)
    assert seen[-1] == (4, 4, 2)
    assert sorted(whole.asked) == ["c1", "c2"]
    assert all(one.error is None for one in again)


async def test_wrong_settings_stop_the_run(tmp_path: Path, lab: ServiceLab) -> None:
    engine = Engine({"c0": ConfigurationError("COPILOT_LLM__MODEL is not set.")})
    with (
        OutputCache.open(tmp_path / "cache") as cache,
        pytest.raises(ConfigurationError, match="not set"),
    ):
        await work_all(SUITE, engine.task, dataset(2), lab, cache)


async def test_an_engine_that_is_there_for_no_case_stops_the_run(
    tmp_path: Path, lab: ServiceLab
) -> None:
    absent: dict[str, Exception] = {
        f"c{n}": UnavailableError("The model has no weights.") for n in range(3)
    }
    with OutputCache.open(tmp_path / "cache") as cache:
        with pytest.raises(ConfigurationError, match="no weights"):
            await work_all(SUITE, Engine(absent).task, dataset(3), lab, cache)
        one_made = await work_all(SUITE, Engine(absent).task, dataset(4), lab, cache)
    assert [one.error is None for one in one_made] == [False, False, False, True]


async def test_a_broken_off_run_goes_on_where_it_was(tmp_path: Path, lab: ServiceLab) -> None:
    engine = Engine()
    halfway = asyncio.Event()

    def tell(done: int, _total: int, _failed: int) -> None:
        if done == 5:
            halfway.set()

    with OutputCache.open(tmp_path / "cache") as cache:
        running = asyncio.create_task(
            work_all(SUITE, engine.task, dataset(20), lab, cache, tell=tell, concurrency=1)
        )
        await halfway.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    made = len(engine.asked)
    assert made < 20
    rest = Engine()
    with OutputCache.open(tmp_path / "cache") as cache:
        await work_all(SUITE, rest.task, dataset(20), lab, cache)
    # What was being made when it was broken off is made again; nothing that was made is.
    assert 15 >= len(rest.asked) >= 20 - made


async def test_a_degraded_output_counts_but_is_not_kept(tmp_path: Path, lab: ServiceLab) -> None:
    engine = Engine()
    cases = [Case(id="c-degraded", input={"text": "one"})]
    data = Dataset(path=Path(), cases=cases, digest="d")
    with OutputCache.open(tmp_path / "cache") as cache:
        for _ in range(2):
            (worked,) = await work_all(SUITE, engine.task, data, lab, cache)
            assert worked.output is not None
            assert degraded(worked.output)
            assert not worked.cached
    assert len(engine.asked) == 2


def test_the_engine_that_made_an_output_is_told() -> None:
    outputs: list[Output | None] = [
        {"engine": "extractive"},
        {"transcript": {"engine": "pocketsphinx"}},
        {"ranked": []},
        None,
    ]
    assert made_by(outputs, "rules") == ["extractive", "pocketsphinx", "rules", "rules"]
