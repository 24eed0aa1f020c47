"""What companies hand in beside their license: one sealed sheet for each, told apart by title and text."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from PIL import Image

from backend.demo.canvas import SEAL_RED, Sheet
from backend.demo.papers import A4, MARGIN
from backend.demo.people import DemoCompany
from backend.demo.wording import long_date

SHEETS: Mapping[str, tuple[str, str]] = {
    "articles_of_association": (
        "公 司 章 程",
        (
            "　　第一条　依据《中华人民共和国公司法》制定本章程。\n　　第二条　公司名称：{name}。\n"
            "　　第三条　公司注册资本为人民币{capital}元，由全体股东认缴。\n"
            "　　第四条　公司法定代表人由执行董事{representative}担任。\n"
            "　　第五条　股东会由全体股东组成，是公司的权力机构。"
        ),
    ),
    "corporate_statement": (
        "对公账户交易明细（近六个月）",
        (
            "　　户名：{name}\n　　账号：{account}\n　　开户银行：{bank}\n"
            "　　近六个月贷方发生额合计人民币{turnover}元，明细见附页。"
        ),
    ),
    "financial_statements": (
        "资 产 负 债 表",
        "　　编制单位：{name}\n　　营业收入：{turnover}元\n　　实收资本：{capital}元\n　　以上数据未经审计。",
    ),
    "corporate_credit_report": (
        "企 业 信 用 报 告",
        (
            "　　企业名称：{name}\n　　统一社会信用代码：{code}\n　　未结清信贷交易：无不良类、关注类余额。\n"
            "　　公共信息：无欠税、无强制执行记录。"
        ),
    ),
    "basic_account": (
        "基本存款账户信息",
        "　　账户名称：{name}\n　　账户号码：{account}\n　　开户银行：{bank}\n　　法定代表人：{representative}",
    ),
    "shareholder_register": (
        "股 东 名 册",
        "　　公司名称：{name}\n　　股东：{representative}，认缴出资额{capital}元，出资比例 100%。",
    ),
    "premises_proof": (
        "房屋租赁合同",
        "　　承租方（乙方）：{name}\n　　房屋坐落：{address}\n　　用途：办公。租赁期限三年，租金按季支付。",
    ),
}


def company_paper(document_type: str, company: DemoCompany, random: Random, today: date) -> Image.Image:
    """Draw the sheet with the company's seal, written some days ago."""
    title, text = SHEETS[document_type]
    person = company.representative
    body = text.format(
        name=company.name,
        code=company.credit_code,
        representative=person.name,
        capital=f"{company.registered_capital:,}",
        turnover=f"{company.annual_turnover:,}",
        account=person.bank_account,
        bank=person.bank_name,
        address=person.address,
    )
    sheet = Sheet(A4)
    sheet.text((620, 240), title, 60, anchor="mm", weight=1)
    sheet.draw.line((MARGIN, 320, A4[0] - MARGIN, 320), SEAL_RED, width=3)
    end = sheet.paragraph((MARGIN, 420), body, 34, A4[0] - 2 * MARGIN, leading=2)
    written = today - timedelta(days=random.randint(2, 20))
    sheet.text((A4[0] - MARGIN, end + 200), f"{company.name}（盖章）", 32, anchor="ra")
    sheet.text((A4[0] - MARGIN - 40, end + 270), long_date(written), 32, anchor="ra")
    sheet.stamp((A4[0] - MARGIN - 210, end + 240), company.name, "公章", random)
    return sheet.finish(random)
