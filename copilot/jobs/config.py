"""Settings of the job engine."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class JobsConfig(BaseModel):
    """How much background work runs at once, and what happens when it goes wrong.

    Attributes:
        interactive_concurrency: Jobs of the interactive queue running at once in one process.
        bulk_concurrency: Jobs of the bulk queue running at once in one process.
        poll_interval_s: How often a process looks for queued jobs; unset: every second, and in
            the embedded mode every 5. There only what another process asked for, what is
            tried again and what a dead process left wait for it.
        max_attempts: How often an unforeseen error may stop a job before it is a dead letter.
        backoff_s: Wait before the second attempt; it doubles with each further one.
        max_crashes: How often a job may take its process down before it is a dead letter.
        grace_s: How long running steps may go on when the process is asked to stop.
        progress_interval_s: Least time between two stored progress reports of one job.
        sweep_interval_s: How often jobs that fell between two stools are looked for.
        heartbeat_s: How often a worker on PostgreSQL says that it is alive.
        dead_after_s: Silence after which a worker's jobs are given to the others.
        retention_days: How long the engine keeps the steps of finished jobs.
    """

    model_config = ConfigDict(extra="forbid")

    interactive_concurrency: int = Field(default=4, ge=1, le=64)
    bulk_concurrency: int = Field(default=1, ge=1, le=64)
    poll_interval_s: float | None = Field(default=None, gt=0, le=60)
    max_attempts: int = Field(default=3, ge=1, le=20)
    backoff_s: float = Field(default=2.0, ge=0, le=3600)
    max_crashes: int = Field(default=5, ge=1, le=100)
    grace_s: float = Field(default=5.0, ge=0, le=600)
    progress_interval_s: float = Field(default=0.5, gt=0, le=2)
    sweep_interval_s: float = Field(default=60.0, gt=0, le=3600)
    heartbeat_s: float = Field(default=5.0, gt=0, le=20)
    dead_after_s: float = Field(default=20.0, gt=0, le=50)
    retention_days: float = Field(default=7.0, gt=0)

    @model_validator(mode="after")
    def _alive_is_not_dead(self) -> Self:
        if self.dead_after_s < 2 * self.heartbeat_s:
            raise ValueError(
                "dead_after_s must be at least twice heartbeat_s: a worker that is alive would"
                " lose its jobs to the others"
            )
        return self
