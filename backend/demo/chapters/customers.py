"""61 customers that come in over two months, nearly one a day; the last ones this very morning."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from backend.demo.people import DemoCompany, DemoPerson, companies, people
from backend.demo.stage import Stage, Story
from backend.domains.customers.models import CustomerKind
from backend.domains.customers.schemas import CustomerCreate
from backend.domains.customers.service.record import CustomerService

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
PERSONS_PRODUCTS = ("credit_loan", "mortgage_loan", "car_loan")
LEVELS = ("ordinary", "key_prospect", "major", "partner", "strategic_partner")
REMARKS = ("老客户介绍", "网点咨询", "电话预约", "企业开放日登记", None, None)
COMPANY_EVERY = 5


async def tell(stage: Stage) -> None:
    """Open the customers, each by the clerk who will look after it."""
    persons = people(stage.random)
    firms = companies(stage.random, persons)
    outcomes = list(OUTCOMES)
    stage.random.shuffle(outcomes)
    for number, outcome in enumerate(outcomes):
        party: DemoPerson | DemoCompany = (
            next(firms) if number % COMPANY_EVERY == COMPANY_EVERY - 1 else next(persons)
        )
        ago = timedelta(hours=2 + 23 * (len(outcomes) - number - 1), minutes=stage.random.randrange(90))
        random = Random(number)  # noqa: S311 - the same demo each time, nothing secret
        owner, helper, auditor = (random.choice(team) for team in (stage.staff, stage.staff, stage.auditors))
        begun = stage.begun_at - ago
        body = _company(party, random) if isinstance(party, DemoCompany) else _person(party, random)
        async with stage.at(begun) as session:
            amount = Decimal(random.randrange(50_000, 3_000_000, 10_000))
            update = {"manager_id": owner.id, "amount": amount}
            body = body.model_copy(update=update)
            customer = await CustomerService(session).create(owner, body)
        stage.stories.append(Story(customer.id, party, outcome, owner, helper, auditor, random, begun))


def _person(person: DemoPerson, random: Random) -> CustomerCreate:
    return CustomerCreate(
        kind=CustomerKind.PERSON,
        name=person.name,
        id_number=person.id_number,
        phone=person.phone,
        area=person.area,
        address=person.address,
        level=random.choice(LEVELS),
        satisfaction=random.randint(3, 5),
        credit_rating=random.randint(2, 5),
        bank_name=person.bank_name,
        bank_account=person.bank_account,
        remark=random.choice(REMARKS),
        product=random.choice(PERSONS_PRODUCTS),
    )


def _company(company: DemoCompany, random: Random) -> CustomerCreate:
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
        level=random.choice(("major", "partner", "key_prospect")),
        credit_rating=random.randint(2, 5),
        bank_name=representative.bank_name,
        bank_account=representative.bank_account,
        product="business_loan",
    )
