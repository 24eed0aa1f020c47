"""Make accounts."""

from backend.config import Settings
from backend.domains.identity.schemas import UserCreate
from backend.domains.identity.service.accounts import AccountService
from backend.domains.identity.service.sessions import Device, SessionService
from backend.kit.auth import Actor
from backend.kit.db.session import Database

PASSWORD = "four calm herons"


async def open_account(database: Database, settings: Settings, username: str, *roles: str) -> str:
    """Create an account with these roles, sign it in, and return its access token."""
    async with database.transaction() as session:
        body = UserCreate(username=username, display_name=f"测试 {username}", password=PASSWORD, roles=list(roles))
        user = await AccountService(session).create(Actor.system("tests"), body)
        device = Device(address="127.0.0.1", user_agent="tests")
        signed_in = await SessionService(session, settings).open(user.id, remember_me=False, device=device)
    return signed_in.access_token
