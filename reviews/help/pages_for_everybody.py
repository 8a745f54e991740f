"""The pages of the guide that are for everybody."""

from django.utils.translation import gettext_lazy as _

from reviews.help.page import HelpPage, Picture, Reader

PAGES = (
    HelpPage(
        slug="signing-in",
        readers=(Reader.EVERYBODY,),
        title=_("Sign in for the first time"),
        about=_("You get an account by invitation, and choose your own password."),
        steps=(
            _("Open the link in the invitation. If no mail came, ask the person who invited you for the link."),
            _("Choose a password, or sign in with your employer’s account if the page offers it."),
            _(
                "Coordinators and administrators now add a second factor: an authenticator app on the phone, or a "
                "passkey. Everybody else can do so under “Your account”."
            ),
            _("Keep the recovery codes in a safe place. Each of them replaces the second factor once."),
        ),
        then=_("You come to the page that lists what waits for you. The link in the invitation works once."),
        notes=(_("If you have lost both the second factor and the codes, ask your administrator."),),
        see=("finding", "privacy"),
    ),
    HelpPage(
        slug="finding",
        readers=(Reader.EVERYBODY,),
        title=_("See what waits for you, and find things"),
        about=_("The first page is a list of work. Everything else is found by searching."),
        steps=(
            _("The first page lists what waits for you, the nearest date first, and what you wait for from others."),
            _("The menu with your name leads to the inbox: what others did in your reviews."),
            _(
                "The search field finds organisations, reviews, items of the scale, people, your own notes and pages "
                "of this guide. You find only what you may open."
            ),
            _(
                "Under “Your account” you choose which mails you get at once, once a day or never, and change your "
                "name."
            ),
        ),
        then=_("A mail says that something waits for you, never what it is about."),
        picture=Picture("home", _("The first page of an evaluator: three tasks, each with its date and one button.")),
        see=("privacy",),
    ),
    HelpPage(
        slug="course",
        readers=(Reader.EVERYBODY,),
        title=_("How a review goes"),
        about=_("Five steps lead from the plan to the result. The page of a review shows which one is next."),
        steps=(
            _("Plan: organisation, days and evaluators are decided, and the visit is prepared."),
            _("Score: during and after the visit every evaluator scores each item alone and notes the evidence."),
            _("Agree: the evaluators compare their ratings and decide on common scores."),
            _("Check: the service reads the draft report, remarks on facts and gets an answer to every remark."),
            _("Sign: an evaluator signs, and nothing can be changed any more."),
        ),
        then=_("The service reads the report and writes its action plan. The next review gets a date."),
        notes=(_("The one button on the page of a review is the next thing that you can do."),),
        picture=Picture("review", _("The page of a final review: the result as a number, then the course.")),
        see=("planning", "scoring", "consensus", "draft", "checking-facts", "remarks", "report", "action-plan"),
    ),
    HelpPage(
        slug="privacy",
        readers=(Reader.EVERYBODY,),
        title=_("What is private here"),
        about=_("Clients are never named, and every text has few readers."),
        notes=(
            _("Write roles, never names: specialist A, the team leader, an employer. No diagnoses, no case numbers."),
            _("National identity numbers are refused. Phone numbers and e-mail addresses bring a warning."),
            _(
                "While evaluators score each alone, nobody sees the scores of another, not even the coordinator, "
                "until all have handed in."
            ),
            _(
                "Interview notes and quick notes are read only by the evaluators of the review. They are deleted some "
                "weeks after signing; the network decides how many."
            ),
            _("The service reads a review from the draft report on, not before."),
            _("Administrators see no reviews and no results."),
            _("It is recorded who reads, changes and exports a review. The service can see who has read its report."),
        ),
        see=("interviews", "signing-in"),
    ),
    HelpPage(
        slug="checking-a-pdf",
        readers=(Reader.EVERYBODY,),
        title=_("Check a signed PDF"),
        about=_("Find out whether a score sheet is the one that was signed."),
        steps=(
            _(
                "Scan the QR code on the score sheet with a phone, which needs no account. Or open the review and "
                "choose “Check a PDF” under “More”."
            ),
            _("Choose the file, or type the fingerprint that is printed on the sheet."),
            _("Choose “Compare”."),
        ),
        then=_("The page answers yes or no. It shows nothing else of the review, and the file is not kept."),
        notes=(
            _(
                "If the answer is no, the file is a draft, has been changed or belongs to another review. Ask for the "
                "signed one."
            ),
        ),
        see=("remarks", "report"),
    ),
)
