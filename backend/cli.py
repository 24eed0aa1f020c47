"""The command ``kehui``."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import AsyncSession

from backend.config import Environment
from backend.kit.auth import Actor
from backend.kit.context import origin
from backend.kit.logging import configure as configure_logging

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Kehui 客汇"
)

COMMAND_ACTOR = Actor.system("kehui")


@app.callback()
def _prepare(command: typer.Context) -> None:
    configure_logging(structured=Environment().in_production)
    origin.set(f"command:{command.invoked_subcommand}")


@app.command()
def run(
    *,
    reset: Annotated[bool, typer.Option(help="Delete all data of this installation first.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before deleting.")] = False,
) -> None:
    """Start database, API, pages and worker of a development installation."""
    from backend.development.run import run as run_development  # noqa: PLC0415 - absent in production

    raise typer.Exit(run_development(reset=reset, confirm=lambda question: yes or typer.confirm(question)))


@app.command()
def migrate() -> None:
    """Bring the tables up to date, and add the presets, roles and grants that this version brings."""
    from backend.seeds import seed  # noqa: PLC0415

    command.upgrade(alembic_config(), "head")
    _in_transaction(seed)


@app.command()
def worker() -> None:
    """Run background jobs, and seal the audit trail, until stopped."""
    from backend import wiring  # noqa: PLC0415 - each command loads only what it needs
    from backend.config import get_settings  # noqa: PLC0415
    from backend.domains.audit.service.head import HeadNote  # noqa: PLC0415
    from backend.domains.audit.service.sealer import Sealer  # noqa: PLC0415
    from backend.jobs import HANDLERS, SCHEDULES  # noqa: PLC0415
    from backend.kit.db.session import Database  # noqa: PLC0415
    from backend.kit.files.scratch import scratch_folder  # noqa: PLC0415
    from backend.kit.jobs import work  # noqa: PLC0415
    from backend.resources import equip  # noqa: PLC0415

    async def main() -> None:
        settings = get_settings()
        wiring.install()
        database = Database(settings.database_url, application_name="kehui-worker")
        note = HeadNote(equip(database, settings).storage, settings.secret_key.get_secret_value())
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        with scratch_folder(settings.effective_temporary_dir):
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(Sealer(database, note).run(stop))
                    await work(database, HANDLERS, SCHEDULES, stop=stop)
            finally:
                await database.close()

    asyncio.run(main())


@app.command("create-admin")
def create_admin(
    username: Annotated[str, typer.Option(prompt=True)],
    display_name: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Create an administrator; the roles must be there, which `migrate` sees to."""
    from pydantic import ValidationError  # noqa: PLC0415

    from backend.domains.identity.passwords import hash_new_password  # noqa: PLC0415
    from backend.domains.identity.schemas import UserCreate  # noqa: PLC0415
    from backend.domains.identity.service.accounts import AccountService  # noqa: PLC0415
    from backend.kit.errors import AppError  # noqa: PLC0415

    async def create(session: AsyncSession) -> None:
        body = UserCreate(username=username, display_name=display_name, password=password, roles=["admin"])
        password_hash = await hash_new_password(password, username=username, field="password")
        await AccountService(session).create(COMMAND_ACTOR, body, password_hash)

    try:
        _in_transaction(create)
    except AppError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from None
    except ValidationError as error:
        for wrong in error.errors(include_input=False):
            typer.echo(f"{wrong['loc'][0]}: {wrong['msg']}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{username} can sign in now.")


@app.command("seed-demo")
def seed_demo() -> None:
    """Fill an empty installation with demo accounts, customers and documents. Refuses in production."""
    from backend.config import get_settings  # noqa: PLC0415
    from backend.demo.seed import seed  # noqa: PLC0415

    if get_settings().in_production:
        typer.echo("Demo data has known passwords; it is not for production.", err=True)
        raise typer.Exit(1)
    asyncio.run(seed(get_settings()))


@app.command("verify-audit")
def verify_audit() -> None:
    """Recompute the audit trail's hash chain; exits 1 when an entry was changed or its end is missing."""
    from backend.domains.audit.service.chain import verify  # noqa: PLC0415
    from backend.domains.audit.service.head import ForgedHead, HeadNote  # noqa: PLC0415
    from backend.kit import clock  # noqa: PLC0415
    from backend.resources import resources_of  # noqa: PLC0415

    async def check(session: AsyncSession) -> None:
        faults: list[str] = []
        try:
            own = resources_of(session)
            note = HeadNote(own.storage, own.settings.secret_key.get_secret_value())
            head = await note.read()
        except ForgedHead:
            head = None
            faults.append(
                "What is noted outside the database was not signed with this installation's secret."
            )
        found = await verify(session, head, clock.now())
        for fault in (*faults, *found.faults):
            typer.echo(fault, err=True)
        typer.echo(
            f"{found.count} entries hold; the last hash is {found.last_hash}. {found.unsealed} are not sealed yet."
        )
        if faults or found.faults:
            raise typer.Exit(1)

    _in_transaction(check)


@app.command()
def openapi(path: Annotated[Path, typer.Argument(help="Where to write the document.")]) -> None:
    """Write the OpenAPI document, from which the front end's client is generated."""
    from backend.app import create_app  # noqa: PLC0415
    from backend.config import Settings  # noqa: PLC0415
    from backend.development.environment import new_secrets  # noqa: PLC0415

    values = {name.removeprefix("KEHUI_").lower(): value for name, value in new_secrets().items()}
    settings = Settings.model_validate(
        {**values, "environment": "test", "database_url": "postgresql+asyncpg://localhost/none"}
    )
    document = create_app(settings).openapi()
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def alembic_config() -> Config:
    """Return the migration settings, wherever the command is run from."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _in_transaction(act: Callable[[AsyncSession], Awaitable[None]]) -> None:
    from backend import wiring  # noqa: PLC0415
    from backend.config import get_settings  # noqa: PLC0415
    from backend.kit.db.session import Database  # noqa: PLC0415
    from backend.resources import equip  # noqa: PLC0415

    async def main() -> None:
        settings = get_settings()
        wiring.install()
        database = Database(settings.database_url, application_name="kehui-command")
        equip(database, settings)
        try:
            async with database.transaction() as session:
                await act(session)
        finally:
            await database.close()

    asyncio.run(main())


def main() -> None:
    """Run the command line."""
    # Children of the sandbox and the worker inherit nothing they need from a terminal's locale.
    os.environ.setdefault("PYTHONUTF8", "1")
    sys.exit(app())


if __name__ == "__main__":
    main()
