"""Fill an empty development installation so that every page has something to show.

Everything goes through the services, as if people had done it over the last weeks; the clock is set back for each
step. The same seed gives the same data.
"""

import asyncio
import hashlib
import logging
import os
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from backend import wiring
from backend.config import Settings
from backend.demo.documents import DemoFile, hand_in
from backend.demo.people import DemoCompany, DemoPerson, companies, people
from backend.domains.cases.schemas import ApproveRequest, RejectCaseRequest, ReturnRequest
from backend.domains.cases.service.finding import CurrentCaseOf
from backend.domains.cases.service.flow import CaseService
from backend.domains.customers.models import CustomerKind, CustomerLevel
from backend.domains.customers.schemas import CustomerCreate
from backend.domains.customers.service.record import CustomerService
from backend.domains.documents.models import RejectReason
from backend.domains.documents.schemas import RejectRequest
from backend.domains.documents.service.library import DocumentService
from backend.domains.documents.service.types import PRESETS
from backend.domains.documents.service.upload import ReceivedFile, UploadService, filing
from backend.domains.identity.passwords import hash_password
from backend.domains.identity.repository import UserRepository
from backend.domains.identity.schemas import UserCreate
from backend.domains.identity.service.accounts import AccountService
from backend.kit.auth import Actor
from backend.kit.clock import business_date, clock
from backend.kit.db.session import Database
from backend.kit.files.inspect import inspect
from backend.kit.files.limits import FileLimits
from backend.resources import equip

PASSWORD = "Kehui-demo-2026"  # noqa: S105 - published in the README, for demo data only
ACCOUNTS = (
    ("admin", "管理员", "admin"),
    ("staff", "王芳", "staff"),
    ("staff2", "李强", "staff"),
    ("staff3", "陈静", "staff"),
    ("auditor", "赵敏", "auditor"),
    ("auditor2", "周明", "auditor"),
)
REQUIRED = tuple(preset.code for preset in PRESETS if preset.is_required)
OPTIONAL = ("property_proof", "household_register", "marriage_certificate", "other")
# How many customers end in each way; 60 in all, and one more that is archived.
OUTCOMES = (
    *("empty",) * 3,
    *("partial",) * 15,
    *("returned",) * 4,
    *("complete",) * 10,
    *("reviewing",) * 9,
    *("half_reviewed",) * 3,
    *("approved",) * 11,
    *("rejected",) * 3,
    *("rejected_final",) * 2,
    "archived",
)
REMARKS = ("老客户介绍", "网点咨询", "电话预约", "企业开放日登记", None, None)


@dataclass(frozen=True)
class _Team:
    system: Actor
    staff: tuple[Actor, ...]
    auditors: tuple[Actor, ...]


async def seed(settings: Settings) -> None:
    """Create accounts, 61 customers and their documents; does nothing where there are accounts."""
    wiring.install()
    database = Database(settings.database_url, application_name="kehui-seed")
    equip(database, settings)
    try:
        team = await _create_accounts(database)
        if team is not None:
            with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
                await _create_customers(database, team, pool)
    finally:
        await database.close()


async def _create_accounts(database: Database) -> _Team | None:
    system = Actor.system("seed-demo")
    async with database.transaction() as session:
        accounts = AccountService(session)
        if await UserRepository(session).get_by_username(ACCOUNTS[0][0]) is not None:
            return None
        actors = {}
        for username, display_name, role in ACCOUNTS:
            body = UserCreate(username=username, display_name=display_name, password=PASSWORD, roles=[role])
            user = await accounts.create(system, body, await hash_password(PASSWORD))
            actors[username] = await accounts.act_as(user.id)
    staff = tuple(actor for name, actor in actors.items() if name.startswith("staff"))
    auditors = tuple(actor for name, actor in actors.items() if name.startswith("auditor"))
    return _Team(system, staff, auditors)


async def _create_customers(database: Database, team: _Team, pool: Executor) -> None:
    random = Random(20261121)  # noqa: S311 - the same demo each time, nothing secret
    persons = people(random)
    firms = companies(random, persons)
    outcomes = list(OUTCOMES)
    random.shuffle(outcomes)
    start = clock.now()
    for number, outcome in enumerate(outcomes):
        party: DemoPerson | DemoCompany = next(firms) if number % 5 == 4 else next(persons)  # noqa: PLR2004
        # About two months, nearly one customer a day; the last ones this very morning.
        begun = start - timedelta(hours=2 + 23 * (len(outcomes) - number - 1), minutes=random.randrange(90))
        story = _Story(database, team, Random(number), begun)  # noqa: S311
        await story.tell(party, outcome, pool)
        if number % 10 == 9:  # noqa: PLR2004
            logging.getLogger("kehui.demo").info("demo.seeded", extra={"customers": number + 1})


class _Story:
    """What happened to one customer, step by step."""

    def __init__(self, database: Database, team: _Team, random: Random, begun: datetime) -> None:
        self.database = database
        self.random = random
        self.now = begun
        self.owner = random.choice(team.staff)
        self.helper = random.choice(team.staff)
        self.auditor = random.choice(team.auditors)

    async def tell(self, party: DemoPerson | DemoCompany, outcome: str, pool: Executor) -> None:
        """Take the customer to where the outcome says."""
        customer_id = await self._open(party)
        if outcome == "empty":
            return
        codes = list(REQUIRED)
        if outcome in {"partial", "archived"}:
            codes = codes[: self.random.randint(1, len(codes) - 1)]
        codes += self.random.sample(OPTIONAL, k=self.random.choice((0, 0, 1)))
        documents = await self._supply(customer_id, party, codes, pool)
        match outcome:
            case "partial" | "complete":
                return
            case "archived":
                await self._archive(customer_id)
                return
        await self._submit(customer_id)
        match outcome:
            case "half_reviewed":
                await self._judge(documents[:3])
            case "returned":
                await self._judge(documents[1:], rejected=documents[:1])
                await self._return(customer_id)
            case "approved":
                await self._judge(documents)
                await self._approve(customer_id)
            case "rejected" | "rejected_final":
                await self._judge(documents[1:], rejected=documents[:1])
                await self._reject(customer_id, final=outcome == "rejected_final")

    @asynccontextmanager
    async def _step(self) -> AsyncIterator[AsyncSession]:
        """Do something at the story's present, in a transaction of its own."""
        with clock.stopped(self.now):
            async with self.database.transaction() as session:
                yield session

    def _pass(self, least: int, most: int) -> None:
        """Let some minutes go by, but never past the present."""
        self.now = min(self.now + timedelta(minutes=self.random.randint(least, most)), clock.now())

    async def _open(self, party: DemoPerson | DemoCompany) -> UUID:
        body = (
            _company_body(party, self.random)
            if isinstance(party, DemoCompany)
            else _person_body(party, self.random)
        )
        async with self._step() as session:
            body = body.model_copy(update={"manager_id": self.owner.id})
            return (await CustomerService(session).create(self.owner, body)).id

    async def _supply(
        self, customer_id: UUID, party: DemoPerson | DemoCompany, codes: list[str], pool: Executor
    ) -> list[UUID]:
        today = business_date(self.now)
        loop = asyncio.get_running_loop()
        drawing = [
            loop.run_in_executor(pool, hand_in, code, party, self.random.randrange(10**6), today)
            for code in codes
        ]
        documents = []
        for code, file in zip(codes, await asyncio.gather(*drawing), strict=True):
            self._pass(2, 40)
            documents.append(await self._upload(customer_id, code, file))
        return documents

    async def _upload(self, customer_id: UUID, code: str, file: DemoFile) -> UUID:
        with tempfile.NamedTemporaryFile(prefix="kehui-demo-") as copy:
            copy.write(file.content)
            copy.flush()
            path = Path(copy.name)
            facts = await inspect(path, limits=FileLimits())
            received = ReceivedFile(
                uuid7(), path, file.filename, hashlib.sha256(file.content).hexdigest(), facts
            )
            uploader = self.random.choice((self.owner, self.helper))
            with clock.stopped(self.now):
                async with filing(self.database, received) as session:
                    document_id, _ = await UploadService(session).file(uploader, customer_id, code, received)
        return document_id

    async def _submit(self, customer_id: UUID) -> None:
        self._pass(10, 120)
        async with self._step() as session:
            await CaseService(session).submit(self.owner, CurrentCaseOf(customer_id))

    async def _judge(self, accepted: list[UUID], rejected: list[UUID] | None = None) -> None:
        for document_id in accepted:
            self._pass(1, 6)
            async with self._step() as session:
                await DocumentService(session).accept(self.auditor, document_id)
        for document_id in rejected or []:
            self._pass(1, 6)
            body = RejectRequest(
                reason_code=RejectReason.BLURRED, message="照片反光，证件号码看不清，请重新拍摄"
            )
            async with self._step() as session:
                await DocumentService(session).reject(self.auditor, document_id, body)

    async def _return(self, customer_id: UUID) -> None:
        self._pass(2, 20)
        body = ReturnRequest(reason="身份证照片不清晰；请一并补充房产证明", document_types=["property_proof"])
        async with self._step() as session:
            await CaseService(session).return_for_supplement(self.auditor, CurrentCaseOf(customer_id), body)

    async def _approve(self, customer_id: UUID) -> None:
        self._pass(2, 20)
        async with self._step() as session:
            await CaseService(session).approve(
                self.auditor, CurrentCaseOf(customer_id), ApproveRequest(comment="资料齐全，核对一致")
            )

    async def _reject(self, customer_id: UUID, *, final: bool) -> None:
        self._pass(2, 20)
        reason = "提交的证件与本人信息不符" if final else "近三个月收入流水不足，建议补充后重新申请"
        async with self._step() as session:
            await CaseService(session).reject(
                self.auditor, CurrentCaseOf(customer_id), RejectCaseRequest(reason=reason, final=final)
            )

    async def _archive(self, customer_id: UUID) -> None:
        self._pass(60, 600)
        async with self._step() as session:
            await CustomerService(session).archive(self.owner, customer_id)


def _person_body(person: DemoPerson, random: Random) -> CustomerCreate:
    return CustomerCreate(
        kind=CustomerKind.PERSON,
        name=person.name,
        id_number=person.id_number,
        phone=person.phone,
        area=person.area,
        address=person.address,
        level=random.choice(list(CustomerLevel)),
        satisfaction=random.randint(3, 5),
        credit_rating=random.randint(2, 5),
        bank_name=person.bank_name,
        bank_account=person.bank_account,
        remark=random.choice(REMARKS),
    )


def _company_body(company: DemoCompany, random: Random) -> CustomerCreate:
    representative = company.representative
    return CustomerCreate(
        kind=CustomerKind.COMPANY,
        name=company.name,
        unified_social_credit_code=company.credit_code,
        legal_representative=representative.name,
        registered_capital=f"{company.registered_capital}.00",
        annual_turnover=f"{company.annual_turnover}.00",
        business_license_no=f"{company.credit_code[2:8]}{random.randrange(10**9):09d}",
        phone=representative.phone,
        landline=f"021-{random.randint(50_000_000, 69_999_999)}",
        area=representative.area,
        address=representative.address,
        level=random.choice((CustomerLevel.MAJOR, CustomerLevel.PARTNER, CustomerLevel.KEY_PROSPECT)),
        credit_rating=random.randint(2, 5),
        bank_name=representative.bank_name,
        bank_account=representative.bank_account,
    )
