"""ID numbers and bank accounts: sealed in the row, found by equality, opened one at a time."""

from collections.abc import Callable, Mapping
from typing import Final, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.customers.models import Customer
from backend.domains.customers.repository import id_number_index
from backend.kit.masking import mask_account, mask_id_number
from backend.resources import resources_of

ProtectedField = Literal["id_number", "bank_account"]
_MASKS: Final[Mapping[ProtectedField, Callable[[str], str]]] = {
    "id_number": mask_id_number,
    "bank_account": mask_account,
}
PROTECTED: Final[tuple[ProtectedField, ...]] = ("id_number", "bank_account")


def seal(session: AsyncSession, customer: Customer, field: ProtectedField, value: str | None) -> None:
    """Store a value, or remove it."""
    own = resources_of(session)
    sealed = None if value is None else own.field_cipher.encrypt(value, _context(customer.id, field))
    setattr(customer, f"{field}_encrypted", sealed)
    setattr(customer, f"{field}_masked", None if value is None else _MASKS[field](value))
    if field == "id_number":
        customer.id_number_index = None if value is None else id_number_index(own.blind_index, value)


def open_sealed(session: AsyncSession, customer: Customer, field: ProtectedField) -> str | None:
    """Return a value in clear; it must not leave the service unmasked but for `reveal`."""
    sealed: str | None = getattr(customer, f"{field}_encrypted")
    if sealed is None:
        return None
    return resources_of(session).field_cipher.decrypt(sealed, _context(customer.id, field))


def _context(customer_id: UUID, field: str) -> str:
    return f"customers.{field}:{customer_id}"
