"""The SQL of documents and their types."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from backend.domains.customers.reference import Reaches, reaches, visible, visible_within
from backend.domains.documents.models import (
    Document,
    DocumentAnnotation,
    DocumentCheck,
    DocumentType,
    Processing,
    ReviewStatus,
)
from backend.domains.documents.permissions import DocumentPermission
from backend.domains.documents.schemas import DocumentListQuery
from backend.domains.identity.reference import people
from backend.kit.auth import Actor
from backend.kit.db.ownership import owner_parameters
from backend.kit.db.repository import AnyRow, AnySelect, Repository, within_days
from backend.resources import resources_of

Uploader = people("uploader")
Reviewer = people("reviewer")
Author = people("author")
Checker = people("checker")

_SORT_COLUMNS: dict[str, ColumnElement[Any]] = {
    "uploaded_at": Document.created_at.expression,
    "filename": Document.filename.expression,
    "size": Document.size.expression,
}


class DocumentTypeRepository(Repository[DocumentType]):
    """Document types; their code is their key."""

    model = DocumentType

    async def get_by_code(self, code: str, *, lock: bool = False) -> DocumentType | None:
        """Fetch a type, used or not."""
        statement: Select[DocumentType] = select(DocumentType).where(DocumentType.code == code)
        return await self.one_or_none(statement.with_for_update() if lock else statement)

    async def list_types(self) -> Sequence[DocumentType]:
        """Fetch all types in their order."""
        statement: Select[DocumentType] = select(DocumentType)
        return await self.all(statement.order_by(DocumentType.sort_order, DocumentType.code))

    async def remove_unused(self, document_type: DocumentType) -> bool:
        """Delete the type and return true, unless anything refers to it."""
        try:
            async with self.session.begin_nested():
                await self.session.execute(
                    delete(DocumentType).where(DocumentType.code == document_type.code)
                )
        except IntegrityError:
            return False
        self.session.expunge(document_type)
        return True


_COUNTED: AnySelect = select(
    Document.document_type,
    Document.review_status,
    Document.created_at,
    Document.superseded_at,
    Document.page_count,
    Document.issued_on,
    Document.expires_on,
    Document.covers_from,
    Document.covers_to,
).where(Document.customer_id == bindparam("customer_id"), Document.deleted_at.is_(None))


def _with_names(customers: Subquery) -> AnySelect:
    return (
        select(
            Document,
            *customers.c,
            Uploader.display_name.label("uploader_name"),
            Reviewer.display_name.label("reviewer_name"),
        )
        .join(customers, customers.c.customer_id == Document.customer_id)
        .join(Uploader, Uploader.id == Document.uploaded_by_id)
        .outerjoin(Reviewer, Reviewer.id == Document.reviewed_by_id)
    )


@cache
def _of_customer(within: Reaches) -> AnySelect:
    return (
        _with_names(visible_within(within))
        .where(Document.customer_id == bindparam("customer_id"), Document.deleted_at.is_(None))
        .order_by(Document.created_at, Document.id)
    )


class DocumentRepository(Repository[Document]):
    """Documents, seen by whoever may see their customer."""

    model = Document

    def visible_to(self, actor: Actor) -> AnySelect:
        """Select the documents of customers that the actor may see, with names."""
        return _with_names(visible(actor, DocumentPermission.READ))

    async def get_visible(self, actor: Actor, document_id: UUID) -> AnyRow | None:
        """Fetch one document with names."""
        statement = self.visible_to(actor).where(Document.id == document_id)
        return (await self.session.execute(statement.execution_options(populate_existing=True))).one_or_none()

    async def list_documents(self, actor: Actor, query: DocumentListQuery) -> tuple[Sequence[AnyRow], int]:
        """Fetch one page."""
        statement = self.visible_to(actor)
        deleted = Document.deleted_at.is_not(None) if query.trashed else Document.deleted_at.is_(None)
        statement = statement.where(deleted)
        if query.q:
            blind_index = resources_of(self.session).blind_index
            customers = visible(actor, DocumentPermission.READ, q=query.q, blind_index=blind_index)
            by_customer = select(customers.alias("found_customers").c.customer_id)
            statement = statement.where(
                or_(
                    Document.filename.icontains(query.q, autoescape=True),
                    Document.customer_id.in_(by_customer),
                )
            )
        if query.customer_id is not None:
            statement = statement.where(Document.customer_id == query.customer_id)
        if query.document_type:
            statement = statement.where(Document.document_type.in_(query.document_type))
        if query.review_status:
            statement = statement.where(Document.review_status.in_(query.review_status))
        if query.uploaded_by_id is not None:
            statement = statement.where(Document.uploaded_by_id == query.uploaded_by_id)
        statement = statement.where(*within_days(Document.created_at, query.uploaded_from, query.uploaded_to))
        return await self.page(statement, query, self.order(_SORT_COLUMNS, query.sort), Document.id)

    async def of_customer(self, actor: Actor, customer_id: UUID) -> Sequence[AnyRow]:
        """Fetch a customer's documents outside the trash, oldest first."""
        statement = _of_customer(reaches(actor, DocumentPermission.READ))
        parameters = {"customer_id": customer_id, **owner_parameters(actor)}
        return (await self.session.execute(statement, parameters)).all()

    async def counted(self, customer_id: UUID) -> Sequence[AnyRow]:
        """Fetch what completeness goes by of each document outside the trash."""
        return (await self.session.execute(_COUNTED, {"customer_id": customer_id})).all()

    async def known_among(self, ids: Iterable[UUID]) -> set[UUID]:
        """Return those of the ids that documents have, in the trash or not."""
        return set(await self.session.scalars(select(Document.id).where(Document.id.in_(ids))))

    async def failed_since(self, at: datetime, *, limit: int) -> Sequence[UUID]:
        """Return the newest documents without pictures that were uploaded since then."""
        statement = select(Document.id).where(
            Document.processing == Processing.FAILED, Document.created_at >= at
        )
        statement = statement.order_by(Document.created_at.desc(), Document.id.desc()).limit(limit)
        return (await self.session.scalars(statement)).all()

    async def find_same(self, customer_id: UUID, document_type: str, sha256: str) -> UUID | None:
        """Return the document with the same bytes, outside the trash."""
        statement = select(Document.id).where(
            Document.customer_id == customer_id,
            Document.document_type == document_type,
            Document.sha256 == sha256,
            Document.deleted_at.is_(None),
            Document.superseded_at.is_(None),
        )
        return await self.session.scalar(statement)

    async def supersede(self, customer_id: UUID, type_codes: Sequence[str], at: datetime) -> None:
        """Mark a customer's documents of these types as asked for anew."""
        statement = update(Document).where(
            Document.customer_id == customer_id,
            Document.document_type.in_(type_codes),
            Document.superseded_at.is_(None),
        )
        await self.session.execute(
            statement.values(superseded_at=at).execution_options(synchronize_session=False)
        )

    async def count_places_taken(self, customer_id: UUID, document_type: str) -> int:
        """Count the documents that fill the type's places; rejected and superseded ones make room."""
        statement = select(func.count()).where(
            Document.customer_id == customer_id,
            Document.document_type == document_type,
            Document.deleted_at.is_(None),
            Document.superseded_at.is_(None),
            Document.review_status != ReviewStatus.REJECTED,
        )
        return await self.session.scalar(statement) or 0

    async def has_upload_by(self, customer_id: UUID, user_id: UUID) -> bool:
        """Tell whether this person uploaded any of the customer's documents outside the trash."""
        statement = select(Document.id).where(
            Document.customer_id == customer_id,
            Document.uploaded_by_id == user_id,
            Document.deleted_at.is_(None),
        )
        return await self.session.scalar(select(statement.exists())) or False


class FindingRepository(Repository[DocumentAnnotation]):
    """Notes on pages and compared facts, of documents that the caller has found visible."""

    model = DocumentAnnotation

    async def annotations_of(self, customer_id: UUID) -> Sequence[AnyRow]:
        """Fetch the notes on a customer's documents outside the trash with their authors' names."""
        statement = (
            select(DocumentAnnotation, Author.display_name.label("author_name"))
            .join(Author, Author.id == DocumentAnnotation.author_id)
            .join(Document, Document.id == DocumentAnnotation.document_id)
            .where(Document.customer_id == customer_id, Document.deleted_at.is_(None))
            .order_by(DocumentAnnotation.document_id, DocumentAnnotation.page, DocumentAnnotation.id)
        )
        return (await self.session.execute(statement)).all()

    async def checks_of(self, customer_id: UUID) -> Sequence[AnyRow]:
        """Fetch the comparisons of a customer's documents outside the trash with their makers' names."""
        statement = (
            select(DocumentCheck, Checker.display_name.label("checker_name"))
            .join(Checker, Checker.id == DocumentCheck.checked_by_id)
            .join(Document, Document.id == DocumentCheck.document_id)
            .where(Document.customer_id == customer_id, Document.deleted_at.is_(None))
            .order_by(DocumentCheck.document_id, DocumentCheck.fact)
            .execution_options(populate_existing=True)
        )
        return (await self.session.execute(statement)).all()

    async def count_annotations(self, document_id: UUID) -> int:
        """Count the notes on a document."""
        statement = select(func.count()).where(DocumentAnnotation.document_id == document_id)
        return await self.session.scalar(statement) or 0

    async def remove(self, annotation: DocumentAnnotation) -> None:
        """Delete a note."""
        await self.session.delete(annotation)
        await self.session.flush()

    async def put_check(self, document_id: UUID, fact: str, *, agrees: bool, by: UUID, at: datetime) -> None:
        """Keep the latest judgement of a fact."""
        row = {"agrees": agrees, "checked_by_id": by, "checked_at": at}
        statement = insert(DocumentCheck).values(document_id=document_id, fact=fact, **row)
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=["document_id", "fact"], set_=row)
        )

    async def remove_check(self, document_id: UUID, fact: str) -> None:
        """Forget the judgement of a fact."""
        await self.session.execute(
            delete(DocumentCheck).where(DocumentCheck.document_id == document_id, DocumentCheck.fact == fact)
        )
