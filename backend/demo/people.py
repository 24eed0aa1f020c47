"""Made-up customers, always the same: names, numbers that pass every check, and addresses in Shanghai and around."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from backend.kit.identifiers import complete_credit_code, complete_id_number

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕单仇"
MALE_NAMES = ("伟", "建国", "志强", "浩然", "俊杰", "宇轩", "国栋", "文博", "海涛", "晓东", "思远", "立新")
FEMALE_NAMES = ("芳", "秀英", "静怡", "雨桐", "丽华", "佳琪", "梦瑶", "雪梅", "思雨", "晓燕", "欣然", "慧敏")
# Region code, area, and streets that exist there.
PLACES = (
    ("310115", "上海市浦东新区", ("世纪大道", "张杨路", "锦绣路", "浦东大道")),
    ("310104", "上海市徐汇区", ("漕溪北路", "衡山路", "虹桥路")),
    ("310110", "上海市杨浦区", ("四平路", "淞沪路", "控江路")),
    ("310106", "上海市静安区", ("南京西路", "江宁路", "共和新路")),
    ("310112", "上海市闵行区", ("七莘路", "沪闵路", "都市路")),
    ("320505", "江苏省苏州市虎丘区", ("狮山路", "滨河路")),
    ("330106", "浙江省杭州市西湖区", ("文三路", "古墩路")),
    ("320205", "江苏省无锡市锡山区", ("东亭路", "二泉路")),
)
EMPLOYERS = (
    "上海浦江精密机械有限公司",
    "上海申江国际物流有限公司",
    "苏州新源电子科技有限公司",
    "上海东方餐饮管理有限公司",
    "杭州云栖软件有限公司",
    "上海静安百货有限公司",
)
BANKS = (("中国工商银行", "6222"), ("中国建设银行", "6217"), ("招商银行", "6225"), ("交通银行", "6222"))
COMPANIES = (
    ("上海浦东发展科技有限公司", "310115"),
    ("重庆轻纺贸易有限公司", "310104"),
    ("上海虹桥国际贸易有限公司", "310112"),
    ("苏州工业园区恒泰建材有限公司", "320505"),
    ("上海申通餐饮管理有限公司", "310110"),
    ("杭州西湖文化传媒有限公司", "330106"),
    ("无锡锡山精工制造有限公司", "320205"),
    ("上海静安健康管理咨询有限公司", "310106"),
    ("上海徐汇教育科技有限公司", "310104"),
    ("上海杨浦新能源汽车服务有限公司", "310110"),
    ("上海闵行绿色农业发展有限公司", "310112"),
    ("上海陆家嘴供应链管理有限公司", "310115"),
)


@dataclass(frozen=True)
class DemoPerson:
    """A person, or the legal representative of a company."""

    name: str
    sex: str
    birth_date: date
    id_number: str
    phone: str
    area: str
    address: str
    employer: str
    monthly_income: int
    bank_name: str
    bank_account: str


@dataclass(frozen=True)
class DemoCompany:
    """A company and who represents it."""

    name: str
    credit_code: str
    representative: DemoPerson
    registered_capital: int
    annual_turnover: int


def people(random: Random) -> Iterator[DemoPerson]:
    """Make one person after another, no two with the same name or numbers."""
    used: set[str] = set()
    while True:
        sex = random.choice(("male", "female"))
        name = random.choice(SURNAMES) + random.choice(MALE_NAMES if sex == "male" else FEMALE_NAMES)
        if name in used:
            continue
        used.add(name)
        region, area, streets = random.choice(PLACES)
        birth = date(random.randint(1962, 2001), random.randint(1, 12), random.randint(1, 28))
        order = random.randrange(5, 480) * 2 + (1 if sex == "male" else 0)
        bank_name, prefix = random.choice(BANKS)
        yield DemoPerson(
            name=name,
            sex=sex,
            birth_date=birth,
            id_number=complete_id_number(f"{region}{birth:%Y%m%d}{order:03d}"),
            phone=f"1{random.choice('3578')}{random.randrange(10**9):09d}",
            area=area,
            address=(
                f"{area}{random.choice(streets)}{random.randint(8, 1888)}弄"
                f"{random.randint(1, 60)}号{random.randint(101, 1802)}室"
            ),
            employer=random.choice(EMPLOYERS),
            monthly_income=random.randrange(8_000, 42_000, 500),
            bank_name=bank_name,
            bank_account=f"{prefix}{random.randrange(10**15):015d}",
        )


def companies(random: Random, representatives: Iterator[DemoPerson]) -> Iterator[DemoCompany]:
    """Make the companies of the list, each with a representative of its own."""
    for name, region in COMPANIES:
        serial = "".join(random.choice("0123456789") for _ in range(8))
        yield DemoCompany(
            name=name,
            credit_code=complete_credit_code(f"91{region}{serial}"),
            representative=next(representatives),
            registered_capital=random.randrange(1_000_000, 50_000_000, 500_000),
            annual_turnover=random.randrange(5_000_000, 300_000_000, 1_000_000),
        )
