"""The pages of the guide about what a service does with its reviews."""

from django.utils.translation import gettext_lazy as _

from reviews.help.page import HelpPage, Picture, Reader

PAGES = (
    HelpPage(
        slug="checking-facts",
        readers=(Reader.TEAM_LEADER,),
        title=_("Check the facts of a draft report"),
        about=_("You read the draft before it is signed, and say what is missing or wrong."),
        steps=(
            _("Choose “Check the draft” on the first page."),
            _("Read each item: its score and the evidence for it."),
            _(
                "Choose under “Write a remark” whether it is about one item or the whole report, and whether a fact is "
                "wrong or you comment. Then “Send the remark”."
            ),
            _("You can change or withdraw a remark until it is answered."),
        ),
        then=_("The evaluators get a mail and answer every remark before they sign. You read the answers there too."),
        notes=(
            _("A score changes only if the facts do. What you have improved since the visit counts next time."),
            _("The page says until when you can write remarks."),
        ),
        see=("remarks", "reading-the-result", "privacy"),
    ),
    HelpPage(
        slug="reading-the-result",
        readers=(Reader.TEAM_LEADER, Reader.EVALUATOR, Reader.COORDINATOR),
        title=_("Read your result"),
        about=_("The number first, then where the points are, then why."),
        steps=(
            _("Open your organisation: the last total, its quality band, and how far it is to the next one."),
            _("The bars of the sections show where the points are. Below is every item over time."),
            _("Open the report for the reason of each score and what the evaluators recommend."),
            _("“Compare two reviews” shows what changed, “Figures to compare with” where others are."),
        ),
        then=_("Choose a few items that matter most, and put them into the action plan."),
        notes=(
            _("The total is the sum of all items. There are no weights, and no item can be left out."),
            _("Reviews of different kinds have different lines: a self-assessment is not an independent review."),
            _("A fidelity review is quality improvement, not an audit."),
        ),
        picture=Picture("organisation", _("An organisation: the last total as a number, and totals over time.")),
        see=("report", "action-plan"),
    ),
    HelpPage(
        slug="action-plan",
        readers=(Reader.TEAM_LEADER, Reader.EVALUATOR, Reader.COORDINATOR),
        title=_("Keep the action plan"),
        about=_("What the service will do, who does it and by when."),
        steps=(
            _("Open your organisation, then its action plan."),
            _("Add an action to an item or to the whole service: what will be done, who does it, by when."),
            _("What the review found and what the next score needs are shown with each item."),
            _("Follow up: change the state, and write a short note whenever something has happened."),
            _("Download the plan for a meeting, as PDF or as a table."),
        ),
        then=_(
            "Actions whose day has passed are on your first page. The next evaluators read what became of the plan."
        ),
        notes=(_("Agree on the plan within about six weeks of the final report. The scale asks for a written one."),),
        picture=Picture("action-plan", _("An action plan: actions with state, who does them and by when.")),
        see=("reading-the-result",),
    ),
)
