"""How the customers' cases go: submitted, judged document by document, and decided."""

from collections.abc import Sequence
from uuid import UUID

from backend.demo.stage import Stage, Story
from backend.domains.cases.schemas import ApproveRequest, RejectCaseRequest, ReturnItem, ReturnRequest
from backend.domains.cases.service.finding import CurrentCaseOf
from backend.domains.cases.service.flow import CaseService
from backend.domains.customers.service.record import CustomerService
from backend.domains.documents.schemas import RejectRequest
from backend.domains.documents.service.library import DocumentService

BLURRED = RejectRequest(reason_code="blurred", message="照片反光，证件号码看不清，请重新拍摄")
FINAL_REASON = "提交的证件与本人信息不符"
REASON = "近三个月收入流水不足，建议补充后重新申请"


async def tell(stage: Stage) -> None:
    """Take each case to where its story ends; one customer is archived instead."""
    for story in stage.stories:
        match story.outcome:
            case "empty" | "partial" | "complete":
                continue
            case "archived":
                await _archive(stage, story)
            case _:
                await _submit(stage, story)
                await _review(stage, story)


async def _archive(stage: Stage, story: Story) -> None:
    story.wait(60, 600)
    async with stage.at(story.now) as session:
        await CustomerService(session).archive(story.owner, story.customer_id)


async def _submit(stage: Stage, story: Story) -> None:
    story.wait(10, 120)
    async with stage.at(story.now) as session:
        await CaseService(session).submit(story.owner, CurrentCaseOf(story.customer_id))


async def _review(stage: Stage, story: Story) -> None:
    first, *others = story.document_ids
    match story.outcome:
        case "half_reviewed":
            await _accept(stage, story, story.document_ids[:3])
        case "approved":
            await _accept(stage, story, story.document_ids)
            await _decide(stage, story)
        case "returned" | "rejected" | "rejected_final":
            await _accept(stage, story, others)
            await _refuse(stage, story, first)
            await _decide(stage, story)


async def _accept(stage: Stage, story: Story, document_ids: Sequence[UUID]) -> None:
    for document_id in document_ids:
        story.wait(1, 6)
        async with stage.at(story.now) as session:
            await DocumentService(session).accept(story.auditor, document_id)


async def _refuse(stage: Stage, story: Story, document_id: UUID) -> None:
    story.wait(1, 6)
    async with stage.at(story.now) as session:
        await DocumentService(session).reject(story.auditor, document_id, BLURRED)


async def _decide(stage: Stage, story: Story) -> None:
    story.wait(2, 20)
    which = CurrentCaseOf(story.customer_id)
    async with stage.at(story.now) as session:
        cases = CaseService(session)
        match story.outcome:
            case "returned":
                body = ReturnRequest(
                    reason="身份证照片不清晰；请一并补充房产证明",
                    items=[
                        ReturnItem(document_type="id_card_front", reason=BLURRED.message),
                        ReturnItem(document_type="property_proof", reason="请补充名下房产的证明"),
                    ],
                )
                await cases.return_for_supplement(story.auditor, which, body)
            case "approved":
                await cases.approve(story.auditor, which, ApproveRequest(comment="资料齐全，核对一致"))
            case "rejected":
                await cases.reject(story.auditor, which, RejectCaseRequest(reason=REASON))
            case "rejected_final":
                await cases.reject(story.auditor, which, RejectCaseRequest(reason=FINAL_REASON, final=True))
