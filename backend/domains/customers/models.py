"""The customer: one party model for persons and companies."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    Text,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from backend.domains.customers.projection import CaseProjection, CaseStatus
from backend.kit.auth import Ownership
from backend.kit.db.base import Base, Identified, Timestamped, Versioned, text_enum


class CustomerKind(StrEnum):
    """A natural person, one in business under a license of their own, or an organisation."""

    PERSON = "person"
    SOLE_PROPRIETOR = "sole_proprietor"
    COMPANY = "company"


class Sex(StrEnum):
    """As the seventeenth digit of the ID number says."""

    MALE = "male"
    FEMALE = "female"


class MaritalStatus(StrEnum):
    """What decides which papers a spouse adds."""

    SINGLE = "single"
    MARRIED = "married"
    DIVORCED = "divorced"
    WIDOWED = "widowed"


# How much of what is required was uploaded; only what is written exactly so uses its index.
UPLOADED_SHARE = "uploaded_count * 100 / greatest(required_count, 1)"


class Customer(Identified, Timestamped, Versioned, Base):
    """A person, a sole proprietor or a company.

    ``version`` counts changes of what people type; what the row shows of the current case changes beside it, so
    that an upload never makes somebody's edit stale. ID numbers and bank accounts are stored encrypted; the
    ``*_index`` columns find equal ones without the clear text.
    """

    __tablename__ = "customers"
    __table_args__ = (
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        CheckConstraint("credit_rating BETWEEN 1 AND 5", name="credit_rating"),
        Index(
            "customers_search_idx",
            "search_tokens",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("customers_created_idx", "created_at", "id"),
        Index("customers_status_idx", "status", "created_at", "id"),
        Index("customers_creator_idx", "created_by_id", "created_at", "id"),
        Index("customers_manager_idx", "manager_id", "status", "created_at", "id"),
        Index("customers_department_idx", "department_id", "created_at", "id"),
        Index("customers_name_idx", "name_sort_key", "id"),
        Index("customers_updated_idx", "updated_at", "id"),
        Index("customers_uploaded_idx", literal_column(f"({UPLOADED_SHARE})"), "id"),
        # Counting the rows of a status needs the index alone.
        Index("customers_counts_idx", "status", postgresql_where=Column("archived_at").is_(None)),
    )

    customer_no: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[CustomerKind] = mapped_column(text_enum(CustomerKind))
    name: Mapped[str] = mapped_column(String(120))
    name_sort_key: Mapped[str] = mapped_column(Text)
    search_tokens: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    manager_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    department_id: Mapped[UUID | None]
    archived_at: Mapped[datetime | None]

    phone: Mapped[str | None] = mapped_column(String(30))
    landline: Mapped[str | None] = mapped_column(String(40))
    fax: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(200))
    area: Mapped[str | None] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(String(500))
    postal_code: Mapped[str | None] = mapped_column(String(6))
    level: Mapped[str | None] = mapped_column(String(40))
    satisfaction: Mapped[int | None]
    credit_rating: Mapped[int | None]
    remark: Mapped[str | None] = mapped_column(String(1000))
    bank_name: Mapped[str | None] = mapped_column(String(60))
    bank_account_encrypted: Mapped[str | None] = mapped_column(Text)
    bank_account_masked: Mapped[str | None] = mapped_column(String(30))

    id_number_encrypted: Mapped[str | None] = mapped_column(Text)
    id_number_masked: Mapped[str | None] = mapped_column(String(30))
    id_number_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    sex: Mapped[Sex | None] = mapped_column(text_enum(Sex))
    birth_date: Mapped[date | None]
    marital_status: Mapped[MaritalStatus | None] = mapped_column(text_enum(MaritalStatus))

    unified_social_credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    legal_representative: Mapped[str | None] = mapped_column(String(60))
    registered_capital: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    annual_turnover: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    business_license_no: Mapped[str | None] = mapped_column(String(50))
    local_tax_no: Mapped[str | None] = mapped_column(String(50))
    national_tax_no: Mapped[str | None] = mapped_column(String(50))

    status: Mapped[CaseStatus] = mapped_column(text_enum(CaseStatus), default=CaseStatus.PENDING)
    rejected_final: Mapped[bool] = mapped_column(default=False)
    required_count: Mapped[int] = mapped_column(default=0)
    uploaded_count: Mapped[int] = mapped_column(default=0)
    accepted_count: Mapped[int] = mapped_column(default=0)

    @property
    def case(self) -> CaseProjection:
        """What the row shows of the current case."""
        return CaseProjection(
            self.status, self.rejected_final, self.required_count, self.uploaded_count, self.accepted_count
        )

    @property
    def has_protected_values(self) -> bool:
        """Whether there is something to reveal."""
        return bool(self.id_number_encrypted or self.bank_account_encrypted)

    @property
    def ownership(self) -> Ownership:
        """Whose customer this is: its creator's, its manager's, and the department's."""
        return Ownership.of(self.created_by_id, self.manager_id, department=self.department_id)
