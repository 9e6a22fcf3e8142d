"""What an event means in words that every app shares: native type → activity.

An app's `activities.csv` holds one line for every native type of the app. Its columns are
the fields of `Activity`, after `native_type`; it is ordered by category, then native type.

How the table decides:

- An activity says what was done, not in which product: comments on files, documents and showcases
  are all `add_comment`. Who did it, on whose item and through which link are columns of the event;
  the activity repeats them only where the type alone tells (`upload_file_by_automation`,
  `open_collection_as_outsider`, `link_team_app`).
- So Dropbox `shared_content_view`, `_download` and `_copy` are `preview_file`, `download_file` and
  `copy_file`: the item is shared, the act is the same, and Box has one type for both. But
  `shared_link_view`, `_download` and `_copy` keep `open_shared_link`, `download_from_shared_link`
  and `copy_from_shared_link`: the way in was the link, not a right of one's own, and a link may
  have been opened without anything being previewed.
- Two directions (add, remove; enable, disable) are two activities where the vendor has two types.
  Where it has one type and tells the direction in the details only, the activity is `change_…`
  and the OCSF activity is the one that switches on (lock, enable a factor).
- `fail_x` carries category and OCSF activity of `x`: the attempt was the same.
- A team-wide rule is a `policy`, that of one item a `setting`. Rules of one product keep its name
  (Paper, Replay), as a person has to find them in the vendor's console.
- `block_x` is an attempt that a rule of the app stopped: nothing changed. `detect_x` is what the
  app noticed by itself.
- Box tells some acts twice over: to an enterprise as `UPLOAD`, to a user as `ITEM_UPLOAD`. They are
  one activity.
- `modifies_item` is true when content, name, place, tags, metadata, lock, end of life, sharing or
  links of a file, folder or document change; false when one was seen, downloaded, printed, exported
  or talked about, for a rule that holds it (retention, legal hold), and for what only points at
  files (collections, showcases, transfers, file requests themselves).

OCSF classes and activities are those of version 1.8.0, https://schema.ocsf.io/1.8.0/.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from connectors import APPS

CATEGORIES: Mapping[str, str] = {
    "admin_settings": "policies, single sign-on, domains, the team's own profile and mergers",
    "apps": "apps, integrations, connectors and their tokens",
    "collections": "sets that point at content: stacks, albums, projects, showcases",
    "comments": "comments, mentions, annotations and tasks on content",
    "credentials": "passwords, passkeys and second factors",
    "devices": "computers and phones, their sessions and backups",
    "documents": "documents written in the app itself",
    "file_requests": "ways for others to hand in files, and what came that way",
    "files": "content, names and places of files and folders",
    "governance": "retention, legal holds and data protection",
    "groups": "groups and who belongs to them",
    "links": "links that whoever has them can follow, and transfers",
    "people": "members, their roles, profiles, limits and invitations to the team",
    "reports": "reports for administrators",
    "security": "alerts, recovery from attacks, encryption keys",
    "sharing": "people who were given, asked for, or lost access to an item",
    "sign_in": "signing in and out, and sessions of administrators and support",
    "signatures": "requests to sign, and their templates",
}


@cache
def load(app: str) -> Mapping[str, "Activity"]:
    """Every native type that the app's specification names, with its activity.

    Ask with `load(app).get(native_type, UNKNOWN)`: vendors add types without notice.
    Raises LookupError for an app that is not registered.
    """
    if app not in APPS:
        raise LookupError(f"There is no app {app!r}.")
    table = files(APPS[app].partition(":")[0]).joinpath("activities.csv")
    lines = table.read_text(encoding="utf-8").splitlines()
    return MappingProxyType({row["native_type"]: _activity(row) for row in csv.DictReader(lines)})


def _activity(row: Mapping[str, str]) -> "Activity":
    return Activity(
        activity=row["activity"],
        label=row["label"],
        category=row["category"],
        modifies_item={"true": True, "false": False}[row["modifies_item"]],
        ocsf_class=int(row["ocsf_class"]),
        ocsf_activity=int(row["ocsf_activity"]),
    )


@dataclass(frozen=True)
class Activity:
    """One entry of the shared vocabulary. All six fields follow from `activity`."""

    activity: str  # verb_object, the same for every app: upload_file
    label: str  # what a person reads: Upload file
    category: str  # a key of CATEGORIES, or unknown
    modifies_item: bool  # the item has to be scanned again, before those only looked at
    ocsf_class: int  # OCSF 1.8 class_uid
    ocsf_activity: int  # OCSF 1.8 activity_id within that class; 99 is Other

    @property
    def outcome(self) -> str:
        """Whether what was tried was done: success or failure."""
        return "failure" if self.activity.startswith("fail_") else "success"


UNKNOWN = Activity("unknown", "Unknown activity", "unknown", False, 0, 0)
