"""Tables of customers, their addresses and orders."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from copilot.kernel.db import Base, UtcDateTime


class CustomerRow(Base):
    """One person."""

    __tablename__ = "customers"
    __table_args__ = (Index(None, "tenant_id", "updated_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(200))
    folded_name: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(String(35))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AddressRow(Base):
    """One normalised address; it belongs to one customer of the tenant."""

    __tablename__ = "customer_addresses"

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(512), primary_key=True)
    customer_id: Mapped[str] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MergeRow(Base):
    """An id that a customer had before two identities were found to be one."""

    __tablename__ = "customer_merges"

    old_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    customer_id: Mapped[str] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), index=True
    )
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OrderRow(Base):
    """One purchase."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source", "number"),
        Index(None, "tenant_id", "customer_id"),
        Index(None, "tenant_id", "number_key"),
        Index(None, "tenant_id", "happened_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(255))
    number_key: Mapped[str] = mapped_column(String(512))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    status: Mapped[str] = mapped_column(String(64))
    placed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    total: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    tracking: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
