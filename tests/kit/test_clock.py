from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from backend.kit.clock import business_date, clock, day_start, now

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_now_is_the_real_instant_in_utc() -> None:
    before = datetime.now(UTC)
    instant = now()
    after = datetime.now(UTC)

    assert before <= instant <= after
    assert instant.tzinfo is UTC


def test_a_stopped_clock_moves_only_when_told() -> None:
    with clock.stopped(NOON.astimezone(timezone(timedelta(hours=8)))):
        assert now() == NOON
        assert now().tzinfo is UTC

        clock.advance(timedelta(minutes=10))

        assert now() == NOON + timedelta(minutes=10)


def test_stopped_clocks_nest_and_end() -> None:
    with clock.stopped(NOON):
        with clock.stopped(NOON + timedelta(days=1)):
            assert now() == NOON + timedelta(days=1)
        assert now() == NOON

    assert now() != NOON


def test_the_clock_runs_on_after_a_failure() -> None:
    with pytest.raises(KeyError), clock.stopped(NOON):
        raise KeyError

    assert now() != NOON


def test_a_running_clock_cannot_be_moved() -> None:
    with pytest.raises(RuntimeError):
        clock.advance(timedelta(minutes=1))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 16, 0, 0, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 12, 31, 23, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_begins_at_midnight_in_china(at: datetime, day: date) -> None:
    assert business_date(at) == day


def test_a_naive_time_has_no_day() -> None:
    with pytest.raises(ValueError, match="naive"):
        business_date(NOON.replace(tzinfo=None))


def test_a_day_starts_when_it_begins_in_china() -> None:
    start = day_start(date(2026, 11, 22))

    assert start == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert business_date(start) == date(2026, 11, 22)
    assert business_date(start - timedelta(microseconds=1)) == date(2026, 11, 21)
