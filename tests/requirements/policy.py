"""Who passes the gates of requirement sets."""

from tests.people import ADMIN, ANYBODY, Policy

POLICY: Policy = {
    ("GET", "/requirement-sets"): ANYBODY,
    ("POST", "/requirement-sets"): ADMIN,
    ("PUT", "/requirement-sets/order"): ADMIN,
    ("GET", "/requirement-sets/{code}"): ANYBODY,
    ("PUT", "/requirement-sets/{code}"): ADMIN,
    ("DELETE", "/requirement-sets/{code}"): ADMIN,
}
