"""The pages of the guide that follow a review from its plan to the signature."""

from django.utils.translation import gettext_lazy as _

from reviews.help.page import HelpPage, Picture, Reader

PAGES = (
    HelpPage(
        slug="planning",
        readers=(Reader.EVALUATOR, Reader.COORDINATOR),
        title=_("Plan a review"),
        about=_("Decide who is reviewed, when and by whom."),
        steps=(
            _("Choose “Plan a review” on the first page, then the organisation."),
            _(
                "Enter the days of the visit and choose “Show who is free”. Every evaluator is listed with the reason "
                "for or against: free, busy, works there, how many reviews they have done."
            ),
            _("Tick the evaluators. “As last time” fills in the rest from the last review."),
            _("Choose the method: each evaluator scores alone and then you agree, or you score together."),
            _("Choose “Create review”."),
        ),
        then=_("The evaluators get a mail. The steps of the preparation get dates, counted from the visit."),
        notes=(
            _(
                "The plan can be changed until the review is signed; method and scale until the first score. Those "
                "concerned are told."
            ),
        ),
        picture=Picture("planning", _("The form of a new review, with evaluators and the reason for or against each.")),
        see=("preparing",),
    ),
    HelpPage(
        slug="preparing",
        readers=(Reader.EVALUATOR, Reader.COORDINATOR),
        title=_("Prepare the visit"),
        about=_("A list with dates: what to do before and after the visit."),
        steps=(
            _("Open the review, then “Preparation”."),
            _("Press a step when it is done. Press it again to take that back."),
            _("Add steps of your own below the list, or change a date."),
            _(
                "Read what became of the last action plan. It is shown without scores, so that they do not influence "
                "yours."
            ),
            _("If you work on paper, print the blank score sheet and the interview guide from the page “Scales”."),
        ),
        then=_("What is due soon is on the first page and under “Dates”. The service does not see the preparation."),
        notes=(_("Coordinators decide the steps of the network’s next reviews on its page “Preparation”."),),
        see=("planning", "interviews"),
    ),
    HelpPage(
        slug="interviews",
        readers=(Reader.EVALUATOR,),
        title=_("Take notes in interviews and on the way"),
        about=_("Write during the visit, on a phone if you like. Everything is saved while you write."),
        steps=(
            _(
                "Open the review, “Interviews”, then “Start an interview”. Enter the role of the person, never the "
                "name, and choose a guide. Without a guide, the interview follows the items."
            ),
            _("Write under each question what was said. “Fold the questions” leaves more room for notes."),
            _("Between interviews, write “Quick notes”: one field for one thing that you saw or heard."),
            _("After the visit choose “Sort the notes” and put each note under an item or an interview."),
        ),
        then=_("The notes appear next to the item when you score it. All evaluators of the review read them."),
        notes=(
            _("Interview notes are deleted some weeks after signing. What shall last belongs in the evidence."),
            _("You can insert a note as a quote into the evidence of an item."),
        ),
        picture=Picture("quick-notes", _("Quick notes on a phone: one field, and the notes so far."), 390, 780),
        see=("scoring", "privacy"),
    ),
    HelpPage(
        slug="scoring",
        readers=(Reader.EVALUATOR,),
        title=_("Score an item"),
        about=_("Enter what you observed, read the suggestion, choose the score and note what it is based on."),
        steps=(
            _("Read the anchors. Enter under “Observed” what you counted, or tick the points that are met."),
            _(
                "The item’s own rule suggests a score and says why. “Use it” takes the suggestion. The score is yours "
                "to choose: if it differs, write why."
            ),
            _("Write under “Evidence” what the score is based on, and tick the data sources."),
            _("Write under “Recommendation” what it would take for more."),
            _("Go on to the next item. The line at the top says what is saved."),
        ),
        then=_(
            "The total and the quality band exist when every item has a score. Until then you see how many are scored."
        ),
        notes=(
            _(
                "If you do not know enough yet, choose “Not enough data: somebody gets more”, and write what is "
                "missing and who gets it. An item without a score is empty; it never counts as 1."
            ),
            _("“How this item is scored” leads to the item in the scale, with its rule."),
            _("The score of the last review appears when you have given your own, so that it does not influence you."),
        ),
        picture=Picture("scoring", _("Scoring an item: anchors and suggestion on one side, evidence on the other.")),
        see=("consensus", "draft"),
    ),
    HelpPage(
        slug="consensus",
        readers=(Reader.EVALUATOR,),
        title=_("Agree on common scores"),
        about=_("First everybody scores alone, then you meet and agree."),
        steps=(
            _("When your items are ready, choose “Hand in my ratings”. When the last of you has, all see all ratings."),
            _("Open “Consensus”. One button takes over the scores that all gave alike."),
            _(
                "Go through the items that you scored differently. Each row shows who gave which score. Choose the "
                "common score and write why."
            ),
            _("“Next open item” leads on until none is left. On the page of an item you can also write comments."),
            _("If you cannot agree, choose “Ask a third person to decide” on the page of the item."),
        ),
        then=_("When every item has a common score, the draft report can be shared."),
        notes=(_("How close you were is calculated from the ratings as they were handed in, and never changes."),),
        picture=Picture("consensus", _("Consensus: one row for each item that was scored differently.")),
        see=("scoring", "draft"),
    ),
    HelpPage(
        slug="draft",
        readers=(Reader.EVALUATOR,),
        title=_("Share the draft report"),
        about=_("The service reads the draft and checks its facts before you sign."),
        steps=(
            _("Write the summary and the strengths: they stand at the head of the report."),
            _("Open the review and choose “Share as draft report”."),
            _("The page lists items without evidence or data source. Complete them, or write why they stay so."),
            _(
                "See who gets the draft. If the organisation has no team leader, you can invite one, or send the PDF "
                "yourself."
            ),
            _("Choose until when the service can check the facts. Going on without a check needs a reason."),
        ),
        then=_("The team leader gets a mail, reads the draft with its notes and can remark on it until that day."),
        notes=(
            _("Until the review is signed, “Send back to the evaluators” opens the scores again; remarks are kept."),
        ),
        see=("remarks", "report"),
    ),
    HelpPage(
        slug="remarks",
        readers=(Reader.EVALUATOR,),
        title=_("Answer remarks, and sign"),
        about=_("Every remark gets an answer. Then you sign, and the review is final."),
        steps=(
            _("Open the remarks from the first page or from the review."),
            _(
                "Answer each one. A fact that was missing can change a score; an improvement that is only planned "
                "cannot."
            ),
            _("To change a score, send the review back to the evaluators. The remarks stay."),
            _("When all are answered, choose “Finalise”. The page states what you sign."),
            _("Confirm with your password or a passkey."),
        ),
        then=_(
            "Nobody can change scores, notes and names any more. The signed score sheet is kept as a PDF with its "
            "fingerprint, and the team leader gets a mail."
        ),
        notes=(
            _(
                "If you find a mistake later, choose “Correct a mistake”: a new review replaces this one, and both "
                "stay readable."
            ),
        ),
        picture=Picture("remarks", _("A remark of the service on an item, and the field for the answer.")),
        see=("draft", "checking-facts", "checking-a-pdf"),
    ),
    HelpPage(
        slug="report",
        readers=(Reader.EVALUATOR, Reader.TEAM_LEADER, Reader.COORDINATOR),
        title=_("Use the report and the page for the wall"),
        about=_("The same result for different readers: on screen, on paper, in Word and on the wall."),
        steps=(
            _(
                "Open the review, then “Report”: the result, what has changed, each item with its reason, and the "
                "items that are one change from a better score."
            ),
            _("“Download” has the report as PDF and as a Word file to write on in, and the signed score sheet."),
            _("“Result for the wall” is one page in plain words with three actions, to print and hang up."),
        ),
        then=_("Each download is recorded. Only the PDF of the score sheet is what was signed."),
        picture=Picture("wall", _("The result for the wall: the total, its quality band and three actions.")),
        see=("reading-the-result", "action-plan"),
    ),
)
