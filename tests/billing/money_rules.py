"""Money, measures and time, in the machine of engagements."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from billing import dates
from billing.accepting import readings, undoing
from billing.disputing import offers as offers_of_splits
from billing.ending import stopping
from billing.invoicing import charges, invoices
from billing.paying import payments
from models import (
    Event,
    InvoiceState,
    Milestone,
    MilestoneState,
    ProjectState,
    Reading,
    Trigger,
)
from tests.billing.engagement_laws import when
from tests.foretold import Foretold, Told


class Paying:
    """To be mixed into a machine with a `cast`, `now`, and its `some`, `may` and `tells`."""

    @rule(really=st.sampled_from([False] * 5 + [True]), is_client=st.booleans())
    def stop(self, really, is_client):
        """Not every time: nothing but money moves after it."""
        price = stopping.price(self.project, self.now) if really else None
        if price:
            by = self.cast.contact if is_client else self.cast.owner
            bills = [Told(price.payable, price.due_on, price.payers)] if price.payable else []
            self.tells(
                lambda: Foretold.made(bills, price.credited, []),
                lambda: stopping.stop(self.project, "", price.mark, by, self.now),
            )
            if self.project.state == ProjectState.CANCELLED:
                fees = sum(row.fee for row in price.rows)
                stopped = [row.milestone.id for row in price.rows]
                assert sum(charges.billed_by(stopped).values()) == fees

    @rule(data=st.data())
    def pay(self, data):
        owed = [row for row in self.cast.invoices if payments.due(row) > 0 and row.number]
        owed = [row for row in owed if row.kind == "invoice"]
        if owed:
            invoice = data.draw(st.sampled_from(owed))
            amount = data.draw(st.integers(1, payments.due(invoice)))
            key = f"{invoice.id}:{Event.select().count()}"
            day = self.now.date()
            self.may(lambda: payments.record(invoice, amount, day, key, self.cast.owner, self.now))

    @rule(data=st.data(), issues=st.booleans())
    def look_at_a_draft(self, data, issues):
        drafts = [row for row in self.cast.invoices if row.state == InvoiceState.DRAFT]
        if drafts:
            draft = data.draw(st.sampled_from(drafts))
            deed = invoices.issue if issues else invoices.discard
            self.may(lambda: deed(draft, self.cast.owner, self.now))

    @when(MilestoneState.ACCEPTED)
    @rule(data=st.data(), value=st.integers(-9000, 9000), is_clients=st.booleans())
    def read(self, data, value, is_clients):
        milestone = self.some(data)
        if milestone:
            by = self.cast.contact if is_clients else self.cast.owner
            key, day = str(Event.select().count()), self.now.date()
            self.may(lambda: readings.enter(milestone, value, day, by, self.now, key))

    @precondition(lambda machine: machine.readings.exists())
    @rule(data=st.data(), agrees=st.booleans(), is_client=st.booleans())
    def answer_a_reading(self, data, agrees, is_client):
        found = list(self.readings)
        if found:
            reading = data.draw(st.sampled_from(found))
            by = self.cast.contact if is_client else self.cast.owner
            if not agrees:
                self.may(lambda: readings.refuse(reading, "No", by, self.now))
                return
            self.tells(
                lambda: Foretold.made(self.earned(reading), 0, []),
                lambda: readings.confirm(reading, by, self.now),
            )

    @property
    def readings(self):
        found = Reading.select().join(Trigger).join(Milestone)
        return found.where(Milestone.project == self.cast.project.id)

    def earned(self, reading: Reading) -> list[Told]:
        """What confirming a reading says that it bills."""
        milestone = reading.trigger.milestone
        seen = readings.of(self.project, [milestone])[milestone.id]
        told = readings.consequence(seen, seen.amount(int(reading.value)), self.now)
        return [Told(told.amount, told.due_on, told.payers)] if told.amount else []

    @rule(days=st.integers(1, 9))
    def wait(self, days):
        self.now += timedelta(days=days)
        undoing.pass_time(self.now)
        dates.fire(self.project, self.now)
        readings.pass_time(self.now)
        offers_of_splits.lapse(self.now)
