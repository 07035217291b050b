"""All that can happen to an engagement, in any order: what is law holds after every step.

What is told before a deed is what the rows say after it.
"""

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.billing.change_rules import Changing
from tests.billing.dispute_rules import Disputing
from tests.billing.engagement_laws import Engaged
from tests.billing.money_rules import Paying
from tests.billing.review_rules import Reviewing
from tests.properties import examples, stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]


class AtWork(Reviewing, Disputing, Paying, Engaged, RuleBasedStateMachine):
    """One engagement in force: its work, its reviews and disputes, its money."""


class Everything(Changing, Reviewing, Disputing, Paying, Engaged, RuleBasedStateMachine):
    """The same, and changes of what both have signed."""


@pytest.mark.parametrize("machine", [AtWork, Everything])
def test_whatever_happens_every_law_holds(machine):
    run_state_machine_as_test(
        machine, settings=settings(stateful, max_examples=examples(4), stateful_step_count=30)
    )
