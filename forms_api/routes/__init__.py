"""The routes: submissions, links in mails, operations. The only modules of the forms API, with `app`, that know Flask."""

from forms_api.routes.corrections import corrections
from forms_api.routes.links import links
from forms_api.routes.operations import operations
from forms_api.routes.privacy import privacy
from forms_api.routes.receipts import receipts
from forms_api.routes.reconfirm import reconfirmation
from forms_api.routes.submissions import submissions

__all__ = ["corrections", "links", "operations", "privacy", "receipts", "reconfirmation", "submissions"]
