"""What a run is: every case with its output and scores, and what made them. One JSON file."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.evals.lab import Identity
from copilot.evals.suite import TaskName
from copilot.kernel.clock import UtcTime

FORMAT = 1
RESAMPLES = 10_000


class CaseResult(BaseModel):
    """One case of a run.

    Attributes:
        input_hash: SHA-256 of the case's own input. What all cases share, such as a corpus, is in
            the run's ``dataset_hash``: the same question to another corpus is the same case.
        output: What the engine made; None when the case failed.
        error: Why it failed.
        sums: Per metric; a run's intervals and comparisons are computed from them.
        scores: The case alone, per metric; None where the metric says nothing about it.
        seconds: How long the engine worked on it when it did.
        cached: Whether the output is from an earlier run.
    """

    id: str
    labels: dict[str, str] = Field(default_factory=dict)
    input_hash: str
    input: dict[str, Any]
    expected: dict[str, Any] = Field(default_factory=dict)
    output: dict[str, Any] | None
    error: str | None = None
    sums: dict[str, list[float]] = Field(default_factory=dict)
    scores: dict[str, float | None] = Field(default_factory=dict)
    engine: str
    degraded: bool = False
    seconds: float
    cached: bool = False


class MetricResult(BaseModel):
    """A metric over all cases.

    Attributes:
        value: None when no case says anything about it.
        low, high: Its 95 % bootstrap interval over cases.
        cases: How many cases say something about it.
        detectable: The smallest true difference between two runs on such a suite that would be
            found with 80 % power at the 5 % level; None when it cannot be told.
    """

    name: str
    better: Literal["higher", "lower"]
    value: float | None
    low: float | None
    high: float | None
    cases: int
    detectable: float | None = None


class GateResult(BaseModel):
    """Whether a bound was kept.

    Attributes:
        kind: ``threshold`` compares the value with the suite's gate; ``baseline`` asks whether
            it is significantly worse than in the baseline run.
        condition: The bound in words, e.g. ``>= 0.85``.
        detail: What was found, in a sentence.
    """

    metric: str
    kind: Literal["threshold", "baseline"]
    condition: str
    value: float | None
    passed: bool
    detail: str


class JudgeResult(BaseModel):
    """The model that judged a run's outputs against the references.

    Attributes:
        judged: Outputs with a verdict.
        consistent: Share of them whose verdict did not depend on which text came first.
        failed: Outputs on which it gave none, with the first reason in ``error``.
    """

    engine: str
    prompt_hash: str
    judged: int
    consistent: float | None
    failed: int = 0
    error: str | None = None


class Run(BaseModel):
    """The record of one suite run once with one set of settings."""

    model_config = ConfigDict(extra="ignore")

    format: int = FORMAT
    name: str
    task: TaskName
    description: str = ""
    suite_file: str
    dataset: str
    dataset_hash: str
    identity: Identity
    version: str = Field(description="Of Copilot")
    seed: int
    resamples: int = RESAMPLES
    started_at: UtcTime
    seconds: float = Field(description="The whole run")
    work_seconds: float = Field(description="Of it, engines at work (sum over parallel cases)")
    variant: dict[str, str] = Field(default_factory=dict, description="Of a matrix")
    baseline: str | None = Field(default=None, description="The file of the suite's baseline")
    metrics: list[MetricResult]
    gates: list[GateResult] = Field(default_factory=list)
    judge: JudgeResult | None = None
    left_out: list[str] = Field(default_factory=list)
    cases: list[CaseResult]

    @property
    def passed(self) -> bool:
        """Whether every gate was kept."""
        return all(gate.passed for gate in self.gates)

    @property
    def failed(self) -> list[CaseResult]:
        """The cases that broke down."""
        return [case for case in self.cases if case.error is not None]
