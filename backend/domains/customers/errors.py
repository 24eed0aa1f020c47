"""What can go wrong with customers.

CustomerNotFound       404  resource.not_found
DuplicateIdNumber      409  customer.duplicate_id_number
DuplicateCreditCode    409  customer.duplicate_credit_code
CustomerUnderReview    409  customer.under_review
CustomerArchived       409  customer.archived
UnknownManager         422  customer.unknown_manager
WrongKindOfField       422  customer.wrong_kind
NothingToReveal        404  customer.nothing_to_reveal
"""

from backend.kit.errors import Conflict, FieldError, Invalid, NotFound


class CustomerNotFound(NotFound):
    """No such customer, or not yours to see."""


class DuplicateIdNumber(Conflict):
    """Member ``existing_customer_no`` names the customer who has this number, and nothing else of them."""

    extension = ("existing_customer_no",)
    code = "customer.duplicate_id_number"
    message = "There is already a customer with this ID number."


class DuplicateCreditCode(Conflict):
    """Member ``existing_customer_no`` names the customer who has this code, and nothing else of them."""

    extension = ("existing_customer_no",)
    code = "customer.duplicate_credit_code"
    message = "There is already a customer with this unified social credit code."


class CustomerUnderReview(Conflict):
    """A customer whose case is being decided on cannot be put away."""

    code = "customer.under_review"
    message = "The customer's case is under review. Archive it after the decision."


class CustomerArchived(Conflict):
    """An archived customer is read-only until restored."""

    code = "customer.archived"
    message = "This customer is archived. Restore the customer first."


class UnknownManager(Invalid):
    """The manager is not an active account."""

    code = "customer.unknown_manager"
    message = "The customer manager is not an active account."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(field="manager_id", code=self.code, message=self.message)])


class WrongKindOfField(Invalid):
    """A company's field on a person or the reverse."""

    code = "customer.wrong_kind"
    message = "Some fields do not belong to this kind of customer."

    def __init__(self, fields: list[str]) -> None:
        message = "This field does not belong to this kind of customer."
        super().__init__(
            errors=[FieldError(field=field, code=self.code, message=message) for field in fields]
        )


class NothingToReveal(NotFound):
    """The customer has no such value."""

    code = "customer.nothing_to_reveal"
    message = "Nothing is stored in this field."
