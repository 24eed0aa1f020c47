"""What comes and goes on a made-up bank account."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from backend.demo.people import DemoPerson

CENT = Decimal("0.01")
SALARY_DAY, RENT_DAY = 10, 15
SPENDING_DAYS = 0.36
"""The share of days on which money is spent."""

# Summary, counterparty, and the most it takes of a month's income.
SPENDING = (
    ("快捷支付", "财付通-微信支付", 0.03),
    ("快捷支付", "支付宝-超市购物", 0.03),
    ("快捷支付", "美团-餐饮外卖", 0.01),
    ("消费", "永辉超市", 0.03),
    ("消费", "中国石化加油站", 0.02),
    ("快捷支付", "上海地铁", 0.003),
    ("代扣", "国家电网电费", 0.015),
    ("代扣", "中国移动话费", 0.008),
    ("转账", "李静", 0.08),
    ("ATM取款", "自助设备", 0.08),
)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One line of a statement; ``amount`` is negative when money leaves, ``balance`` is what is left after it."""

    day: date
    summary: str
    counterparty: str
    amount: Decimal
    balance: Decimal


def account_history(person: DemoPerson, random: Random, *, until: date, lines: int) -> list[Transaction]:
    """The last ``lines`` transactions up to a day, oldest first; the account is never overdrawn."""
    income = Decimal(person.monthly_income)
    opening = (income * Decimal(random.randrange(200, 500)) / 100).quantize(CENT)
    moves: list[tuple[date, str, str, Decimal]] = []
    day = until
    while len(moves) < lines:
        if day.day == SALARY_DAY:
            bonus = Decimal(random.randrange(0, 6)) / 100
            moves.append((day, "工资", person.employer, (income * (1 + bonus)).quantize(CENT)))
        if day.day == RENT_DAY:
            moves.append((day, "贷款扣款", "个人住房贷款", -(income * Decimal("0.35")).quantize(CENT)))
        if random.random() < SPENDING_DAYS:
            summary, counterparty, share = random.choice(SPENDING)
            spent = income * Decimal(random.uniform(0.1, 1) * share)
            moves.append((day, summary, counterparty, -spent.quantize(CENT)))
        day -= timedelta(days=1)
    balance = opening
    history = []
    for moved_on, summary, counterparty, amount in reversed(moves[:lines]):
        balance += amount
        history.append(Transaction(moved_on, summary, counterparty, amount, balance))
    return history
