"""The pages of the guide about the work in a network."""

from django.utils.translation import gettext_lazy as _

from reviews.help.page import HelpPage, Picture, Reader

PAGES = (
    HelpPage(
        slug="overview",
        readers=(Reader.COORDINATOR,),
        title=_("Follow the network and what is due"),
        about=_("One page says where every organisation stands and what is due."),
        steps=(
            _(
                "“Overview” lists the organisations, overdue ones first. The heads of the columns sort, and filters "
                "choose."
            ),
            _("“Item by item” shows all scores in one table: which items are low everywhere?"),
            _("“Dates” lists what is due and for whom. “Make an address” brings the dates into your own calendar."),
            _(
                "On the page “Due dates” of the network you choose how many months after a visit the next review is "
                "due, for each quality band."
            ),
            _("“Evaluators” shows who is free and independent, and how much everybody has done."),
            _("“Agreement” shows how far evaluators agree, “What to train on” which items most need training."),
        ),
        then=_("Those concerned get a mail when a date is near or has passed, once for each date."),
        notes=(_("Figures of different kinds of reviews are never mixed without saying so."),),
        picture=Picture("overview", _("The overview: totals on a line, then the organisations with what is due.")),
        see=("planning", "exports"),
    ),
    HelpPage(
        slug="exports",
        readers=(Reader.COORDINATOR,),
        title=_("Export reviews, and import past ones"),
        about=_("Take results out for analysis, and bring in reviews that were done elsewhere."),
        steps=(
            _("Choose “Export reviews” on the overview, then which reviews: kind, scale, dates, organisations."),
            _("Download them as signed PDFs, a spreadsheet, tables or data for programs."),
            _("For past reviews choose “Import past reviews”, and fill in the empty table that is offered there."),
            _("Choose the file and “Check the file”. You see how each row was understood, and what is wrong."),
            _(
                "If the titles of the columns are your own, a page shows first what each column is read as. Correct it "
                "where it is wrong. Files with the same titles are read in the same way from then on."
            ),
            _("Correct your table and check it again until all rows are right. Then import them."),
        ),
        then=_("Imported reviews are final at once, and say who imported them and that nobody signed them here."),
        notes=(
            _("Exported files contain names and all notes. Keep them where only those can read them who need to."),
            _("Each export is recorded, here and in each review."),
        ),
        see=("overview", "people"),
    ),
    HelpPage(
        slug="people",
        readers=(Reader.COORDINATOR, Reader.ADMINISTRATOR),
        title=_("Invite people, and add organisations"),
        about=_("Everybody gets an account by invitation; nobody can register."),
        steps=(
            _("Open “Network”, then “Organisations”, and add them one by one or paste a list."),
            _("Under “People” choose “Invite somebody”: name, e-mail address, role and organisation."),
            _("“Invite several people” takes a whole list that you paste."),
            _("The link of an invitation is shown once. Copy it if the mail cannot be sent."),
            _("Open a person to change or end their roles."),
        ),
        then=_("The person chooses a password and can begin. Open invitations are listed until they are accepted."),
        notes=(
            _("Administrators invite coordinators, and coordinators invite everybody else."),
            _("Enter where evaluators work: they are not asked to review that place from outside."),
        ),
        picture=Picture("people", _("The people of a network, with roles and organisations.")),
        see=("signing-in", "first-start"),
    ),
)
