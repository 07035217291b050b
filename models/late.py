"""Late payment: what an owner claims for it, and their own table of base rates."""

from peewee import BooleanField, Check, DateField, IntegerField, TextField

from models.base import Row
from models.people import User
from models.references import ForeignKeyField


class LatePlan(Row):
    """Which law an owner's claims for late payment follow; without a `scheme` there are none.

    With `fixed`, the fixed sum of that law is claimed beside the interest.
    """

    owner = ForeignKeyField(User, unique=True, backref="late_plans", on_delete="CASCADE")
    scheme = TextField(default="", constraints=[Check("scheme IN ('', 'eu', 'de', 'uk')")])
    fixed = BooleanField(default=True)


class BaseRate(Row):
    """A base rate that the owner entered, in thousandths of a percent, and where it stands."""

    owner = ForeignKeyField(User, backref="base_rates", on_delete="CASCADE")
    reference = TextField(constraints=[Check("reference IN ('ecb', 'bgb', 'boe')")])
    since = DateField()
    rate = IntegerField(constraints=[Check("rate BETWEEN -10000 AND 100000")])
    source = TextField(default="")

    class Meta:
        indexes = ((("owner", "reference", "since"), True),)
