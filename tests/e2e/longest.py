"""The longest legal values in every field, stored in a running installation."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from tests.documents.factories import jpeg
from tests.e2e.pages import complete_customer, draw_papers, somebody
from tests.identity.factories import PASSWORD

COMPANY = "上海浦东新区张江高科技园区长三角一体化供应链金融信息服务外包有限责任公司"
FILE = "微信图片_20261121093045_对公流水扫描件"
LATIN = "bank_statement_of_the_second_half_"
EMAIL = f"{'m' * 64}@{'d' * 60}.{'e' * 60}.{'f' * 60}.com"
SENTENCE = "银行流水缺少最近三个月，且第二页被手指遮住，请重新拍摄。"


def long(text: str, length: int) -> str:
    """Repeat the text up to this many characters."""
    return (text * length)[:length]


@dataclass(frozen=True)
class Longest:
    """What the pages are about."""

    username: str
    name: str
    customer: str
    company: str
    document: str


async def store_longest(origin: str, tokens: dict[str, str], folder: Path) -> Longest:
    """Fill an installation of its own: accounts, words, document types, customers, files, a returned case."""
    async with (
        _client(origin, tokens["admin"]) as admin,
        _client(origin, tokens["staff"]) as staff,
        _client(origin, tokens["auditor"]) as auditor,
    ):
        person = await _post(
            admin,
            "/users",
            username=long("administrator.", 60),
            display_name=long("欧阳娜娜", 60),
            phone="13800138000",
            email=EMAIL,
            password=PASSWORD,
            roles=["admin", "auditor", "staff"],
        )
        await _set_profile(staff)
        for dictionary, code in (
            ("customer_level", "longest"),
            ("reject_reason", "longest"),
            ("area", "longest"),
        ):
            await _post(
                admin,
                f"/dictionaries/{dictionary}/entries",
                code=code,
                label_zh=long("战略合作伙伴", 60),
                label_en=long("Strategicpartner", 60),
                color="purple" if dictionary == "customer_level" else None,
            )
        await _post(
            admin,
            "/documents/types",
            code=long("longest_code_", 40),
            name=long("房屋所有权证明", 60),
            name_en=long("Proofofproperty", 60),
            hint=long(SENTENCE, 200),
            max_files=200,
            sort_order=5,
            allowed_kinds=["image", "pdf"],
        )
        papers = draw_papers(folder)
        first = replace(somebody(folder), name=long("阿依古丽·买买提", 120))
        customer = await complete_customer(staff, first, papers)
        common: dict[str, Any] = {
            "name": long("阿依古丽·买买提", 120),
            "phone": "13800138000",
            "landline": "021-61234567-801234",
            "fax": "021-61234567-801234",
            "email": EMAIL,
            "website": long("https://www.example.com/", 200),
            "area": long("上海市浦东新区", 60),
            "address": long("上海市浦东新区世纪大道100号", 500),
            "postal_code": "200120",
            "level": "longest",
            "satisfaction": 5,
            "credit_rating": 5,
            "remark": long("WWWWWWWWWW", 1000),
            "manager_id": person["id"],
            "bank_name": long("上海浦东发展银行", 60),
            "bank_account": "6" * 30,
        }
        stored = await staff.put(
            f"/customers/{customer['id']}",
            headers={"If-Match": f'"{customer["version"]}"'},
            json=common,
        )
        assert stored.is_success, stored.text
        company = await _post(
            staff,
            "/customers",
            **{**common, "name": long(COMPANY, 120)},
            kind="company",
            legal_representative=long("司马相如", 60),
            registered_capital="9999999999999999.99",
            annual_turnover="9999999999999999.99",
            business_license_no=long("310115400123456", 50),
            local_tax_no=long("W", 50),
            national_tax_no=long("W", 50),
        )
        document = await _upload(staff, customer["id"], f"{long(FILE, 251)}.jpg")
        await _upload(staff, company["id"], f"{long(LATIN, 251)}.jpg")
        gone = await _upload(staff, company["id"], f"{long(LATIN, 250)}x.jpg")
        await staff.delete(f"/documents/{gone['id']}")
        submitted = await staff.post(f"/customers/{customer['id']}/submit")
        assert submitted.is_success, submitted.text
        await _post(
            auditor,
            f"/documents/{document['id']}/reject",
            reason_code="longest",
            message=long(SENTENCE, 500),
        )
        await _post(
            auditor,
            f"/customers/{customer['id']}/return",
            reason=long(SENTENCE, 500),
            document_types=["bank_statement", "property_proof"],
        )
    return Longest(person["username"], first.name, customer["id"], company["id"], document["id"])


def _client(origin: str, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=f"{origin}/api/v1", headers=headers, trust_env=False, timeout=30)


async def _post(client: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.is_success, f"{path}: {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


async def _set_profile(client: httpx.AsyncClient) -> None:
    body = {"display_name": long("司徒", 60), "phone": "13800138001", "email": EMAIL}
    answer = await client.put("/auth/me", json=body)
    assert answer.is_success, answer.text


async def _upload(client: httpx.AsyncClient, customer_id: str, filename: str) -> dict[str, Any]:
    answer = await client.post(
        "/documents/upload",
        data={"customer_id": customer_id, "document_type": "bank_statement"},
        files={"file": (filename, jpeg(size=(900, 600)))},
    )
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found
