"""Where customers use dictionaries."""

from backend.domains.customers.models import Customer
from backend.domains.dictionary.reference import AREA, CREDIT_RATING, CUSTOMER_LEVEL, SATISFACTION, Use

USES = (
    Use(CUSTOMER_LEVEL, Customer.level),
    Use(AREA, Customer.area, is_text=True),
    Use(SATISFACTION, Customer.satisfaction),
    Use(CREDIT_RATING, Customer.credit_rating),
)
