"""Requirement sets: which papers a kind of customer supplies for a product."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.kit.db.base import Base, Timestamped, Versioned, text_enum


class Need(StrEnum):
    """How much an item is needed."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    # One item of its group is enough.
    ONE_OF = "one_of"


class RequirementSet(Timestamped, Versioned, Base):
    """What customers of these kinds supply, for these products or, without any, for all of them."""

    __tablename__ = "requirement_sets"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    kinds: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    products: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    sort_order: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    items: Mapped[list["RequirementItem"]] = relationship(
        order_by="RequirementItem.place", cascade="all, delete-orphan", lazy="joined"
    )


class RequirementItem(Base):
    """One document type of a set, and what a document of it must be like."""

    __tablename__ = "requirement_items"

    set_code: Mapped[str] = mapped_column(ForeignKey("requirement_sets.code"), primary_key=True)
    document_type: Mapped[str] = mapped_column(
        ForeignKey("document_types.code"), primary_key=True, index=True
    )
    place: Mapped[int]
    need: Mapped[Need] = mapped_column(text_enum(Need))
    group_name: Mapped[str | None] = mapped_column(String(60))
    condition_field: Mapped[str | None] = mapped_column(String(40))
    condition_values: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    min_pages: Mapped[int | None]
    covers_months: Mapped[int | None]
    max_age_days: Mapped[int | None]
    asks_expiry: Mapped[bool] = mapped_column(default=False)
    hint_zh: Mapped[str | None] = mapped_column(String(200))
    hint_en: Mapped[str | None] = mapped_column(String(200))
