"""A well-formed body for each route of cases that takes one, by the name of the route."""

_REASONS = {"reject": "资料不实", "return": "请补充", "reopen": "复核"}
BODIES = {
    f"{move}_{which}": {"reason": reason}
    for move, reason in _REASONS.items()
    for which in ("case", "current_case")
} | {
    "reveal_for_review": {"purpose": "check_documents"},
    "update_case": {"product": "credit_loan", "amount": "300000.00"},
    "except_requirement": {"kind": "waive", "reason": "已在他行核验"},
    "except_case_requirement": {"kind": "add", "reason": "补充收入来源"},
}
