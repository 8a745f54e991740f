"""The budgets of `make bench`, and the limits above which a run fails. Every figure should be as small as its budget.

docs/performance.md says what each ruler means. Lower a limit when a change reaches less; raise one only with the reason
in the commit.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """What a figure should not exceed. `reached` is the limit of one that is not kept yet, else the budget is."""

    aim: float
    reached: float = 0

    @property
    def limit(self) -> float:
        return self.reached or self.aim

    def verdict(self, figure: float) -> str:
        return "kept" if figure <= self.aim else "not reached" if figure <= self.limit else "ABOVE LIMIT"


BUDGETS = {
    "Million instructions": {
        "empty signed-in view": Budget(3),
        "home": Budget(40),
        "home of a coordinator": Budget(40),
        "list of 48 reviews": Budget(60),
        "review": Budget(25),
        "final review": Budget(25),
        "scoring page": Budget(18),
        "entry page": Budget(25),
        "sheet": Budget(25),
        "consensus": Budget(50),
        "report": Budget(70),
        "action plan": Budget(60),
        "history": Budget(60),
        "organisation": Budget(60),
        "overview": Budget(36),
        "heat map": Budget(40),
        "dates": Budget(40),
        "network": Budget(60),
        "account": Budget(15),
        "autosave": Budget(12),
    },
    "Queries": {},
    "Kilobytes of HTML": {},
    "Milliseconds of documents": {
        "sheet": Budget(140),
        "sheet with notes": Budget(400),
        "report": Budget(1100),
        "longest report": Budget(3000),
    },
    "Milliseconds a review of exports": {
        "item scores as CSV": Budget(1 / 1.2),
        "JSON lines": Budget(0.5),
        "workbook": Budget(2.5),
    },
    "Milliseconds a review of records": {
        "import": Budget(2),
        "import with notes": Budget(2, reached=2.6),
        "verification on all processors": Budget(2),
    },
    "Serving": {
        "milliseconds of a scoring page": Budget(1000 / 150),
        "milliseconds of the first request": Budget(100),
        "megabytes of a worker after 200 reports": Budget(110),
    },
}
