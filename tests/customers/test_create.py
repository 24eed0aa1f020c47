"""Opening a customer: every field, every refusal, and each effect once."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from backend.app import create_app
from backend.config import Settings
from backend.kit.clock import business_date, now
from backend.kit.db.session import Database
from tests.conftest import client_of
from tests.customers.factories import company, create_customer, credit_code, person
from tests.identity.factories import user_id_of

ID_NUMBER = "11010519491231002X"
CREDIT_CODE = "91350100M000100Y43"

BOTH: dict[str, Any] = {
    "name": "张伟",
    "phone": "13800138000",
    "landline": "021-61234567-801",
    "fax": "021-61234568",
    "email": "zhangwei@example.com",
    "website": "https://example.com",
    "area": "上海市浦东新区",
    "address": "上海市浦东新区世纪大道100号",
    "postal_code": "200120",
    "level": "key_prospect",
    "satisfaction": 5,
    "credit_rating": 1,
    "remark": "老客户介绍",
    "bank_name": "中国银行上海分行",
}
OF_COMPANY: dict[str, Any] = {
    "unified_social_credit_code": CREDIT_CODE,
    "legal_representative": "李娜",
    "registered_capital": "5000000.00",
    "annual_turnover": "9999999999999999.99",
    "business_license_no": "310115000123456",
    "local_tax_no": "310115123456789",
    "national_tax_no": "310115987654321",
}


async def test_a_person_is_opened_with_every_field(staff: AsyncClient, staff2: AsyncClient) -> None:
    manager_id, creator_id = await user_id_of(staff2), await user_id_of(staff)
    body = {
        "kind": "person",
        **BOTH,
        "manager_id": manager_id,
        "id_number": ID_NUMBER,
        "bank_account": "6222 0212 3456 7890 123",
    }

    response = await staff.post("/customers", json=body)

    assert response.status_code == 201, response.text
    customer = response.json()
    assert response.headers["location"] == f"/api/v1/customers/{customer['id']}"
    assert response.headers["etag"] == f'"{customer["version"]}"'
    assert {name: customer[name] for name in BOTH} == BOTH
    assert customer["id_number"] == "110***********002X"
    assert customer["bank_account"] == "**** 0123"
    assert (customer["sex"], customer["birth_date"]) == ("female", "1949-12-31")
    assert customer["manager"] == {"id": manager_id, "display_name": "测试 staff2"}
    assert customer["created_by"] == {"id": creator_id, "display_name": "测试 staff"}
    assert (customer["status"], customer["rejected_final"], customer["archived_at"]) == (
        "pending",
        False,
        None,
    )
    assert all(customer[name] is None for name in OF_COMPANY)
    assert customer["can"] == ["edit", "archive", "upload", "amend"]
    assert (await staff.get(f"/customers/{customer['id']}")).json() == customer


async def test_a_company_is_opened_with_every_field(staff: AsyncClient) -> None:
    response = await staff.post(
        "/customers", json={"kind": "company", **BOTH, **OF_COMPANY, "bank_account": "310066661018800012345"}
    )

    assert response.status_code == 201, response.text
    customer = response.json()
    assert {name: customer[name] for name in {**BOTH, **OF_COMPANY}} == {**BOTH, **OF_COMPANY}
    assert (customer["id_number"], customer["sex"], customer["birth_date"]) == (None, None, None)


async def test_a_sole_proprietor_is_a_business_and_the_person_who_answers_for_it(staff: AsyncClient) -> None:
    fields = {
        "name": "徐汇区李娜水果店",
        "unified_social_credit_code": OF_COMPANY["unified_social_credit_code"],
        "legal_representative": "李娜",
        "marital_status": "married",
    }

    response = await staff.post(
        "/customers", json={"kind": "sole_proprietor", "id_number": ID_NUMBER, **fields}
    )

    assert response.status_code == 201, response.text
    customer = response.json()
    assert {name: customer[name] for name in fields} == fields
    assert (customer["sex"], customer["birth_date"]) == ("female", "1949-12-31")


async def test_customer_numbers_count_the_customers_of_the_day(staff: AsyncClient) -> None:
    first = (await create_customer(staff))["customer_no"]
    second = (await create_customer(staff))["customer_no"]

    assert first.startswith(f"KH{business_date(now()):%Y%m%d}")
    assert int(second[2:]) == int(first[2:]) + 1


async def test_only_a_name_is_needed(staff: AsyncClient) -> None:
    for body in ({"kind": "person", "name": "张伟"}, {"kind": "company", "name": "浦江"}):
        assert (await staff.post("/customers", json=body)).status_code == 201


@pytest.mark.parametrize(
    ("sent", "masked", "sex", "birth_date"),
    [
        ("110105491231002", "110***********002X", "female", "1949-12-31"),
        ("１１０１０５１９４９１２３１００２ｘ", "110***********002X", "female", "1949-12-31"),
        ("440524188001010014", "440***********0014", "male", "1880-01-01"),
        ("810000199408230021", "810***********0021", "female", "1994-08-23"),
    ],
    ids=["15 digits", "full width", "male of the standard", "residence permit"],
)
async def test_the_id_number_tells_sex_and_birth_date(
    staff: AsyncClient, sent: str, masked: str, sex: str, birth_date: str
) -> None:
    customer = await create_customer(staff, id_number=sent, sex="male", birth_date="2001-01-01")

    assert (customer["id_number"], customer["sex"], customer["birth_date"]) == (masked, sex, birth_date)


async def test_without_an_id_number_sex_and_birth_date_are_as_typed(staff: AsyncClient) -> None:
    customer = await create_customer(staff, sex="male", birth_date="2001-01-01")

    assert (customer["sex"], customer["birth_date"]) == ("male", "2001-01-01")


async def test_numbers_are_kept_in_one_form_and_blanks_are_none(staff: AsyncClient) -> None:
    customer = await create_customer(
        staff,
        name="  张伟 ",
        phone="+86 138-0013-8000",
        landline="(021) 6123 4567 转 801",
        postal_code="２００１２０",
        email=" zhangwei@example.com ",
        website="",
        area="  ",
        id_number="",
        bank_account=" ",
    )

    assert customer["name"] == "张伟"
    assert customer["phone"] == "13800138000"
    assert customer["landline"] == "021-61234567-801"
    assert customer["postal_code"] == "200120"
    assert customer["email"] == "zhangwei@example.com"
    assert [customer[name] for name in ("website", "area", "id_number", "bank_account")] == [None] * 4


WRONG_FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "robot"}, "kind", "enum"),
    ({"kind": None}, "kind", "enum"),
    ({"name": ""}, "name", "string_too_short"),
    ({"name": " \t"}, "name", "string_too_short"),
    ({"name": "张" * 121}, "name", "string_too_long"),
    ({"name": None}, "name", "string_type"),
    ({"id_number": "1101051949123100"}, "id_number", "id_number.length"),
    ({"id_number": "1101051949123100AX"}, "id_number", "id_number.characters"),
    ({"id_number": "990105194912310024"}, "id_number", "id_number.region"),
    ({"id_number": "110105194902310021"}, "id_number", "id_number.birth_date"),
    ({"id_number": "110105209912310021"}, "id_number", "id_number.birth_date"),
    ({"id_number": "110105194912310021"}, "id_number", "id_number.checksum"),
    ({"id_number": "1" * 41}, "id_number", "string_too_long"),
    ({"id_number": 110105194912310021}, "id_number", "string_type"),
    ({"phone": "12800138000"}, "phone", "phone.invalid"),
    ({"phone": "1380013800"}, "phone", "phone.invalid"),
    ({"phone": "021-61234567"}, "phone", "phone.invalid"),
    ({"landline": "61234567"}, "landline", "landline.invalid"),
    ({"fax": "13800138000"}, "fax", "landline.invalid"),
    ({"email": "zhangwei@localhost"}, "email", "string_pattern_mismatch"),
    ({"website": "x" * 201}, "website", "string_too_long"),
    ({"area": "x" * 61}, "area", "string_too_long"),
    ({"address": "x" * 501}, "address", "string_too_long"),
    ({"postal_code": "20012"}, "postal_code", "postal_code.invalid"),
    ({"level": "vip"}, "level", "dictionary.unknown_entry"),
    ({"level": "大客户"}, "level", "string_pattern_mismatch"),
    ({"satisfaction": 0}, "satisfaction", "greater_than_equal"),
    ({"satisfaction": 6}, "satisfaction", "less_than_equal"),
    ({"credit_rating": 1.5}, "credit_rating", "int_from_float"),
    ({"remark": "x" * 1001}, "remark", "string_too_long"),
    ({"manager_id": "staff2"}, "manager_id", "uuid_parsing"),
    ({"manager_id": "00000000-0000-7000-8000-000000000000"}, "manager_id", "customer.unknown_manager"),
    ({"bank_account": "1234"}, "bank_account", "bank_account.invalid"),
    ({"sex": "other"}, "sex", "enum"),
    ({"birth_date": "1990-02-30"}, "birth_date", "date_from_datetime_parsing"),
    ({"status": "approved"}, "status", "extra_forbidden"),
    ({"customer_no": "KH202611210001"}, "customer_no", "extra_forbidden"),
    ({"created_by_id": "x"}, "created_by_id", "extra_forbidden"),
    ({"version": 1}, "version", "extra_forbidden"),
    ({"birth_date": "1899-12-31"}, "birth_date", "greater_than_equal"),
    ({"birth_date": "2999-12-31"}, "birth_date", "date.in_the_future"),
]
WRONG_COMPANY_FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"unified_social_credit_code": CREDIT_CODE[:-1]}, "unified_social_credit_code", "credit_code.length"),
    (
        {"unified_social_credit_code": "9135010OM000100Y43"},
        "unified_social_credit_code",
        "credit_code.characters",
    ),
    (
        {"unified_social_credit_code": "91350100M000100Y44"},
        "unified_social_credit_code",
        "credit_code.checksum",
    ),
    ({"registered_capital": 5000000.1}, "registered_capital", "value_error"),
    ({"registered_capital": "1.005"}, "registered_capital", "decimal_max_places"),
    ({"annual_turnover": "12345678901234567.00"}, "annual_turnover", "decimal_whole_digits"),
    ({"registered_capital": "-0.01"}, "registered_capital", "greater_than_equal"),
    ({"annual_turnover": "-1.00"}, "annual_turnover", "greater_than_equal"),
    ({"annual_turnover": "NaN"}, "annual_turnover", "finite_number"),
    ({"legal_representative": "x" * 61}, "legal_representative", "string_too_long"),
    ({"business_license_no": "x" * 51}, "business_license_no", "string_too_long"),
]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        pytest.param(make(**fields), field, code, id=f"{field}: {code}")
        for make, table in ((person, WRONG_FIELDS), (company, WRONG_COMPANY_FIELDS))
        for fields, field, code in table
    ],
)
async def test_a_wrong_field_is_named_and_not_quoted(
    staff: AsyncClient, body: dict[str, Any], field: str, code: str
) -> None:
    response = await staff.post("/customers", json=body)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(field, code)]
    if field in {"id_number", "bank_account"} and len(str(body[field])) > 4:
        assert str(body[field]) not in response.text


async def test_all_wrong_fields_are_named_at_once(staff: AsyncClient) -> None:
    response = await staff.post(
        "/customers", json={"kind": "person", "phone": "1", "postal_code": "1", "id_number": "1"}
    )

    fields = {error["field"] for error in response.json()["errors"]}
    assert fields == {"name", "phone", "postal_code", "id_number"}


@pytest.mark.parametrize("field", ["name", "remark", "address", "bank_name", "website"])
async def test_text_that_cannot_be_stored_is_refused(staff: AsyncClient, field: str) -> None:
    response = await staff.post("/customers", json=person(**{field: "a\x00b"}))

    assert (response.status_code, response.json()["code"]) == (422, "request.invalid")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("person", OF_COMPANY),
        (
            "company",
            {
                "id_number": ID_NUMBER,
                "sex": "female",
                "birth_date": "1949-12-31",
                "marital_status": "married",
            },
        ),
        ("sole_proprietor", {"local_tax_no": "310115123456789", "national_tax_no": "310115987654321"}),
    ],
)
async def test_a_field_of_the_other_kind_is_refused(
    staff: AsyncClient, kind: str, fields: dict[str, Any]
) -> None:
    response = await staff.post("/customers", json={"kind": kind, "name": "浦江", **fields})

    assert response.status_code == 422
    assert response.json()["code"] == "customer.wrong_kind"
    assert [error["field"] for error in response.json()["errors"]] == sorted(fields)


@pytest.mark.parametrize(
    ("make", "field", "code"),
    [
        (lambda: person(id_number=ID_NUMBER), "id_number", "customer.duplicate_id_number"),
        (
            lambda: company(unified_social_credit_code=CREDIT_CODE),
            "unified_social_credit_code",
            "customer.duplicate_credit_code",
        ),
    ],
)
@pytest.mark.parametrize("archived", [False, True])
async def test_a_duplicate_names_the_other_customers_number_and_nothing_else(
    staff: AsyncClient, staff2: AsyncClient, *, make: Any, field: str, code: str, archived: bool
) -> None:
    existing = await create_customer(staff, **{**make(), "name": "已有客户", "address": "机密地址"})
    if archived:
        await staff.delete(f"/customers/{existing['id']}")

    response = await staff2.post("/customers", json=make())

    assert response.status_code == 409
    problem = response.json()
    assert (problem["code"], problem["existing_customer_no"]) == (code, existing["customer_no"])
    for secret in (existing["name"], existing["address"], existing["id"], make()[field]):
        assert secret not in response.text


async def test_the_15_digit_form_is_the_same_id_number(staff: AsyncClient) -> None:
    await create_customer(staff, id_number=ID_NUMBER)

    response = await staff.post("/customers", json=person(id_number="110105491231002"))

    assert response.json()["code"] == "customer.duplicate_id_number"


async def test_the_transaction_of_a_duplicate_leaves_nothing(staff: AsyncClient) -> None:
    await create_customer(staff, id_number=ID_NUMBER)

    await staff.post("/customers", json=person(name="重复", id_number=ID_NUMBER))

    assert (await staff.get("/customers", params={"q": "重复"})).json()["total"] == 0


class TestAtTheSameTime:
    async def test_two_people_with_the_same_id_number_make_one_customer(
        self, live_database: Database, settings: Settings, tokens: dict[str, str]
    ) -> None:
        body = person(id_number=ID_NUMBER)
        async with client_of(create_app(settings, live_database), tokens["staff"]) as client:
            answers = await asyncio.gather(*(client.post("/customers", json=body) for _ in range(2)))

        by_status = {answer.status_code: answer.json() for answer in answers}
        assert set(by_status) == {201, 409}
        assert by_status[409]["existing_customer_no"] == by_status[201]["customer_no"]

    async def test_every_customer_gets_a_number_of_its_own_and_none_is_left_out(
        self, live_database: Database, settings: Settings, tokens: dict[str, str]
    ) -> None:
        codes = [credit_code() for _ in range(6)]
        async with client_of(create_app(settings, live_database), tokens["staff"]) as client:
            answers = await asyncio.gather(
                *(client.post("/customers", json=company(unified_social_credit_code=code)) for code in codes)
            )

        numbers = sorted(int(answer.json()["customer_no"][-4:]) for answer in answers)
        assert numbers == [1, 2, 3, 4, 5, 6]
