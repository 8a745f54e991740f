"""The timeline that a network can begin with, as reviews are run in the United Kingdom. Texts only.

Read in the language of whoever begins with it: the rows are then the network's own and are changed as it likes.
"""

from django.utils.translation import gettext_lazy as _

# Weeks from the visit (below 0: before), and what is to be done then. At most 200 characters each.
PROPOSAL = (
    (-8, _("Agree the days of the visit with the service.")),
    (-8, _("Name two evaluators from elsewhere.")),
    (-8, _("Send the service information: what a review is for, how the days go, what will be asked for.")),
    (-4, _("Ask for documents and figures: caseloads, plans and procedures, records to be drawn.")),
    (
        -4,
        _("Agree interviews by role: specialists, team leader, clinicians, counsellors, managers, clients."),
    ),
    (-3, _("Receive documents and figures; ask for what is missing.")),
    (-2, _("Send the timetable of the visit to everybody who takes part.")),
    (-2, _("Read what became of the last action plan.")),
    (0, _("Two days on site, with a team meeting and an employer contact.")),
    (0, _("Each evaluator rates alone, at best within a day; then agree on common scores.")),
    (4, _("The service has checked the facts of the draft report, and the final report is sent.")),
    (4, _("Agree when the results are presented to the service.")),
    (6, _("The action plan is agreed.")),
    (6, _("Interview notes are deleted, also those on paper.")),
    (6, _("Agree when the next review takes place.")),
)
