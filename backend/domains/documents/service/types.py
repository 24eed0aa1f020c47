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


PRESETS = (
    Preset("id_card_front", "身份证正面", "ID card, front", 3, "人像面，四角完整、无反光"),
    Preset("id_card_back", "身份证反面", "ID card, back", 3, "国徽面，有效期清晰"),
    Preset("income_proof", "收入证明", "Proof of income", 10, "单位盖章，近三个月内开具"),
    Preset("bank_statement", "银行流水", "Bank statement", 30, "近六个月，可上传扫描件或 PDF"),
    Preset("property_proof", "房产证明", "Proof of property", 20, "不动产权证或购房合同"),
    Preset("credit_report", "征信报告", "Credit report", 20, "三十日内查询的个人征信"),
    Preset("household_register", "户口本", "Household register", 20, "户主页与本人页"),
    Preset("marriage_certificate", "结婚证", "Marriage certificate", 6, "双方照片与登记信息页"),
    Preset("other", "其他资料", "Other", 50, "与申请有关的其他材料"),
    Preset("business_license", "营业执照", "Business license", 3, "正本或副本，统一社会信用代码清晰"),
    Preset(
        "legal_rep_id_front",
        "法定代表人身份证正面",
        "Legal representative's ID card, front",
        3,
        "人像面，四角完整",
    ),
    Preset(
        "legal_rep_id_back",
        "法定代表人身份证反面",
        "Legal representative's ID card, back",
        3,
        "国徽面，有效期清晰",
    ),
    Preset(
        "articles_of_association", "公司章程", "Articles of association", 20, "最新版本，含全体股东签章页"
    ),
    Preset(
        "corporate_statement",
        "对公流水",
        "Corporate bank statement",
        30,
        "基本户近六个月，银行盖章或电子回单",
    ),
    Preset("financial_statements", "财务报表", "Financial statements", 20, "近两年年报及最近一期，加盖公章"),
    Preset(
        "corporate_credit_report", "企业征信报告", "Corporate credit report", 20, "三十日内查询的企业信用报告"
    ),
    Preset(
        "basic_account", "开户许可证或基本存款账户信息", "Basic account certificate", 5, "账号和开户行清晰"
    ),
    Preset("capital_verification", "验资报告", "Capital verification report", 10, "会计师事务所盖章"),
    Preset("shareholder_register", "股东名册", "Shareholder register", 10, "加盖公章，列明出资额和比例"),
    Preset("premises_proof", "经营场所证明", "Proof of business premises", 10, "租赁合同或产权证明"),
    Preset("tax_certificate", "纳税证明", "Tax payment certificate", 10, "近一年，税务机关开具"),
    Preset("purpose_proof", "贷款用途证明", "Proof of the loan's purpose", 10, "购销合同、订单或发票"),
    Preset("property_certificate", "不动产权证", "Real estate certificate", 20, "封面、登记页和附图页"),
    Preset("appraisal_report", "评估报告", "Appraisal report", 20, "评估机构盖章，半年内出具"),
    Preset(
        "vehicle_registration", "机动车登记证书", "Vehicle registration certificate", 10, "登记页和变更页"
    ),
    Preset("vehicle_permit", "行驶证", "Vehicle license", 4, "正页和副页，检验有效期清晰"),
    Preset("vehicle_insurance", "车辆保险", "Vehicle insurance", 10, "交强险和商业险保单"),
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
        """Add a type; requirement sets decide who supplies it."""
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


# What decides about the completeness of a case; a type that is not there is out of use.
_COUNTED = frozenset({"is_active"})
_NOT_THERE = {"is_active": False}


def _facts(document_type: DocumentType) -> dict[str, Any]:
    return {name: getattr(document_type, name) for name in DocumentTypeFields.model_fields}
