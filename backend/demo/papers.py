"""Letters, certificates and forms on paper."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from PIL import Image

from backend.demo.canvas import (
    FADED,
    INK,
    RULE,
    SEAL_RED,
    Colour,
    Sheet,
    portrait,
    rosette,
    waves,
)
from backend.demo.cards import SEXES
from backend.demo.people import FEMALE_NAMES, MALE_NAMES, SURNAMES, DemoCompany, DemoPerson
from backend.demo.transactions import Transaction, account_history
from backend.demo.wording import capital_amount, long_date, money, office
from backend.kit.identifiers import complete_id_number

A4 = (1240, 1754)
MARGIN = 130
POSITIONS = ("财务主管", "高级工程师", "市场部经理", "项目经理", "行政专员", "销售主管")
HEAD: Colour = (232, 236, 242)
STATEMENT_HEAD = ("交易日期", "摘要", "对方户名", "收入(元)", "支出(元)", "余额(元)")
STATEMENT_WIDTHS = (160, 130, 290, 140, 140, 140)
STATEMENT_LINES = 34


def income_proof(person: DemoPerson, random: Random, today: date) -> Image.Image:
    """A letter of the employer with its seal."""
    sheet = Sheet(A4)
    sheet.text((620, 130), person.employer, 54, colour=SEAL_RED, anchor="mm", tracking=4, weight=0.8)
    sheet.draw.rectangle((MARGIN, 186, A4[0] - MARGIN, 190), SEAL_RED)
    sheet.draw.line((MARGIN, 196, A4[0] - MARGIN, 196), SEAL_RED)
    written = today - timedelta(days=random.randint(2, 20))
    sheet.text(
        (A4[0] - MARGIN, 216), f"人证字〔{written.year}〕第{random.randint(11, 380):04d}号", 24, anchor="ra"
    )
    sheet.text((620, 380), "收 入 证 明", 64, anchor="mm", weight=1)
    income = Decimal(person.monthly_income)
    since = date(written.year - random.randint(2, 9), random.randint(1, 12), 1)
    body = (
        f"　　兹证明{person.name}（{SEXES[person.sex]}，公民身份号码：{person.id_number}）系我单位正式在职员工，"
        f"自{since.year}年{since.month}月起在我单位工作至今，现任{_position(person)}一职。\n"
        f"　　该员工近十二个月的平均税前月收入为人民币（小写）￥{money(income)}元，"
        f"（大写）{capital_amount(income)}。\n"
        "　　我单位对以上内容的真实性负责。本证明仅供该员工办理信贷业务使用，不作为我单位对其任何形式的担保。\n"
        "　　特此证明。"
    )
    end = sheet.paragraph((MARGIN, 500), body, 34, A4[0] - 2 * MARGIN, leading=2)
    for row, line in enumerate(
        (
            f"单位地址：{person.area}科技路{random.randint(18, 900)}号",
            f"联系人：{random.choice(SURNAMES)}{random.choice(FEMALE_NAMES)}（人力资源部）",
            f"联系电话：021-{random.randint(50000000, 69999999)}",
        )
    ):
        sheet.text((MARGIN, end + 70 + row * 56), line, 28, colour=FADED)
    sheet.text((A4[0] - MARGIN, end + 330), f"{person.employer}（盖章）", 34, anchor="ra")
    sheet.text((A4[0] - MARGIN - 40, end + 400), long_date(written), 34, anchor="ra")
    sheet.stamp((A4[0] - MARGIN - 210, end + 370), person.employer, "人事专用章", random)
    return sheet.finish(random)


def bank_statement(person: DemoPerson, random: Random, today: date) -> Image.Image:
    """The account's last months on one page."""
    return statement_pages(person, random, today, pages=1)[0]


def statement_pages(person: DemoPerson, random: Random, today: date, *, pages: int) -> list[Image.Image]:
    """An account statement that goes on over several pages."""
    history = account_history(person, random, until=today - timedelta(days=1), lines=pages * STATEMENT_LINES)
    sheets = []
    for page in range(pages):
        lines = history[page * STATEMENT_LINES : (page + 1) * STATEMENT_LINES]
        sheets.append(_statement_page(person, random, lines, history, f"第 {page + 1} 页 / 共 {pages} 页"))
    return sheets


def _statement_page(
    person: DemoPerson, random: Random, lines: list[Transaction], history: list[Transaction], number: str
) -> Image.Image:
    sheet = Sheet(A4)
    rosette(sheet, (172, 132), 46, (170, 40, 48), petals=8)
    sheet.text((240, 104), person.bank_name, 42, weight=0.8)
    sheet.text((240, 158), "个人活期账户交易明细清单", 26, colour=FADED)
    sheet.text((1120, 120), number, 22, colour=FADED, anchor="ra")
    facts = (
        f"户名：{person.name}",
        f"账号：{person.bank_account[:4]} **** **** {person.bank_account[-4:]}",
        "币种：人民币",
        f"起止日期：{history[0].day:%Y-%m-%d} 至 {history[-1].day:%Y-%m-%d}",
    )
    for index, fact in enumerate(facts):
        sheet.text((120 + index % 2 * 520, 222 + index // 2 * 44), fact, 24)
    rows = [
        STATEMENT_HEAD,
        *(
            (
                f"{line.day:%Y-%m-%d}",
                line.summary,
                line.counterparty,
                money(line.amount) if line.amount > 0 else "",
                money(-line.amount) if line.amount < 0 else "",
                money(line.balance),
            )
            for line in lines
        ),
    ]
    bottom = sheet.table(
        (120, 326), STATEMENT_WIDTHS, rows, size=21, height=36, head=HEAD, right=frozenset({3, 4, 5})
    )
    received = sum((line.amount for line in lines if line.amount > 0), Decimal())
    paid = -sum((line.amount for line in lines if line.amount < 0), Decimal())
    sheet.text((120, bottom + 20), f"本页收入合计：{money(received)}　　本页支出合计：{money(paid)}", 22)
    sheet.text((120, 1672), "本清单由样本系统生成，仅供演示，不作为交易凭证。", 20, colour=FADED)
    sheet.stamp((980, bottom + 36), f"{person.bank_name}样本支行", "业务专用章", random, diameter=220)
    return sheet.finish(random)


def property_proof(person: DemoPerson, random: Random, today: date) -> Image.Image:
    """The inside page of a real-estate certificate."""
    sheet = Sheet(A4, (250, 246, 240))
    waves(sheet, (60, 60, A4[0] - 60, A4[1] - 60), ((240, 230, 222), (236, 236, 224)), random)
    for inset in (60, 70):
        sheet.draw.rectangle((inset, inset, A4[0] - inset, A4[1] - inset), outline=(176, 96, 84), width=3)
    sheet.text((620, 170), "不动产权证书", 72, colour=SEAL_RED, anchor="mm", tracking=14, weight=1)
    year = today.year - random.randint(1, 12)
    serial = f"样（{year}）{person.area.removeprefix('上海市')}不动产权第{random.randint(1, 99999):06d}号"
    sheet.text((620, 258), serial, 32, anchor="mm")
    shared = random.choice(("单独所有", "共同共有"))
    area = Decimal(random.randrange(5200, 16800)) / 100
    until = year + random.randint(40, 62)
    parcel, building = random.randint(1, 999_999), random.randint(1, 9999)
    unit = f"{person.id_number[:6]} {parcel:06d} GB{building:05d} F{random.randint(1, 9999):04d}"
    rows = (
        ("权 利 人", person.name),
        ("共有情况", shared),
        ("坐　　落", person.address),
        ("不动产单元号", unit),
        ("权利类型", "国有建设用地使用权 / 房屋所有权"),
        ("权利性质", "出让 / 市场化商品房"),
        ("用　　途", "住宅用地 / 住宅"),
        ("面　　积", f"房屋建筑面积 {area} 平方米"),
        ("使用期限", f"国有建设用地使用权 {until}年{random.randint(1, 12)}月28日止"),
        ("其他状况", f"总层数 {random.randint(6, 33)} 层，竣工日期 {year - random.randint(1, 8)} 年"),
    )
    bottom = sheet.table((130, 330), (230, 750), rows, size=29, height=98)
    sheet.text((130, bottom + 34), "附记：本页为演示样本，不具有任何法律效力。", 25, colour=FADED)
    sheet.text(
        (A4[0] - MARGIN, bottom + 130), f"登记机构：{office(person.address, '不动产登记局')}", 28, anchor="ra"
    )
    registered = date(year, random.randint(1, 12), random.randint(1, 28))
    sheet.text((A4[0] - MARGIN, bottom + 186), long_date(registered), 28, anchor="ra")
    sheet.stamp((A4[0] - 300, bottom + 150), office(person.address, "不动产登记局"), "登记专用章", random)
    return sheet.finish(random)


def credit_report(person: DemoPerson, random: Random, today: date) -> Image.Image:
    """The first page of a personal credit report."""
    sheet = Sheet(A4, (254, 254, 254))
    asked = today - timedelta(days=random.randint(3, 40))
    sheet.text((620, 118), "个人信用报告", 56, anchor="mm", tracking=8, weight=1)
    sheet.text((620, 178), "（本人版 · 样本）", 28, anchor="mm", colour=FADED)
    sheet.text((100, 226), f"报告编号：{asked:%Y%m%d}{random.randrange(10**14):014d}", 23)
    sheet.text(
        (1140, 226),
        f"报告时间：{asked:%Y-%m-%d} 10:{random.randint(10, 59)}:{random.randint(10, 59)}",
        23,
        anchor="ra",
    )
    top = sheet.table(
        (100, 274),
        (260, 260, 260, 260),
        (
            ("被查询者姓名", "证件类型", "证件号码", "查询原因"),
            (person.name, "身份证", person.id_number, "本人查询"),
        ),
        size=23,
        height=52,
        head=HEAD,
    )
    top = _section(sheet, top, "一、个人基本信息")
    top = sheet.table(
        (100, top),
        (180, 340, 180, 340),
        (
            ("性别", SEXES[person.sex], "出生日期", f"{person.birth_date:%Y.%m.%d}"),
            ("婚姻状况", _marital_status(person), "手机号码", f"{person.phone[:3]}****{person.phone[-4:]}"),
            ("工作单位", person.employer, "职务", _position(person)),
            ("居住地区", person.area, "数据更新", f"{asked.replace(day=1):%Y.%m.%d}"),
        ),
        size=22,
        height=50,
    )
    top = _section(sheet, top, "二、信息概要")
    cards, loans = random.randint(1, 6), random.randint(0, 2)
    top = sheet.table(
        (100, top),
        (300, 185, 185, 185, 185),
        (
            ("", "信用卡", "购房贷款", "其他贷款", "对外担保"),
            ("账户数", str(cards), str(loans), str(random.randint(0, 2)), "0"),
            ("未结清/未销户账户数", str(max(1, cards - 1)), str(loans), "0", "0"),
            ("发生过逾期的账户数", random.choice("0000001"), "0", "0", "0"),
            ("发生过90天以上逾期的账户数", "0", "0", "0", "0"),
        ),
        size=21,
        height=48,
        head=HEAD,
    )
    top = _section(sheet, top, "三、信贷记录")
    record = "　　"
    for index in range(cards):
        opened = date(asked.year - random.randint(1, 9), random.randint(1, 12), random.randint(1, 28))
        limit = random.choice((20_000, 30_000, 50_000, 80_000))
        record += (
            f"{index + 1}．{long_date(opened)}{person.bank_name}发放的贷记卡（人民币账户），"
            f"截至{asked.year}年{asked.month}月，信用额度{limit:,}，已使用额度{random.randrange(0, limit, 37):,}。"
        )
    top = sheet.paragraph((100, top), record, 22, 1040, leading=1.75)
    top = _section(sheet, top, "四、查询记录")
    queries = [("编号", "查询日期", "查询机构", "查询原因")]
    for index in range(4):
        queried = asked - timedelta(days=31 * index + random.randint(1, 30))
        reason = random.choice(("贷款审批", "信用卡审批", "贷后管理"))
        queries.append((str(index + 1), f"{queried:%Y.%m.%d}", person.bank_name, reason))
    sheet.table((100, top), (120, 260, 400, 260), queries, size=22, height=46, head=HEAD)
    return sheet.finish(random, grain=3)


def _position(person: DemoPerson) -> str:
    """What the person works as: the same on all documents."""
    return POSITIONS[int(person.id_number[14:17]) % len(POSITIONS)]


def _marital_status(person: DemoPerson) -> str:
    return "未婚" if int(person.id_number[14:17]) % 4 == 0 else "已婚"


def _section(sheet: Sheet, top: float, title: str) -> float:
    sheet.text((100, top + 34), title, 27, weight=0.7)
    return top + 84


def household_register(person: DemoPerson, random: Random, today: date) -> Image.Image:
    """A member's page of a household register."""
    sheet = Sheet((1400, 990), (247, 243, 230))
    waves(sheet, (40, 40, 1360, 950), ((238, 232, 214), (242, 236, 222)), random)
    sheet.text((700, 96), "常住人口登记卡", 52, anchor="mm", tracking=18, weight=0.8)
    widths = (150, 260, 230, 210, 150, 240)
    relation = random.choice(("户主", "户主", "配偶" if person.sex == "female" else "户主", "子女"))
    place = person.area
    rows = (
        ("姓　　名", person.name, "户主或与户主关系", relation, "性　　别", SEXES[person.sex]),
        ("曾 用 名", "", "民　　族", "汉族", "籍　　贯", place[:6]),
        (
            "出 生 地",
            place[:9],
            "出生日期",
            long_date(person.birth_date),
            "血　　型",
            random.choice("ABO") + "型",
        ),
        (
            "身　　高",
            f"{random.randint(156, 186)} 厘米",
            "文化程度",
            random.choice(("大学本科", "大学专科", "硕士研究生", "高中")),
            "婚姻状况",
            _marital_status(person),
        ),
        ("兵役状况", "未服兵役", "宗教信仰", "无", "职　　业", _position(person)),
    )
    bottom = sheet.table((80, 150), widths, rows, size=24, height=84, rule=(150, 132, 110))
    wide = (
        ("公民身份号码", person.id_number),
        ("本市其他住址", person.address),
        ("服务处所", person.employer),
        (
            "何时由何地迁来本址",
            f"{today.year - random.randint(3, 20)}年{random.randint(1, 12)}月由{place}迁来",
        ),
    )
    bottom = sheet.table((80, bottom), (260, 980), wide, size=25, height=70, rule=(150, 132, 110))
    sheet.text((90, bottom + 44), "承办人签章：", 25)
    sheet.text(
        (290, bottom + 40), random.choice(SURNAMES) + random.choice(MALE_NAMES), 30, colour=(60, 66, 120)
    )
    registered = date(today.year - random.randint(1, 6), random.randint(1, 12), random.randint(1, 28))
    sheet.text((1310, bottom + 44), f"登记日期：{long_date(registered)}", 25, anchor="ra")
    sheet.stamp((1060, bottom - 10), office(person.address, "公安局"), "户口专用章", random, diameter=210)
    return sheet.finish(random)


def marriage_certificate(person: DemoPerson, random: Random, today: date) -> Image.Image:
    """The two inside pages of a marriage certificate; the other half is made up here."""
    sheet = Sheet((1600, 1100), (250, 238, 234))
    waves(sheet, (30, 30, 1570, 1070), ((244, 222, 218), (246, 230, 220)), random)
    sheet.draw.line((800, 0, 800, 1100), (226, 200, 194), 3)
    sheet.draw.rectangle((40, 40, 1560, 1060), outline=SEAL_RED, width=3)
    registered = date(today.year - random.randint(1, 15), random.randint(1, 12), random.randint(1, 28))
    is_female = person.sex == "female"
    birth = date(person.birth_date.year + random.randint(-2, 2), random.randint(1, 12), random.randint(1, 28))
    given = random.choice(MALE_NAMES if is_female else FEMALE_NAMES)
    order = random.randrange(5, 480) * 2 + (1 if is_female else 0)
    number = complete_id_number(f"{person.id_number[:6]}{birth:%Y%m%d}{order:03d}")
    left = portrait((210, 280), random, is_female=is_female, backdrop=(196, 58, 54))
    right = portrait((210, 280), random, is_female=not is_female, backdrop=(196, 58, 54))
    sheet.draw.rectangle((190, 130, 650, 430), (255, 255, 255))
    sheet.image.paste(left, (210, 140))
    sheet.image.paste(right, (420, 140))
    for row, (name, value) in enumerate(
        (
            ("持 证 人", person.name),
            ("登记日期", long_date(registered)),
            ("结婚证字号", f"J{person.id_number[:6]}-{registered.year}-{random.randint(1, 9999):06d}"),
            ("备　　注", "演示样本"),
        )
    ):
        sheet.text((130, 520 + row * 92), name, 30, colour=FADED)
        sheet.text((320, 516 + row * 92), value, 34)
        sheet.draw.line((310, 566 + row * 92, 730, 566 + row * 92), RULE)
    people = (
        (person.name, person.sex, person.birth_date, person.id_number),
        (random.choice(SURNAMES) + given, "male" if is_female else "female", birth, number),
    )
    for index, (name, sex, born, id_number) in enumerate(people):
        top = 150 + index * 390
        for row, (title, value) in enumerate(
            (
                ("姓　　名", f"{name}　　　性别　{SEXES[sex]}"),
                ("国　　籍", "中国"),
                ("出生日期", long_date(born)),
                ("身份证件号", id_number),
            )
        ):
            sheet.text((880, top + row * 82), title, 30, colour=FADED)
            sheet.text((1070, top - 4 + row * 82), value, 34)
            sheet.draw.line((1060, top + 46 + row * 82, 1500, top + 46 + row * 82), RULE)
    sheet.stamp((560, 860), office(person.address, "民政局"), "婚姻登记专用章", random, diameter=230)
    return sheet.finish(random)


def social_insurance_record(person: DemoPerson, random: Random, today: date) -> Image.Image:
    """Twelve months of social insurance: what people hand in under "other"."""
    sheet = Sheet(A4)
    city = office(person.address, "社会保险事业管理中心").split("管理中心")[0] + "管理中心"
    sheet.text((620, 150), "社会保险参保缴费证明", 54, anchor="mm", tracking=6, weight=0.8)
    top = sheet.table(
        (120, 230),
        (180, 320, 180, 320),
        (
            ("姓名", person.name, "证件号码", person.id_number),
            ("单位名称", person.employer, "参保状态", "正常参保"),
        ),
        size=23,
        height=60,
    )
    base = Decimal(person.monthly_income)
    rows = [("缴费年月", "缴费基数(元)", "养老保险", "医疗保险", "失业保险")]
    month = today.replace(day=1)
    for _ in range(12):
        month = (month - timedelta(days=1)).replace(day=1)
        rows.append(
            (
                f"{month:%Y-%m}",
                money(base),
                money(base * Decimal("0.08")),
                money(base * Decimal("0.02")),
                money(base * Decimal("0.005")),
            )
        )
    bottom = sheet.table(
        (120, top + 50), (200,) * 5, rows, size=23, height=58, head=HEAD, right=frozenset({1, 2, 3, 4})
    )
    sheet.text((120, bottom + 40), "经办机构：" + city, 26)
    sheet.text((120, bottom + 92), f"打印日期：{long_date(today)}", 26)
    sheet.text(
        (120, 1660),
        "本证明为演示样本，验证码：" + "".join(random.choices("0123456789ABCDEF", k=12)),
        21,
        colour=FADED,
    )
    sheet.stamp((900, bottom + 90), city, "社保业务专用章", random)
    return sheet.finish(random)


def business_license(company: DemoCompany, random: Random, today: date) -> Image.Image:
    """A company's business license."""
    sheet = Sheet((1754, 1240), (252, 248, 238))
    waves(sheet, (50, 50, 1704, 1190), ((244, 234, 212), (248, 240, 224)), random)
    for inset, width in ((44, 6), (60, 2)):
        sheet.draw.rectangle((inset, inset, 1754 - inset, 1240 - inset), outline=(190, 150, 76), width=width)
    rosette(sheet, (877, 160), 72, (200, 60, 52))
    sheet.text((877, 300), "营业执照", 112, anchor="mm", tracking=44, weight=1.4)
    sheet.text((130, 262), "统一社会信用代码", 27)
    sheet.text((130, 304), company.credit_code, 33, weight=0.6)
    founded = date(today.year - random.randint(2, 16), random.randint(1, 12), random.randint(1, 28))
    address = company.representative.address
    left = (
        ("名　　称", company.name),
        ("类　　型", "有限责任公司（自然人投资或控股）"),
        ("法定代表人", company.representative.name),
    )
    for row, (title, value) in enumerate(left):
        _license_line(sheet, 130, 450 + row * 92, title, value)
    sheet.text((130, 450 + 3 * 92), "经营范围", 30, colour=(150, 110, 40))
    scope = (
        "一般项目：技术服务、技术开发、技术咨询；国内贸易代理；货物进出口；信息咨询服务（不含许可类信息咨询服务）；"
        "企业管理咨询。（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"
    )
    sheet.paragraph((300, 450 + 3 * 92), scope, 27, 620, leading=1.6, colour=INK)
    right = (
        ("注册资本", f"{capital_amount(Decimal(company.registered_capital))}"),
        ("成立日期", long_date(founded)),
        ("营业期限", f"{long_date(founded)} 至 长期"),
    )
    for row, (title, value) in enumerate(right):
        _license_line(sheet, 1000, 450 + row * 92, title, value)
    sheet.text((1000, 450 + 3 * 92), "住　　所", 30, colour=(150, 110, 40))
    sheet.paragraph((1170, 450 + 3 * 92), address, 29, 440, leading=1.6)
    registrar = office(address, "市场监督管理局")
    sheet.text((1300, 970), "登记机关", 36, anchor="mm", tracking=12)
    sheet.text((1300, 1070), long_date(founded), 32, anchor="mm")
    sheet.stamp((1300, 1010), registrar, "登记专用章", random, diameter=270)
    return sheet.finish(random)


def _license_line(sheet: Sheet, x: float, y: float, title: str, value: str) -> None:
    sheet.text((x, y), title, 30, colour=(150, 110, 40))
    sheet.text((x + 170, y - 1), value, 31)
