"""Exchange rates that owners enter, for tax that has to be stated in their own currency too."""

from peewee import Check, DateField, TextField

from models.base import Row
from models.people import User
from models.references import ForeignKeyField


class ExchangeRate(Row):
    """What one unit of `currency` is in `own`, the owner's currency (a decimal as text), on
    which day, and where it stands. A later one takes its place; invoices have theirs frozen."""

    owner = ForeignKeyField(User, backref="exchange_rates", on_delete="CASCADE")
    currency = TextField()
    own = TextField()
    rate = TextField(constraints=[Check("rate <> ''")])
    day = DateField()
    source = TextField(constraints=[Check("source <> ''")])

    class Meta:
        indexes = ((("owner", "currency", "own"), True),)
