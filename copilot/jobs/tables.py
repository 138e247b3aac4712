"""Tables of jobs, as people see them, and of the processes that run them."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from copilot.kernel.db import Base, UtcDateTime


class JobRow(Base):
    """A job. What it works on is named by id; its steps are the job engine's to keep.

    ``attempts`` counts every start and tells a run that lost its job from the one that has it;
    ``failures`` counts unforeseen errors since the job was last asked for by a person.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_tenant_id_status", "tenant_id", "status"),
        Index("ix_jobs_status_id", "status", "id"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[str] = mapped_column(String(255))
    queue: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    progress: Mapped[float] = mapped_column(default=0.0)
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_detail: Mapped[str | None] = mapped_column(String(1000))
    run_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExecutorRow(Base):
    """A process that runs jobs on PostgreSQL, and when it last said so. It serves all tenants."""

    __tablename__ = "executors"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)
