"""The vocabulary of the made-up company: people, firms, cities, files. Nobody in it is real.

Addresses come from ranges that are set aside for documentation, benchmarks and carriers (RFC 5737,
2544, 6598, 3849), so that nothing in the sandbox points at somebody's network.
"""

from typing import Final, NamedTuple


class City(NamedTuple):
    """Where an address says it is: names as a vendor's log prints them, the IANA zone."""

    city: str
    region: str
    country: str
    zone: str


OFFICES: Final = (
    City("Hamburg", "Hamburg", "DE", "Europe/Berlin"),
    City("Boston", "Massachusetts", "US", "America/New_York"),
    City("Bengaluru", "Karnataka", "IN", "Asia/Kolkata"),
)
# Public holidays with a fixed date, (month, day), in the order of OFFICES.
HOLIDAYS: Final = (
    ((1, 1), (5, 1), (10, 3), (10, 31), (12, 25), (12, 26)),
    ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)),
    ((1, 26), (8, 15), (10, 2), (11, 1), (12, 25)),
)
TRAVEL: Final = (
    City("Lisbon", "Lisboa", "PT", "Europe/Lisbon"),
    City("London", "England", "GB", "Europe/London"),
    City("Paris", "Île-de-France", "FR", "Europe/Paris"),
    City("Toronto", "Ontario", "CA", "America/Toronto"),
    City("Singapore", "Singapore", "SG", "Asia/Singapore"),
    City("Tokyo", "Tokyo", "JP", "Asia/Tokyo"),
)
# Hosting companies: where sprayed sign-ins come from.
HOSTING: Final = (
    City("Amsterdam", "North Holland", "NL", "Europe/Amsterdam"),
    City("Bucharest", "Bucuresti", "RO", "Europe/Bucharest"),
    City("Ashburn", "Virginia", "US", "America/New_York"),
)

COMPANY: Final = "Larkfield Instruments"
DOMAIN: Final = "larkfield.example"
DEPARTMENTS: Final = ("Engineering", "Sales", "Finance", "People", "Marketing", "Legal", "Support")
PROJECTS: Final = (
    "Aurora", "Basalt", "Cobalt", "Delta Wing", "Ember", "Fjord", "Granite", "Harbour",
    "Iris", "Juniper", "Kestrel", "Lantern", "Meridian", "Nimbus", "Orchard", "Prism",
)  # fmt: skip
PURPOSES: Final = ("Launch", "Tender", "Audit", "Redesign", "Due Diligence", "Rollout", "Pilot")

CLIENTS: Final = ("Oakline Partners", "Voss & Tanaka", "Milbrook Health", "Corvina Foods")
CONTRACTORS: Final = ("Studio Halm", "Penrose Translations", "Kite Fabrication")
COMPETITORS: Final = ("Brightwell Sensors", "Ostrava Metrology")

GIVEN: Final = (
    "Ada", "Ahmed", "Aiko", "Alba", "Amara", "Anil", "Anja", "Arjun", "Astrid", "Bao", "Björn",
    "Camille", "Chiara", "Daniel", "Deepa", "Dmitri", "Elif", "Emeka", "Esther", "Farah", "Felix",
    "Fiona", "Gabriel", "Grace", "Hana", "Henrik", "Imani", "Ines", "Ivan", "Jonas", "José",
    "Kavya", "Kenji", "Lars", "Leila", "Liam", "Lucía", "Maja", "Marcus", "Meera", "Mina", "Noah",
    "Nora", "Olga", "Omar", "Priya", "Quentin", "Rafael", "Renée", "Rohan", "Sanjay", "Sofia",
    "Søren", "Tara", "Thabo", "Uma", "Viktor", "Wei", "Yara", "Zoë",
)  # fmt: skip
SURNAMES: Final = (
    "Adeyemi", "Andersen", "Bauer", "Becker", "Bhatt", "Brown", "Castro", "Chandra", "Chen",
    "Costa", "Das", "Dubois", "Eriksen", "Ferrari", "Fischer", "Fuchs", "García", "Gupta",
    "Haddad", "Hansen", "Hernández", "Hoffmann", "Iyer", "Jensen", "Joshi", "Kaya", "Keller",
    "Khan", "Kim", "Kowalski", "Kumar", "Larsen", "Lehmann", "Lopez", "Mehta", "Meyer", "Moreau",
    "Müller", "Murphy", "Nair", "Nakamura", "Nguyen", "Novak", "O'Brien", "Okafor", "Olsen",
    "Patel", "Petrov", "Pillai", "Quinn", "Rao", "Reddy", "Richter", "Rossi", "Sato", "Schmidt",
    "Schröder", "Sharma", "Silva", "Singh", "Smith", "Suzuki", "Thomas", "Vogel", "Walker",
    "Weber", "Williams", "Wolf", "Yildiz", "Zimmermann",
)  # fmt: skip

FOLDERS: Final = (
    "", "/Archive", "/Contracts", "/Drafts", "/Drafts/Old", "/Invoices", "/Invoices/2025",
    "/Minutes", "/Photos", "/Plans", "/Plans/Q1", "/Plans/Q2", "/Reports", "/Templates",
)  # fmt: skip
SUBJECTS: Final = (
    "Budget", "Offer", "Roadmap", "Minutes", "Contract", "Invoice", "Forecast", "Handbook",
    "Inventory", "Calibration", "Press kit", "Payroll", "Survey", "Onboarding", "Test protocol",
    "Drawing", "Brochure", "Price list", "Field notes", "Release notes", "NDA", "Interview",
)  # fmt: skip
QUALIFIERS: Final = (
    "draft", "final", "v2", "signed", "2025", "2026", "Q1", "Q2", "Q3", "Q4", "internal",
    "for review", "Hamburg", "Boston", "Bengaluru", "Überblick",
)  # fmt: skip
# Ending and usual size in bytes.
ENDINGS: Final = (
    (".docx", 84_000), (".xlsx", 142_000), (".pdf", 910_000), (".pptx", 4_300_000),
    (".png", 620_000), (".jpg", 2_100_000), (".txt", 6_000), (".csv", 51_000), (".zip", 18_000_000),
    (".dwg", 7_400_000), (".mp4", 88_000_000), (".md", 4_000),
)  # fmt: skip
COMMENTS: Final = (
    "Looks good to me", "Can we move this to page 2?", "Please check the totals", "Approved",
    "Who owns this section?", "See my e-mail of yesterday", "Typo in the second line", "Danke!",
)  # fmt: skip
APPS: Final = ("Slate Backup", "Quillboard", "Docket Sign", "Trellis Sync", "Mailroom", "Lumen BI")
