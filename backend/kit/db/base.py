"""What every table has in common."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from uuid_utils.compat import uuid7

from backend.kit import clock

NAMING_CONVENTION: Mapping[str, str] = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


def text_enum(kind: type[StrEnum], name: str | None = None) -> Enum:
    """Store an enumeration as text under a CHECK constraint, so that adding a member is a plain migration.

    ``name`` tells the constraints apart where a table has two columns of the same kind.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        name=name or kind.__name__.lower(),
    )


class Base(DeclarativeBase):
    """Root of all tables: named constraints (errors are told apart by them) and time-zone-aware timestamps."""

    metadata = MetaData(naming_convention=dict(NAMING_CONVENTION))
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class Identified:
    """A UUIDv7 primary key: made in the application, and growing with time so that inserts stay local."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)


class Timestamped:
    """When the row was made and last changed, by the process's clock as every other time in the row."""

    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)


class Versioned:
    """A version that every UPDATE raises by one; it is the object's ETag, and a lost race raises StaleDataError."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}
