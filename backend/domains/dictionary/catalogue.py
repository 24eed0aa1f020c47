"""The dictionaries there are, what each holds at first, and where they are used.

Which dictionaries there are is part of the program, for somebody must ask for them. What they hold is people's affair.
Where they are used, the domains above say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from backend.domains.dictionary.models import Color

CUSTOMER_LEVEL = "customer_level"
AREA = "area"
SATISFACTION = "satisfaction"
CREDIT_RATING = "credit_rating"
REJECT_REASON = "reject_reason"
PRODUCT = "product"


@dataclass(frozen=True)
class Preset:
    """An entry that every installation starts with."""

    code: str
    label_zh: str
    label_en: str
    color: Color | None = None
    is_builtin: bool = False


@dataclass(frozen=True)
class Dictionary:
    """A list of words that people keep."""

    code: str
    label_zh: str
    label_en: str
    presets: Sequence[Preset]
    # Its codes are all there can be, such as the grades of a scale.
    is_fixed: bool = False


def _scale(*labels: tuple[str, str]) -> list[Preset]:
    colors = (Color.RED, Color.ORANGE, Color.GRAY, Color.TEAL, Color.GREEN)
    return [
        Preset(str(grade), label_zh, label_en, color, is_builtin=True)
        for grade, ((label_zh, label_en), color) in enumerate(zip(labels, colors, strict=True), start=1)
    ]


_LEVELS = (
    Preset("ordinary", "普通客户", "Ordinary", Color.GRAY),
    Preset("key_prospect", "重点开发客户", "Key prospect", Color.BLUE),
    Preset("major", "大客户", "Major customer", Color.ORANGE),
    Preset("partner", "合作伙伴", "Partner", Color.TEAL),
    Preset("strategic_partner", "战略合作伙伴", "Strategic partner", Color.PURPLE),
)
# GB/T 2260.
_AREAS = (
    Preset("110000", "北京市", "Beijing"),
    Preset("120000", "天津市", "Tianjin"),
    Preset("130000", "河北省", "Hebei"),
    Preset("140000", "山西省", "Shanxi"),
    Preset("150000", "内蒙古自治区", "Inner Mongolia"),
    Preset("210000", "辽宁省", "Liaoning"),
    Preset("220000", "吉林省", "Jilin"),
    Preset("230000", "黑龙江省", "Heilongjiang"),
    Preset("310000", "上海市", "Shanghai"),
    Preset("320000", "江苏省", "Jiangsu"),
    Preset("330000", "浙江省", "Zhejiang"),
    Preset("340000", "安徽省", "Anhui"),
    Preset("350000", "福建省", "Fujian"),
    Preset("360000", "江西省", "Jiangxi"),
    Preset("370000", "山东省", "Shandong"),
    Preset("410000", "河南省", "Henan"),
    Preset("420000", "湖北省", "Hubei"),
    Preset("430000", "湖南省", "Hunan"),
    Preset("440000", "广东省", "Guangdong"),
    Preset("450000", "广西壮族自治区", "Guangxi"),
    Preset("460000", "海南省", "Hainan"),
    Preset("500000", "重庆市", "Chongqing"),
    Preset("510000", "四川省", "Sichuan"),
    Preset("520000", "贵州省", "Guizhou"),
    Preset("530000", "云南省", "Yunnan"),
    Preset("540000", "西藏自治区", "Tibet"),
    Preset("610000", "陕西省", "Shaanxi"),
    Preset("620000", "甘肃省", "Gansu"),
    Preset("630000", "青海省", "Qinghai"),
    Preset("640000", "宁夏回族自治区", "Ningxia"),
    Preset("650000", "新疆维吾尔自治区", "Xinjiang"),
    Preset("710000", "台湾省", "Taiwan"),
    Preset("810000", "香港特别行政区", "Hong Kong"),
    Preset("820000", "澳门特别行政区", "Macao"),
)
_REASONS = (
    Preset("blurred", "模糊不清", "Blurred", Color.ORANGE),
    Preset("incomplete", "内容不完整", "Incomplete", Color.ORANGE),
    Preset("wrong_type", "资料类型不对", "Wrong type of document", Color.BLUE),
    Preset("expired", "已过有效期", "Expired", Color.GRAY),
    Preset("mismatch", "与客户信息不符", "Does not match the customer", Color.RED),
    Preset("tampered", "疑似涂改", "Looks altered", Color.RED),
    # Asks for a sentence that says which.
    Preset("other", "其他", "Other", Color.GRAY, is_builtin=True),
)
_PRODUCTS = (
    Preset("credit_loan", "信用贷", "Credit loan", Color.BLUE),
    Preset("mortgage_loan", "房抵贷", "Mortgage loan", Color.TEAL),
    Preset("car_loan", "车贷", "Car loan", Color.ORANGE),
    Preset("business_loan", "企业经营贷", "Business loan", Color.PURPLE),
)

DICTIONARIES: Mapping[str, Dictionary] = {
    dictionary.code: dictionary
    for dictionary in (
        Dictionary(CUSTOMER_LEVEL, "客户级别", "Customer levels", _LEVELS),
        Dictionary(AREA, "地区", "Areas", _AREAS),
        Dictionary(
            SATISFACTION,
            "满意度",
            "Satisfaction",
            _scale(
                ("很不满意", "Very dissatisfied"),
                ("不满意", "Dissatisfied"),
                ("一般", "Neutral"),
                ("满意", "Satisfied"),
                ("很满意", "Very satisfied"),
            ),
            is_fixed=True,
        ),
        Dictionary(
            CREDIT_RATING,
            "信用度",
            "Credit ratings",
            _scale(
                ("差", "Poor"), ("较差", "Fair"), ("一般", "Average"), ("良好", "Good"), ("优秀", "Excellent")
            ),
            is_fixed=True,
        ),
        Dictionary(REJECT_REASON, "不通过原因", "Reject reasons", _REASONS),
        Dictionary(PRODUCT, "产品", "Products", _PRODUCTS),
    )
}


@dataclass(frozen=True)
class Use:
    """A column that holds codes of a dictionary, or text that begins with one of its labels."""

    dictionary: str
    column: InstrumentedAttribute[Any]
    is_text: bool = False


class Uses:
    """Every column in which dictionaries are used."""

    def __init__(self) -> None:
        self._uses: tuple[Use, ...] = ()

    def contribute(self, *uses: Use) -> None:
        """Set who uses what; called once, by `backend.wiring`."""
        self._uses = uses

    def of(self, dictionary: str) -> list[Use]:
        """Return where this dictionary is used."""
        return [use for use in self._uses if use.dictionary == dictionary]


uses = Uses()
