"""Staying signed in, and being signed out at once."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from backend.kit.clock import clock, now
from backend.kit.db.session import Database
from tests.identity.factories import COOKIE, PASSWORD, bearer, refresh, sign_in, user_id_of

NEW_PASSWORD = "five quick otters"
OVERLAP = timedelta(seconds=10)


async def me(client: AsyncClient, token: str) -> Response:
    return await client.get("/auth/me", headers=bearer(token))


def cookie(response: Response) -> str:
    assert response.status_code == 200, response.text
    return response.cookies[COOKIE]


def token(response: Response) -> str:
    access_token: str = response.json()["access_token"]
    return access_token


async def test_a_refresh_answers_a_new_token_and_a_new_cookie(anonymous: AsyncClient) -> None:
    signed_in = await sign_in(anonymous, "staff")

    renewed = await refresh(anonymous, cookie(signed_in))

    assert cookie(renewed) != cookie(signed_in)
    assert token(renewed) != token(signed_in)
    assert renewed.json()["user"]["username"] == "staff"
    assert (await me(anonymous, token(renewed))).status_code == 200
    # The session goes on; the access token from before lives out its ten minutes.
    assert (await me(anonymous, token(signed_in))).status_code == 200


async def test_two_tabs_may_refresh_with_the_same_cookie_within_ten_seconds(anonymous: AsyncClient) -> None:
    with clock.stopped(now()):
        signed_in = await sign_in(anonymous, "staff")
        first = await refresh(anonymous, cookie(signed_in))
        clock.advance(OVERLAP)

        second = await refresh(anonymous, cookie(signed_in))

        assert second.status_code == 200
        # If the first answer got lost, the second must not leave the browser with a cookie that counts as copied.
        assert cookie(second) == cookie(first)
        assert (await me(anonymous, token(second))).status_code == 200
        assert (await refresh(anonymous, cookie(first))).status_code == 200


async def test_a_replaced_cookie_used_later_ends_the_session(anonymous: AsyncClient) -> None:
    with clock.stopped(now()):
        signed_in = await sign_in(anonymous, "staff", remember_me=True)
        renewed = await refresh(anonymous, cookie(signed_in))
        clock.advance(OVERLAP + timedelta(seconds=1))

        reused = await refresh(anonymous, cookie(signed_in))

        assert reused.status_code == 401
        assert reused.json()["code"] == "auth.session_ended"
        assert (await refresh(anonymous, cookie(renewed))).status_code == 401
        assert (await me(anonymous, token(renewed))).status_code == 401


async def test_a_cookie_two_generations_old_ends_the_session_at_once(anonymous: AsyncClient) -> None:
    with clock.stopped(now()):
        first = await sign_in(anonymous, "staff")
        second = await refresh(anonymous, cookie(first))
        third = await refresh(anonymous, cookie(second))

        assert (await refresh(anonymous, cookie(first))).status_code == 401
        assert (await refresh(anonymous, cookie(third))).status_code == 401


async def test_a_copied_cookie_leaves_other_sessions_alone(anonymous: AsyncClient) -> None:
    with clock.stopped(now()):
        copied = await sign_in(anonymous, "staff")
        other = await sign_in(anonymous, "staff")
        await refresh(anonymous, cookie(copied))
        clock.advance(OVERLAP + timedelta(seconds=1))

        assert (await refresh(anonymous, cookie(copied))).status_code == 401

        assert (await refresh(anonymous, cookie(other))).status_code == 200


@pytest.mark.parametrize(
    "mutate",
    [
        pytest.param(lambda _: None, id="none"),
        pytest.param(lambda _: "", id="empty"),
        pytest.param(lambda _: "x", id="no parts"),
        pytest.param(lambda genuine: genuine.partition(".")[0], id="no secret"),
        pytest.param(lambda genuine: "." + genuine.partition(".")[2], id="no session"),
        pytest.param(lambda genuine: genuine.partition(".")[0] + ".wrong", id="wrong secret"),
        pytest.param(
            lambda genuine: "00000000-0000-7000-8000-000000000000." + genuine[37:], id="unknown session"
        ),
        pytest.param(lambda genuine: "not-a-uuid." + genuine[37:], id="session is no id"),
        pytest.param(lambda genuine: genuine + "x", id="longer secret"),
        pytest.param(lambda genuine: genuine[:-1], id="shorter secret"),
        pytest.param(lambda _: "a" * 5_000, id="very long"),
    ],
)
async def test_a_forged_cookie_is_refused(
    anonymous: AsyncClient, mutate: Callable[[str], str | None]
) -> None:
    genuine = cookie(await sign_in(anonymous, "staff"))

    response = await refresh(anonymous, mutate(genuine))

    assert response.status_code == 401
    assert response.json()["code"] == "auth.session_ended"
    assert response.headers["content-type"] == "application/problem+json"
    # Whoever knows no more than the session's id cannot end it.
    assert (await refresh(anonymous, genuine)).status_code == 200


async def test_signing_out_ends_the_session_on_the_server(anonymous: AsyncClient) -> None:
    signed_in = await sign_in(anonymous, "staff")

    out = await anonymous.post("/auth/logout", headers={"Cookie": f"{COOKIE}={cookie(signed_in)}"})

    assert out.status_code == 204
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert (await me(anonymous, token(signed_in))).status_code == 401
    assert (await refresh(anonymous, cookie(signed_in))).status_code == 401


async def test_signing_out_needs_no_cookie(anonymous: AsyncClient) -> None:
    signed_in, other = await sign_in(anonymous, "staff"), await sign_in(anonymous, "staff")

    out = await anonymous.post("/auth/logout", headers=bearer(token(signed_in)))

    assert out.status_code == 204
    assert (await me(anonymous, token(signed_in))).status_code == 401
    assert (await refresh(anonymous, cookie(signed_in))).status_code == 401
    assert (await me(anonymous, token(other))).status_code == 200


@pytest.mark.parametrize("credentials", ["Bearer x", "Bearer", "Basic c3RhZmY6eA==", "x"])
async def test_signing_out_with_credentials_that_are_none_is_no_error(
    anonymous: AsyncClient, credentials: str
) -> None:
    response = await anonymous.post("/auth/logout", headers={"Authorization": credentials})

    assert response.status_code == 204


async def test_signing_out_leaves_what_the_browser_keeps(anonymous: AsyncClient) -> None:
    """Language and columns are kept per person, the pages are nobody's; the client clears what is its person's."""
    out = await anonymous.post("/auth/logout")

    assert "clear-site-data" not in out.headers


@pytest.mark.parametrize("given", ["", "x", "00000000-0000-7000-8000-000000000000.x"])
async def test_signing_out_without_a_session_is_no_error(anonymous: AsyncClient, given: str) -> None:
    response = await anonymous.post("/auth/logout", headers={"Cookie": f"{COOKIE}={given}"})

    assert response.status_code == 204


async def test_signing_out_with_a_wrong_secret_ends_nothing(anonymous: AsyncClient) -> None:
    signed_in = await sign_in(anonymous, "staff")
    forged = cookie(signed_in).partition(".")[0] + ".wrong"

    await anonymous.post("/auth/logout", headers={"Cookie": f"{COOKIE}={forged}"})

    assert (await me(anonymous, token(signed_in))).status_code == 200


async def _disable(admin: AsyncClient, user_id: str) -> Response:
    return await admin.post(f"/users/{user_id}/disable")


async def _reset_password(admin: AsyncClient, user_id: str) -> Response:
    return await admin.put(f"/users/{user_id}/password", json={"new_password": NEW_PASSWORD})


@pytest.mark.parametrize("act", [_disable, _reset_password])
async def test_what_an_administrator_does_bites_at_once(
    admin: AsyncClient,
    anonymous: AsyncClient,
    staff: AsyncClient,
    act: Callable[[AsyncClient, str], Awaitable[Response]],
) -> None:
    user_id = await user_id_of(staff)
    signed_in = await sign_in(anonymous, "staff", remember_me=True)

    assert (await act(admin, user_id)).is_success

    for refused in (await staff.get("/auth/me"), await me(anonymous, token(signed_in))):
        assert refused.status_code == 401
        assert refused.json()["code"] == "auth.session_ended"
    assert (await refresh(anonymous, cookie(signed_in))).status_code == 401
    assert (await sign_in(anonymous, "staff")).status_code == 401


async def test_an_enabled_account_signs_in_again_but_old_sessions_stay_ended(
    admin: AsyncClient, anonymous: AsyncClient, staff: AsyncClient
) -> None:
    user_id = await user_id_of(staff)
    await admin.post(f"/users/{user_id}/disable")

    enabled = await admin.post(f"/users/{user_id}/enable")

    assert enabled.json()["is_active"] is True
    assert (await staff.get("/auth/me")).status_code == 401
    assert (await sign_in(anonymous, "staff")).status_code == 200


async def test_a_change_of_roles_bites_at_the_next_request(
    admin: AsyncClient, anonymous: AsyncClient, staff: AsyncClient
) -> None:
    user_id = await user_id_of(staff)
    signed_in = await sign_in(anonymous, "staff")
    assert (await staff.post("/customers", json={"kind": "person", "name": "张伟"})).status_code == 201
    version = (await admin.get(f"/users/{user_id}")).headers["etag"]

    changed = await admin.put(
        f"/users/{user_id}",
        json={"display_name": "测试 staff", "roles": ["auditor"]},
        headers={"If-Match": version},
    )

    assert changed.json()["roles"] == ["auditor"]
    refused = await staff.post("/customers", json={"kind": "person", "name": "张伟"})
    assert refused.status_code == 403
    assert refused.json()["permission"] == "customers:write"
    assert (await staff.get("/auth/me")).json()["roles"] == ["auditor"]
    assert (await refresh(anonymous, cookie(signed_in))).json()["user"]["roles"] == ["auditor"]


async def test_changing_the_own_password_ends_the_other_sessions_only(anonymous: AsyncClient) -> None:
    here, elsewhere = await sign_in(anonymous, "staff"), await sign_in(anonymous, "staff")

    changed = await anonymous.put(
        "/auth/me/password",
        json={"current_password": PASSWORD, "new_password": NEW_PASSWORD},
        headers=bearer(token(here)),
    )

    assert changed.status_code == 204
    assert (await me(anonymous, token(here))).status_code == 200
    assert (await me(anonymous, token(elsewhere))).status_code == 401
    assert (await refresh(anonymous, cookie(elsewhere))).status_code == 401
    assert (await sign_in(anonymous, "staff", PASSWORD)).status_code == 401
    assert (await sign_in(anonymous, "staff", NEW_PASSWORD)).status_code == 200


async def test_only_hashes_of_refresh_tokens_are_kept(anonymous: AsyncClient, database: Database) -> None:
    signed_in = await sign_in(anonymous, "staff")
    renewed = await refresh(anonymous, cookie(signed_in))
    secrets = [cookie(response).partition(".")[2] for response in (signed_in, renewed)]

    async with database.reading() as session:
        dump = repr((await session.execute(text("SELECT * FROM login_sessions"))).all())

    assert cookie(signed_in).partition(".")[0] in dump
    assert not any(secret in dump for secret in secrets)
