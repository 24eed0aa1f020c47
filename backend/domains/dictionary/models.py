"""Entries of dictionaries."""

from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db.base import Base, Timestamped, Versioned, text_enum


class Color(StrEnum):
    """How an entry is shown; screens know a shade of each that can be read on their ground."""

    GRAY = "gray"
    BLUE = "blue"
    TEAL = "teal"
    GREEN = "green"
    ORANGE = "orange"
    RED = "red"
    PURPLE = "purple"


class DictionaryEntry(Timestamped, Versioned, Base):
    """A word of a dictionary. Rows elsewhere keep its code, so the code never changes."""

    __tablename__ = "dictionary_entries"

    dictionary: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    label_zh: Mapped[str] = mapped_column(String(60))
    label_en: Mapped[str] = mapped_column(String(60))
    color: Mapped[Color | None] = mapped_column(text_enum(Color))
    sort_order: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    # The program itself counts with it: it can be called otherwise, and that is all.
    is_builtin: Mapped[bool] = mapped_column(default=False)
