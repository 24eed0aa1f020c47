"""Who passes the gates of the event stream."""

from tests.people import ANYBODY, Policy

POLICY: Policy = {
    ("GET", "/events"): ANYBODY,
}
