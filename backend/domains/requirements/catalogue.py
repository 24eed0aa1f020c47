"""The requirement sets that every installation starts with: what a lender in Shanghai asks for."""

from collections.abc import Sequence
from typing import Any

from backend.domains.customers.reference import CustomerKind
from backend.domains.requirements.models import Need
from backend.domains.requirements.schemas import RequirementItemFields, RequirementSetCreate

_PERSON, _SOLE, _COMPANY = CustomerKind.PERSON, CustomerKind.SOLE_PROPRIETOR, CustomerKind.COMPANY


def _item(document_type: str, hint_zh: str, hint_en: str, **asked: Any) -> RequirementItemFields:
    return RequirementItemFields(document_type=document_type, hint_zh=hint_zh, hint_en=hint_en, **asked)


def _optional(document_type: str, hint_zh: str, hint_en: str) -> RequirementItemFields:
    return _item(document_type, hint_zh, hint_en, need=Need.OPTIONAL)


_ID_FRONT = _item(
    "id_card_front", "人像面，四角完整、无反光", "The side with the photo: all corners, no glare"
)
_ID_BACK = _item(
    "id_card_back", "国徽面，有效期清晰", "The side with the emblem: the validity must be legible"
)
_STATEMENT = _item(
    "bank_statement",
    "近六个月，可上传扫描件或 PDF",
    "The last six months, as scans or PDF",
    covers_months=6,
)
_CREDIT_REPORT = _item(
    "credit_report", "三十日内查询的个人征信", "A personal report of the last 30 days", max_age_days=30
)
_MARRIAGE = _item(
    "marriage_certificate",
    "双方照片与登记信息页",
    "The pages with both photos and the registration",
    condition_field="marital_status",
    condition_values=["married"],
)
_LICENSE = _item(
    "business_license",
    "正本或副本，统一社会信用代码清晰",
    "Original or duplicate; the credit code must be legible",
)
_PREMISES = _item("premises_proof", "租赁合同或产权证明", "Lease or title of the premises")
_TAX = _optional("tax_certificate", "近一年，税务机关开具", "Of the last year, issued by the tax authority")
_OTHER = _optional("other", "与申请有关的其他材料", "Whatever else supports the application")

PRESETS: Sequence[RequirementSetCreate] = (
    RequirementSetCreate(
        code="person",
        name_zh="个人基本资料",
        name_en="Persons",
        kinds=[_PERSON],
        items=[
            _ID_FRONT,
            _ID_BACK,
            _item(
                "income_proof",
                "单位盖章，近三个月内开具",
                "Stamped by the employer, of the last three months",
            ),
            _STATEMENT,
            _CREDIT_REPORT,
            _MARRIAGE,
            _optional(
                "property_proof", "不动产权证或购房合同", "Real estate certificate or purchase contract"
            ),
            _optional("household_register", "户主页与本人页", "The pages of the head and of the person"),
            _OTHER,
        ],
    ),
    RequirementSetCreate(
        code="sole_proprietor",
        name_zh="个体工商户基本资料",
        name_en="Sole proprietors",
        kinds=[_SOLE],
        items=[
            _LICENSE,
            _ID_FRONT,
            _ID_BACK,
            _STATEMENT,
            _CREDIT_REPORT,
            _PREMISES,
            _MARRIAGE,
            _TAX,
            _OTHER,
        ],
    ),
    RequirementSetCreate(
        code="company",
        name_zh="企业基本资料",
        name_en="Companies",
        kinds=[_COMPANY],
        items=[
            _LICENSE,
            _item(
                "legal_rep_id_front",
                "人像面，四角完整、无反光",
                "The side with the photo: all corners, no glare",
            ),
            _item(
                "legal_rep_id_back",
                "国徽面，有效期清晰",
                "The side with the emblem: the validity must be legible",
            ),
            _item(
                "articles_of_association",
                "最新版本，含全体股东签章页",
                "The latest version with all shareholders' signatures",
            ),
            _item(
                "corporate_statement",
                "基本户近六个月，银行盖章或电子回单",
                "The basic account's last six months, stamped by the bank",
                covers_months=6,
            ),
            _item(
                "financial_statements",
                "近两年年报及最近一期，加盖公章",
                "The last two years and the latest period, stamped",
            ),
            _item(
                "corporate_credit_report",
                "三十日内查询的企业信用报告",
                "A corporate report of the last 30 days",
                max_age_days=30,
            ),
            _item("basic_account", "账号和开户行清晰", "Account number and bank must be legible"),
            _item(
                "capital_verification",
                "会计师事务所盖章",
                "Stamped by the accountants",
                need=Need.ONE_OF,
                group_name="出资证明",
            ),
            _item(
                "shareholder_register",
                "加盖公章，列明出资额和比例",
                "Stamped, with amounts and shares",
                need=Need.ONE_OF,
                group_name="出资证明",
            ),
            _PREMISES,
            _TAX,
            _OTHER,
        ],
    ),
    RequirementSetCreate(
        code="mortgage_loan",
        name_zh="房抵贷资料",
        name_en="Mortgage loans",
        kinds=list(CustomerKind),
        products=["mortgage_loan"],
        items=[
            _item("property_certificate", "封面、登记页和附图页", "Cover, registration and plan"),
            _item(
                "appraisal_report",
                "评估机构盖章，半年内出具",
                "Stamped by the appraiser, of the last half year",
                max_age_days=180,
            ),
        ],
    ),
    RequirementSetCreate(
        code="car_loan",
        name_zh="车贷资料",
        name_en="Car loans",
        kinds=list(CustomerKind),
        products=["car_loan"],
        items=[
            _item("vehicle_registration", "登记页和变更页", "Registration and changes"),
            _item(
                "vehicle_permit", "正页和副页，检验有效期清晰", "Both pages, with the inspection's validity"
            ),
            _item(
                "vehicle_insurance",
                "交强险和商业险保单",
                "Compulsory and commercial policies",
                asks_expiry=True,
            ),
        ],
    ),
    RequirementSetCreate(
        code="business_loan",
        name_zh="企业经营贷资料",
        name_en="Business loans",
        kinds=[_SOLE, _COMPANY],
        products=["business_loan"],
        items=[_item("purpose_proof", "购销合同、订单或发票", "Contracts, orders or invoices")],
    ),
)
