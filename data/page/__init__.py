"""The page: a report, or all that matters, as one HTML file that needs no network."""

from data.page.asking import Answers, ask_all
from data.page.charts import Concern
from data.page.page import of_all, of_one

__all__ = ["Answers", "Concern", "ask_all", "of_all", "of_one"]
