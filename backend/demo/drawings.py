"""Documents for the demo data, drawn by code and marked 样本: made-up people, no real emblem, no real photo.

Everything is a pure function of a person, a seeded `Random` and a day: the same three give the same bytes.
"""

from collections.abc import Callable, Mapping
from datetime import date
from random import Random

from PIL import Image

from backend.demo.canvas import jpeg
from backend.demo.cards import id_card_back, id_card_front
from backend.demo.company_papers import company_paper
from backend.demo.papers import (
    bank_statement,
    business_license,
    credit_report,
    household_register,
    income_proof,
    marriage_certificate,
    property_proof,
    social_insurance_record,
    statement_pages,
)
from backend.demo.people import DemoCompany, DemoPerson
from backend.demo.photos import phone_photo, scanned_pdf

DRAWINGS: Mapping[str, Callable[[DemoPerson, Random, date], Image.Image]] = {
    "id_card_front": id_card_front,
    "id_card_back": id_card_back,
    "income_proof": income_proof,
    "bank_statement": bank_statement,
    "property_proof": property_proof,
    "credit_report": credit_report,
    "household_register": household_register,
    "marriage_certificate": marriage_certificate,
    "other": social_insurance_record,
}
"""One drawing for each document type that persons hand in, by its code."""


def draw(document_type: str, person: DemoPerson, random: Random, *, today: date) -> bytes:
    """The document as a flat scan, JPEG."""
    return jpeg(DRAWINGS[document_type](person, random, today))


def draw_photo(document_type: str, person: DemoPerson, random: Random, *, today: date) -> bytes:
    """The document as a phone photographs it: on a desk, askew, upright only by its EXIF orientation; JPEG."""
    return phone_photo(DRAWINGS[document_type](person, random, today), random, today)


def draw_scanned_statement(person: DemoPerson, random: Random, *, today: date, pages: int = 6) -> bytes:
    """A bank statement from an office scanner, PDF with one grey picture a page."""
    return scanned_pdf(statement_pages(person, random, today, pages=pages), random, today)


def draw_business_license(company: DemoCompany, random: Random, *, today: date) -> bytes:
    """The company's business license as a flat scan, JPEG."""
    return jpeg(business_license(company, random, today))


def draw_company_paper(document_type: str, company: DemoCompany, random: Random, *, today: date) -> bytes:
    """Another paper of the company as a flat scan, JPEG."""
    return jpeg(company_paper(document_type, company, random, today))
