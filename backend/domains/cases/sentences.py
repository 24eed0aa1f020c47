"""Say in a sentence what a case lacks."""

from collections.abc import Mapping

from backend.domains.cases.completeness import Lack, LackCode
from backend.domains.cases.schemas import LackRead

_SENTENCES: Mapping[LackCode, str] = {
    LackCode.MISSING: "{types}: nothing was supplied yet.",
    LackCode.REFUSED: "{types}: what was supplied was refused.",
    LackCode.REQUESTED_ANEW: "{types}: asked for anew.",
    LackCode.TOO_FEW_PAGES: "{types}: {found} of at least {needed} pages.",
    LackCode.PERIOD_TOO_SHORT: "{types}: covers {found} of {needed} months.",
    LackCode.TOO_OLD: "{types}: {found} days old, at most {needed} are allowed.",
    LackCode.EXPIRED: "{types}: valid until {day}.",
    LackCode.EXPIRY_UNKNOWN: "{types}: say until when it is valid.",
    LackCode.GROUP_UNMET: "{group}: one of {types}.",
    LackCode.EXPIRES_SOON: "{types}: valid until {day} only.",
    LackCode.TOO_OLD_SOON: "{types}: too old after {day}.",
}


def lack_read(lack: Lack, names: Mapping[str, str]) -> LackRead:
    """Shape what is missing for an answer; ``names`` are those of the document types."""
    types = ", ".join(names[code] for code in lack.document_types)
    sentence = _SENTENCES[lack.code].format(
        types=types, group=lack.group, needed=lack.needed, found=lack.found, day=lack.day
    )
    return LackRead(
        code=lack.code,
        document_type=lack.document_type,
        document_types=list(lack.document_types),
        group=lack.group,
        needed=lack.needed,
        found=lack.found,
        day=lack.day,
        sentence=sentence,
    )
