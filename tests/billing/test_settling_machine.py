"""Two invoices settled and unsettled in any order: nothing is lost, made up or asked for twice."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from billing.invoicing import credit_notes
from billing.paying import client_credit, payments, settlement, write_offs
from billing.refusals import Refusal
from models import CreditEntry, CreditKind, Payment, WriteOff
from tests.billing.test_client_credit import TODAY, invoiced, left, refund
from tests.cast import NOW
from tests.properties import Examined, stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


class Settling(Examined, RuleBasedStateMachine):
    """Two invoices paid, overpaid, credited, written off and all of it taken back, in any order."""

    amounts = st.integers(1, 700_000)
    which = st.integers(0, 1)

    @initialize()
    def begin(self):
        self.cast, self.keys = invoiced(), 0

    def key(self):
        self.keys += 1
        return f"key{self.keys}"

    def try_to(self, deed, *args, **options):
        try:
            deed(*args, **options)
        except Refusal:
            return

    @rule(which=which, amount=amounts, surplus=st.sampled_from([0, None]))
    def pay(self, which, amount, surplus):
        invoice = self.cast.invoices[which]
        args = invoice, amount, TODAY, self.key(), self.cast.owner, NOW
        self.try_to(payments.record, *args, surplus=surplus)

    @rule(which=which, share=st.integers(1, 100))
    def use(self, which, share):
        invoice = self.cast.invoices[which]
        amount = client_credit.usable(invoice) * share // 100 or 1
        self.try_to(client_credit.use, invoice, amount, self.key(), TODAY, self.cast.owner, NOW)

    @rule(which=which)
    def keep(self, which):
        invoice = self.cast.invoices[which]
        self.try_to(client_credit.keep, invoice, self.key(), TODAY, self.cast.owner, NOW)

    @rule(share=st.integers(1, 120))
    def refund(self, share):
        self.try_to(refund, self.cast, left(self.cast) * share // 100 or 1, self.key())

    @rule(which=which)
    def pay_back(self, which):
        invoice = self.cast.invoices[which]
        self.try_to(payments.refund, invoice, TODAY, self.key(), self.cast.owner, NOW)

    @rule(which=which, share=st.integers(1, 100))
    def credit(self, which, share):
        invoice = self.cast.invoices[which]
        line = invoice.lines[0]
        amount = {line.id: int(line.amount) * share // 100}
        self.try_to(credit_notes.issue, invoice, amount, "Less", self.key(), self.cast.owner, NOW)

    @rule(which=which, share=st.integers(1, 100))
    def write_off(self, which, share):
        invoice = self.cast.invoices[which]
        args = payments.due(invoice) * share // 100, "Gone", self.key(), TODAY
        self.try_to(write_offs.write_off, invoice, *args, self.cast.owner, NOW)

    @rule(number=st.integers(0, 20), kind=st.sampled_from([Payment, WriteOff, CreditEntry]))
    def take_back(self, number, kind):
        found = kind.select().order_by(kind.id)
        if kind is CreditEntry:
            found = found.where(CreditEntry.client == self.cast.project.client_id)
        else:
            found = found.where(kind.invoice.in_(self.cast.invoices[:2]))
        rows, owner = list(found), self.cast.owner
        if not rows:
            return
        row = rows[number % len(rows)]
        if kind is Payment:
            self.try_to(payments.reverse, row, owner, NOW)
        elif kind is WriteOff:
            self.try_to(write_offs.reverse, row, TODAY, owner, NOW)
        else:
            self.try_to(client_credit.take_back, row, owner, NOW)

    @invariant()
    def nothing_is_lost_or_made_up(self):
        if not hasattr(self, "cast"):
            return
        moved = {kind: 0 for kind in CreditKind}
        for row in CreditEntry.select().where(CreditEntry.client == self.cast.project.client_id):
            moved[CreditKind(row.kind)] += int(row.amount)
        kept, used, refunded = moved.values()
        assert left(self.cast) == kept + used + refunded >= 0
        assert kept >= 0 >= max(used, refunded)
        for invoice in self.cast.invoices[:2]:
            paid, off = int(invoice.paid), int(invoice.written_off)
            assert paid >= 0 <= off
            assert invoice.left == invoice.total - paid - invoice.credited - off
            # Below zero only where a credit note took back what was paid.
            assert invoice.left >= 0 or (invoice.credited and not off)
            assert payments.due(invoice) == settlement.of(invoice, TODAY).due >= 0


def test_credit_and_invoices_add_up_whatever_happens(database):
    run_state_machine_as_test(Settling, settings=stateful)
