"""An administrator, three clerks and two auditors."""

from backend.demo.stage import Stage
from backend.domains.identity.passwords import hash_password
from backend.domains.identity.schemas import UserCreate
from backend.domains.identity.service.accounts import AccountService
from backend.kit.auth import Actor

PASSWORD = "Kehui-demo-2026"  # noqa: S105 - published in the README, for demo data only
ACCOUNTS = (
    ("admin", "管理员", "admin"),
    ("staff", "王芳", "staff"),
    ("staff2", "李强", "staff"),
    ("staff3", "陈静", "staff"),
    ("auditor", "赵敏", "auditor"),
    ("auditor2", "周明", "auditor"),
)


async def tell(stage: Stage) -> None:
    """Open the accounts, and let their people act from now on."""
    system = Actor.system("seed-demo")
    members: dict[str, list[Actor]] = {}
    async with stage.database.transaction() as session:
        accounts = AccountService(session)
        for username, display_name, role in ACCOUNTS:
            body = UserCreate(username=username, display_name=display_name, password=PASSWORD, roles=[role])
            user = await accounts.create(system, body, await hash_password(PASSWORD))
            members.setdefault(role, []).append(await accounts.act_as(user.id))
    stage.staff = tuple(members["staff"])
    stage.auditors = tuple(members["auditor"])
