"""Made-up rows in any number, spread as in a company some years old: the same numbers give the same rows.

Tokens, sort keys, ciphertexts and blind indexes are made by the product's own code. Names are drawn from a pool, so
that the costly readings of a name are worked out once.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Any, TypeVar

from backend.domains.cases.states import COLLECTING
from backend.domains.customers.models import CustomerKind, Sex
from backend.domains.customers.projection import CaseProjection, CaseStatus
from backend.domains.customers.repository import id_number_tail
from backend.domains.documents.models import ReviewStatus
from backend.kit.crypto import BlindIndex, FieldCipher
from backend.kit.identifiers import complete_credit_code, complete_id_number
from backend.kit.masking import mask_account, mask_id_number
from backend.kit.pinyin import name_sort_key
from backend.kit.search import search_tokens, tail_of

T = TypeVar("T")

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰建国志浩然俊宇轩文博海晓东思远立新雨桐佳琪梦瑶雪梅燕欣慧"
)
PLACES = ("上海", "苏州", "杭州", "无锡", "南京", "宁波", "嘉兴", "常州")
TRADES = ("科技", "商贸", "物流", "建材", "餐饮", "精密机械", "电子", "文化传媒", "健康管理咨询", "新能源")
AREAS = tuple(
    f"{city}{district}"
    for city, districts in (
        (
            "上海市",
            "浦东新区 徐汇区 长宁区 静安区 普陀区 虹口区 杨浦区 闵行区 宝山区 嘉定区 松江区 青浦区 奉贤区",
        ),
        ("江苏省苏州市", "虎丘区 吴中区 相城区 姑苏区 吴江区 昆山市 太仓市 常熟市"),
        ("江苏省无锡市", "锡山区 惠山区 滨湖区 梁溪区 新吴区 江阴市 宜兴市"),
        ("浙江省杭州市", "上城区 拱墅区 西湖区 滨江区 萧山区 余杭区 临平区 钱塘区"),
    )
    for district in districts.split()
)
REGIONS = ("310101", "310104", "310105", "310106", "310115", "320505", "320506", "320205", "330106", "330108")
# Regions of customers that a run creates, so that no ID number meets a loaded one.
NEW_REGIONS = ("440103", "440104", "440105", "440106")
STATUSES = (
    (CaseStatus.PENDING, 32),
    (CaseStatus.RETURNED, 3),
    (CaseStatus.COMPLETE, 8),
    (CaseStatus.REVIEWING, 7),
    (CaseStatus.APPROVED, 40),
    (CaseStatus.REJECTED, 10),
)
LEVELS: tuple[tuple[str | None, int], ...] = (
    (None, 20),
    ("ordinary", 50),
    ("key_prospect", 15),
    ("major", 10),
    ("partner", 4),
    ("strategic_partner", 1),
)
REQUIRED = ("id_card_front", "id_card_back", "income_proof", "bank_statement", "credit_report")
OPTIONAL = ("property_proof", "household_register", "marriage_certificate", "other")
DAYS = 1_095
FIRST_BIRTH = date(1960, 1, 1)
BIRTH_DAYS = 15_000
ORDERS = 900


@dataclass(frozen=True)
class Shop:
    """What the rows refer to and are sealed with."""

    total: int
    today: date
    people: tuple[uuid.UUID, ...]
    cipher: FieldCipher
    blind_index: BlindIndex


@lru_cache(maxsize=200_000)
def _of_name(name: str, *, is_person: bool) -> tuple[str, frozenset[str]]:
    return name_sort_key(name, is_person=is_person), frozenset(search_tokens(name, is_person=is_person))


def id_number_of(serial: int, regions: tuple[str, ...] = REGIONS) -> tuple[str, date]:
    """Return a valid ID number of its own for each serial number, and its date of birth."""
    mixed = serial * 7_919 % (len(regions) * BIRTH_DAYS * ORDERS)
    rest, region = divmod(mixed, len(regions))
    order, day = divmod(rest, BIRTH_DAYS)
    birth = FIRST_BIRTH + timedelta(days=day)
    return complete_id_number(f"{regions[region]}{birth:%Y%m%d}{order + 1:03d}"), birth


def person_name(random: Random) -> str:
    """Draw a person's name, frequent surnames more often."""
    surname = SURNAMES[int(len(SURNAMES) * random.random() ** 2)]
    return surname + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))


def customers(shop: Shop, start: int, stop: int) -> Iterator[dict[str, Any]]:
    """Make the customers with these serial numbers, oldest first."""
    random = Random(f"customers {start}")  # noqa: S311 - always the same
    managers = list(accumulate(max(1, 1_000 // (rank + 5)) for rank in range(len(shop.people))))
    per_day = -(-shop.total // DAYS)
    begin = datetime(shop.today.year, shop.today.month, shop.today.day, 1, tzinfo=UTC) - timedelta(days=DAYS)
    for serial in range(start, stop):
        day, of_day = divmod(serial, per_day)
        created = begin + timedelta(days=day, seconds=of_day * 36_000 // per_day)
        customer: dict[str, Any] = {
            "id": _uuid7(created, random),
            "customer_no": f"KH{created:%Y%m%d}{of_day + 1:04d}",
            "created_by_id": random.choice(shop.people),
            "manager_id": random.choices(shop.people, cum_weights=managers)[0]
            if random.random() < 0.95
            else None,
            "archived_at": created + timedelta(hours=9) if random.random() < 0.03 else None,
            "phone": f"1{random.choice('3578')}{random.randrange(10**9):09d}",
            "area": random.choice(AREAS),
            "address": f"世纪大道{random.randrange(1, 2_000)}弄{random.randrange(1, 60)}号",
            "level": _draw(random, LEVELS),
            "satisfaction": random.choice((None, 3, 4, 5)),
            "credit_rating": random.choice((None, 2, 3, 4, 5)),
            "bank_name": "中国工商银行",
            "status": _draw(random, STATUSES),
            "created_at": created,
            "updated_at": created + timedelta(minutes=random.randrange(1, 40_000)),
            "version": 1,
        }
        _identify(customer, shop, random, serial)
        customer |= _progress(customer["status"], random)
        yield customer


def _draw(random: Random, weighted: Sequence[tuple[T, int]]) -> T:
    return random.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def _identify(customer: dict[str, Any], shop: Shop, random: Random, serial: int) -> None:
    codes = [customer["customer_no"]]
    id_number = None
    is_person = random.random() < 0.85
    if is_person:
        customer["kind"], customer["name"] = CustomerKind.PERSON, person_name(random)
        id_number, customer["birth_date"] = id_number_of(serial)
        customer["sex"] = Sex.MALE if int(id_number[16]) % 2 else Sex.FEMALE
        customer["id_number_masked"] = mask_id_number(id_number)
        customer["id_number_encrypted"] = shop.cipher.encrypt(
            id_number, f"customers.id_number:{customer['id']}"
        )
        customer["id_number_index"] = shop.blind_index.digest("customers.id_number", id_number)
    else:
        name = f"{random.choice(PLACES)}{''.join(random.choices(GIVEN, k=2))}{random.choice(TRADES)}有限公司"
        customer["kind"], customer["name"] = CustomerKind.COMPANY, name
        customer["legal_representative"] = person_name(random)
        code = complete_credit_code(f"91310115{serial:08d}")
        customer["unified_social_credit_code"] = code
        codes.append(code)
    account = f"622202{random.randrange(10**13):013d}"
    customer["bank_account_masked"] = mask_account(account)
    customer["bank_account_encrypted"] = shop.cipher.encrypt(
        account, f"customers.bank_account:{customer['id']}"
    )
    customer["name_sort_key"], of_name = _of_name(customer["name"], is_person=is_person)
    # The tokens of a whole are those of its name and those of its numbers.
    numbers = search_tokens(
        "",
        is_person=is_person,
        phones=[customer["phone"]],
        codes=codes,
        sealed_tail=id_number and id_number_tail(shop.blind_index, tail_of(id_number)),
    )
    customer["search_tokens"] = sorted({*of_name, *numbers})


def _progress(status: CaseStatus, random: Random) -> dict[str, int | bool]:
    uploaded = random.randrange(1, 5) if status in COLLECTING else len(REQUIRED)
    accepted = {
        CaseStatus.APPROVED: len(REQUIRED),
        CaseStatus.REVIEWING: random.randrange(0, 5),
        CaseStatus.REJECTED: 3,
    }.get(status, 0)
    return {
        "required_count": len(REQUIRED),
        "uploaded_count": uploaded,
        "accepted_count": accepted,
        "rejected_final": status is CaseStatus.REJECTED and random.random() < 0.2,
    }


def documents(customer: dict[str, Any], shop: Shop, random: Random) -> Iterator[dict[str, Any]]:
    """Make a customer's five documents: what is required first, and optional ones in place of what is missing."""
    supplied = customer["uploaded_count"]
    types = (*REQUIRED[:supplied], *random.sample(OPTIONAL, len(REQUIRED) - supplied))
    for place, code in enumerate(types):
        at = customer["created_at"] + timedelta(minutes=5 + place)
        accepted = place < customer["accepted_count"]
        yield {
            "id": _uuid7(at, random),
            "customer_id": customer["id"],
            "document_type": code,
            "filename": f"{code}-{place}.jpg",
            "content_type": "image/jpeg",
            "size": random.randrange(200_000, 6_000_000),
            "sha256": f"{random.getrandbits(256):064x}",
            "page_count": 1,
            "width": 3_000,
            "height": 2_000,
            "processing": "ready",
            "uploaded_by_id": customer["created_by_id"],
            "review_status": ReviewStatus.ACCEPTED if accepted else ReviewStatus.PENDING,
            "reviewed_by_id": random.choice(shop.people) if accepted else None,
            "reviewed_at": at + timedelta(hours=3) if accepted else None,
            "created_at": at,
            "updated_at": at,
            "version": 1,
        }


def case(customer: dict[str, Any], random: Random) -> dict[str, Any]:
    """Make the customer's case, as the customer's row shows it."""
    shown = (*(field.name for field in fields(CaseProjection)), "created_at", "updated_at")
    return {
        "id": _uuid7(customer["created_at"], random),
        "customer_id": customer["id"],
        "is_current": True,
        "is_returned": customer["status"] is CaseStatus.RETURNED,
        "version": 1,
        **{name: customer[name] for name in shown},
    }


def first_move(customer: dict[str, Any], case_id: uuid.UUID, random: Random) -> dict[str, Any]:
    """Make the entry that begins the history of a customer's case."""
    return {
        "id": _uuid7(customer["created_at"], random),
        "case_id": case_id,
        "action": "created",
        "to_status": "pending",
        "actor_id": customer["created_by_id"],
        "document_types": [],
        "document_reasons": "{}",
        "is_final": False,
        "created_at": customer["created_at"],
    }


def _uuid7(at: datetime, random: Random) -> uuid.UUID:
    """Make an id as the application would have made it at that time."""
    milliseconds = int(at.timestamp() * 1_000)
    value = (
        milliseconds << 80 | 0x7 << 76 | random.getrandbits(12) << 64 | 0b10 << 62 | random.getrandbits(62)
    )
    return uuid.UUID(int=value)
