"""Lines with quantity, unit and discount, documents with one, tax withheld, and payers' details.

What stands on issued invoices gets the new columns' plain values: one piece at its amount.
"""

from models.guards import Guard, install, install_on_lines, lift, lift_from_lines
from models.schema import run_script

ISSUED = Guard("invoice", when="{row}.state = 'issued'")


def up(_migrator, db):
    lift(db, "invoice")
    lift_from_lines(db)
    run_script(__file__, db)
    install(db, ISSUED)
    install_on_lines(db)
