"""Decide which kinds of document there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.documents.errors import DocumentTypeNotFound, DuplicateDocumentType, UnknownDocumentType
from backend.domains.documents.events import DocumentTypesChanged
from backend.domains.documents.live import DocumentTypesEvent
from backend.domains.documents.models import DocumentType
from backend.domains.documents.repository import DocumentTypeRepository
from backend.domains.documents.schemas import (
    DocumentTypeCreate,
    DocumentTypeFields,
    DocumentTypeList,
    DocumentTypeRead,
)
from backend.kit.auth import Actor
from backend.kit.db.constraints import conflicts
from backend.kit.db.seeding import never_seeded
from backend.kit.db.versions import check_version
from backend.kit.events import emit
from backend.kit.realtime.feed import LiveEvent, publish


@dataclass(frozen=True)
class Preset:
    """A type that every installation starts with."""

    code: str
    name: str
    name_en: str
    max_files: int
    hint: str
    is_required: bool = False


PRESETS = (
    Preset("id_card_front", "身份证正面", "ID card, front", 3, "人像面，四角完整、无反光", is_required=True),
    Preset("id_card_back", "身份证反面", "ID card, back", 3, "国徽面，有效期清晰", is_required=True),
    Preset("income_proof", "收入证明", "Proof of income", 10, "单位盖章，近三个月内开具", is_required=True),
    Preset(
        "bank_statement", "银行流水", "Bank statement", 30, "近六个月，可上传扫描件或 PDF", is_required=True
    ),
    Preset("property_proof", "房产证明", "Proof of property", 20, "不动产权证或购房合同"),
    Preset(
        "credit_report", "征信报告", "Credit report", 20, "三十日内查询的个人或企业征信", is_required=True
    ),
    Preset("household_register", "户口本", "Household register", 20, "户主页与本人页"),
    Preset("marriage_certificate", "结婚证", "Marriage certificate", 6, "双方照片与登记信息页"),
    Preset("other", "其他资料", "Other", 50, "与申请有关的其他材料"),
)


class DocumentTypeService:
    """The rules of document types."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.types = DocumentTypeRepository(session)

    async def list_types(self) -> DocumentTypeList:
        """Return all types in their order, those no longer used included."""
        types = await self.types.list_types()
        return DocumentTypeList(items=[DocumentTypeRead.model_validate(item) for item in types])

    async def read(self, code: str) -> DocumentTypeRead:
        """Return a type or raise `DocumentTypeNotFound`."""
        return DocumentTypeRead.model_validate(await self.get(code))

    async def get(self, code: str, *, lock: bool = False) -> DocumentType:
        """Fetch a type or raise `DocumentTypeNotFound`."""
        document_type = await self.types.get_by_code(code, lock=lock)
        if document_type is None:
            raise DocumentTypeNotFound
        return document_type

    async def get_usable(self, code: str) -> DocumentType:
        """Fetch a type that documents may be filed under, or raise `UnknownDocumentType`."""
        document_type = await self.types.get_by_code(code)
        if document_type is None or not document_type.is_active:
            raise UnknownDocumentType
        return document_type

    async def create(self, actor: Actor, body: DocumentTypeCreate) -> DocumentTypeRead:
        """Add a type; if it is required, open cases become incomplete until it is supplied."""
        document_type = DocumentType(**body.model_dump())
        async with conflicts(self.session, {"document_types_pkey": DuplicateDocumentType}):
            await self.types.add(document_type)
        await self._changed(actor, "document_type.create", document_type, _NOT_THERE)
        return DocumentTypeRead.model_validate(document_type)

    async def update(
        self, actor: Actor, code: str, expected_version: int, body: DocumentTypeFields
    ) -> DocumentTypeRead:
        """Replace what a type says of itself."""
        document_type = await self.get(code, lock=True)
        check_version(document_type.version, expected_version)
        before = _facts(document_type)
        for name, value in body.model_dump().items():
            setattr(document_type, name, value)
        await self.session.flush()
        await self._changed(actor, "document_type.update", document_type, before)
        return DocumentTypeRead.model_validate(document_type)

    async def delete(self, actor: Actor, code: str) -> None:
        """Remove a type; one that documents have is only taken out of use, so that they stay readable."""
        document_type = await self.get(code, lock=True)
        before = _facts(document_type)
        if await self.types.remove_unused(document_type):
            await self._changed(actor, "document_type.delete", document_type, before, after=_NOT_THERE)
            return
        document_type.is_active = False
        await self.session.flush()
        await self._changed(actor, "document_type.delete", document_type, before)

    async def seed(self) -> None:
        """Add the presets that this installation never had; a type that people removed or made stays as it is."""
        new = await never_seeded(self.session, "document_type", (preset.code for preset in PRESETS))
        present = {document_type.code for document_type in await self.types.list_types()}
        for order, preset in enumerate(PRESETS, start=1):
            if preset.code in new - present:
                self.session.add(
                    DocumentType(
                        code=preset.code,
                        name=preset.name,
                        name_en=preset.name_en,
                        hint=preset.hint,
                        is_required=preset.is_required,
                        sort_order=order * 10,
                        allowed_kinds=["image", "pdf"],
                        max_files=preset.max_files,
                    )
                )
        await self.session.flush()

    async def _changed(
        self,
        actor: Actor,
        action: str,
        document_type: DocumentType,
        before: Mapping[str, Any],
        *,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a change down and tell of it; what changes nothing leaves no trace."""
        changes = audit.changes(before, _facts(document_type) if after is None else after)
        if not changes:
            return
        target = audit.Target("document_type", document_type.code, document_type.name)
        audit.record(self.session, actor, action, target, changes)
        event = DocumentTypesEvent(
            type="document_types.changed",
            actor_id=actor.id,
            document_type=document_type.code,
            version=document_type.version,
        )
        publish(self.session, LiveEvent.of(event))
        if not changes.keys().isdisjoint(_COUNTED):
            await emit(self.session, actor, DocumentTypesChanged())


# What decides about the completeness of a case; a type that is not there is neither.
_COUNTED = frozenset({"is_required", "is_active"})
_NOT_THERE = {"is_required": False, "is_active": False}


def _facts(document_type: DocumentType) -> dict[str, Any]:
    return {name: getattr(document_type, name) for name in DocumentTypeFields.model_fields}
