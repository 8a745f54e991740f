"""The page of the guide for administrators."""

from django.utils.translation import gettext_lazy as _

from reviews.help.page import HelpPage, Reader

PAGES = (
    HelpPage(
        slug="first-start",
        readers=(Reader.ADMINISTRATOR,),
        title=_("Start a new installation"),
        about=_("From an empty installation to the first coordinator."),
        steps=(
            _("Sign in with the account that was made during the installation, and add a second factor."),
            _("Open “Installation” in the menu with your name, and choose “Send a test mail”."),
            _("Choose “New network”: a county, a health authority or a country."),
            _("Choose “Invite the coordinator”. If the mail cannot be sent, copy the link."),
        ),
        then=_(
            "The coordinator adds organisations, invites everybody else and plans the first review or imports past "
            "ones. The first page shows each step until it is done."
        ),
        notes=(
            _("If mail fails, the page names the setting. Settings are explained in the documentation of the program."),
            _("The tab “Queue” there says which mails wait and why, and tries them again."),
            _("Administrators see no reviews and no results."),
            _("Lost second factors are removed from the page “Installation” too."),
        ),
        see=("people", "signing-in"),
    ),
)
