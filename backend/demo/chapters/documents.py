"""What the customers hand in."""

import asyncio
import hashlib
import logging
import tempfile
from pathlib import Path
from uuid import UUID

from uuid_utils.compat import uuid7

from backend.demo.documents import COMPANY_NAMES, DemoFile, hand_in
from backend.demo.people import DemoCompany
from backend.demo.stage import Stage, Story
from backend.domains.documents.service.upload import ReceivedFile, UploadService, filing
from backend.kit.clock import business_date, clock
from backend.kit.files.inspect import inspect
from backend.kit.files.limits import FileLimits

log = logging.getLogger("kehui.demo")

REQUIRED = ("id_card_front", "id_card_back", "income_proof", "bank_statement", "credit_report")
OPTIONAL = ("property_proof", "household_register", "marriage_certificate", "other")
COMPANY_REQUIRED = ("business_license", "legal_rep_id_front", "legal_rep_id_back", *COMPANY_NAMES)
COMPANY_OPTIONAL = ("other",)
LOGGED_EVERY = 10


async def tell(stage: Stage) -> None:
    """Supply each customer with as many documents as its story wants; this is what takes the time."""
    for number, story in enumerate(stage.stories, 1):
        if story.outcome != "empty":
            await _supply(stage, story)
        if number % LOGGED_EVERY == 0:
            log.info("demo.seeded", extra={"customers": number})


async def _supply(stage: Stage, story: Story) -> None:
    is_company = isinstance(story.party, DemoCompany)
    codes = list(COMPANY_REQUIRED if is_company else REQUIRED)
    if story.outcome in {"partial", "archived"}:
        codes = codes[: story.random.randint(1, len(codes) - 1)]
    optional = COMPANY_OPTIONAL if is_company else OPTIONAL
    codes += story.random.sample(optional, k=story.random.choice((0, 0, 1)))
    today = business_date(story.now)
    loop = asyncio.get_running_loop()
    drawing = [
        loop.run_in_executor(stage.draw, hand_in, code, story.party, story.random.randrange(10**6), today)
        for code in codes
    ]
    for code, file in zip(codes, await asyncio.gather(*drawing), strict=True):
        story.wait(2, 40)
        story.document_ids.append(await _upload(stage, story, code, file))


async def _upload(stage: Stage, story: Story, code: str, file: DemoFile) -> UUID:
    with tempfile.NamedTemporaryFile(prefix="kehui-demo-") as copy:
        copy.write(file.content)
        copy.flush()
        path = Path(copy.name)
        facts = await inspect(path, limits=FileLimits())
        sha256 = hashlib.sha256(file.content).hexdigest()
        received = ReceivedFile(uuid7(), path, file.filename, sha256, facts)
        uploader = story.random.choice((story.owner, story.helper))
        with clock.stopped(story.now):
            async with filing(stage.database, received) as session:
                document_id, _ = await UploadService(session).file(
                    uploader, story.customer_id, code, received
                )
    return document_id
