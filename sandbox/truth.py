"""What the sandbox knows for certain of an event, whichever app tells it."""

from datetime import UTC, datetime

from sandbox.cast import MEMBER
from sandbox.company import Company
from sandbox.happenings import FIRST_APP, VENDOR


def who(company: Company, number: int, app: str) -> dict[str, str | None]:
    """The real person (or program) behind an event of an app: kind, id and e-mail."""
    if number == VENDOR:
        return {"kind": "system", "id": app, "email": None}
    if number <= FIRST_APP:
        return {"kind": "app", "id": company.apps[FIRST_APP - number].id, "email": None}
    person = company.people[number]
    kind = "member" if person.kind == MEMBER else "outsider"
    return {"kind": kind, "id": person.account_id or f"stranger:{number}", "email": person.email}


def iso(milliseconds: int) -> str:
    """A moment as a vendor would write it."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
