"""What a demo customer hands in for a document type: photos, scans and now and then a PDF."""

from dataclasses import dataclass
from datetime import date
from random import Random

from backend.demo.drawings import (
    draw,
    draw_business_license,
    draw_company_paper,
    draw_photo,
    draw_scanned_statement,
)
from backend.demo.people import DemoCompany, DemoPerson

PHOTOGRAPHED = frozenset({"id_card_front", "id_card_back", "household_register", "marriage_certificate"})
SCAN_NAMES = {
    "id_card_front": "身份证正面.jpg",
    "id_card_back": "身份证反面.jpg",
    "income_proof": "收入证明.jpg",
    "bank_statement": "银行流水.jpg",
    "property_proof": "不动产权证.jpg",
    "credit_report": "个人信用报告.jpg",
    "household_register": "户口本.jpg",
    "marriage_certificate": "结婚证.jpg",
    "other": "社保缴费记录.jpg",
}
COMPANY_NAMES = {
    "articles_of_association": "公司章程.jpg",
    "corporate_statement": "对公流水.jpg",
    "financial_statements": "财务报表.jpg",
    "corporate_credit_report": "企业信用报告.jpg",
    "basic_account": "基本存款账户信息.jpg",
    "shareholder_register": "股东名册.jpg",
    "premises_proof": "租赁合同.jpg",
}
OF_REPRESENTATIVE = {"legal_rep_id_front": "id_card_front", "legal_rep_id_back": "id_card_back"}
PHOTO_SHARE = 0.5
PDF_SHARE = 0.1


@dataclass(frozen=True)
class DemoFile:
    """A file as somebody would pick it."""

    filename: str
    content: bytes


def hand_in(document_type: str, party: DemoPerson | DemoCompany, seed: int, today: date) -> DemoFile:
    """Draw the document; the same arguments give the same bytes."""
    random = Random(seed)  # noqa: S311 - the same demo each time, nothing secret
    if isinstance(party, DemoCompany):
        if document_type == "business_license":
            return DemoFile("营业执照.jpg", draw_business_license(party, random, today=today))
        if document_type in COMPANY_NAMES:
            drawn = draw_company_paper(document_type, party, random, today=today)
            return DemoFile(COMPANY_NAMES[document_type], drawn)
        document_type = OF_REPRESENTATIVE.get(document_type, document_type)
        party = party.representative
    if document_type == "bank_statement" and random.random() < PDF_SHARE:
        return DemoFile("银行流水（近六个月）.pdf", draw_scanned_statement(party, random, today=today))
    if document_type in PHOTOGRAPHED and random.random() < PHOTO_SHARE:
        name = f"IMG_{today:%Y%m%d}_{random.randrange(90_000, 180_000):06d}.jpg"
        return DemoFile(name, draw_photo(document_type, party, random, today=today))
    return DemoFile(SCAN_NAMES[document_type], draw(document_type, party, random, today=today))
