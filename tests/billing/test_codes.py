"""One-time codes: mailed, typed, counted; good for one document, one signer, one signature."""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from billing import checking, events
from billing.agreeing import agreements, codes, signing
from billing.agreeing.codes import CodeNeeded, CodeOver, CodeWrong, Given, TooManyCodes
from billing.delivery import letters
from billing.refusals import AlreadySigned, NotSignable, NotYours, Refusal
from models import Agreement, Code, Contact, Delivery, Project, Signature
from tests import cast as the
from tests.cast import NOW, PDF
from tests.contents import contents
from tests.crowd import at_once
from tests.properties import examples, stateful

pytestmark = [pytest.mark.storage, pytest.mark.usefixtures("database")]

SECRET = b"a secret for tests"


def given(code=None, digits=None):
    return Given(digits if digits is not None else codes.digits(code, SECRET), SECRET)


def wrong(code):
    return given(digits=f"{(int(codes.digits(code, SECRET)) + 1) % 10**6:06}")


def sign(cast, proof, now=NOW, **changes):
    agreement = Agreement.get_by_id(cast.agreement.id)
    return signing.sign(agreement, the.intent(agreement, **changes), cast.contact, now, proof)


@pytest.fixture
def cast():
    return the.offered()


@pytest.fixture
def code(cast):
    return codes.ask(cast.agreement, cast.contact, NOW)


def again(code):
    return Code.get_by_id(code.id)


def test_the_right_code_signs_and_is_recorded_with_the_signature(cast, code):
    Delivery.update(message_id="<a@b>").where(Delivery.kind == "signing_code").execute()
    signature = sign(cast, given(code))
    assert (signature.proof, signature.code_id) == ("code", code.id)
    assert signature.proof_message == "<a@b>"
    assert again(code).used_at == NOW
    kinds = [told.kind for told in reversed(events.history(cast.project))]
    assert kinds[-3:] == [
        "agreement.code_sent",
        "agreement.code_confirmed",
        "agreement.client_signed",
    ]
    assert events.history(cast.project)[0].facts["proof"] == "code"
    assert checking.problems() == []


def test_without_mail_the_record_says_that_no_code_was_used(cast):
    assert sign(cast, None).proof == "none"
    assert events.history(cast.project)[0].facts["proof"] == "none"


def test_spaces_and_dashes_in_a_code_do_not_matter(cast, code):
    digits = codes.digits(code, SECRET)
    assert sign(cast, given(digits=f" {digits[:3]}-{digits[3:]} ")).proof == "code"


@pytest.mark.parametrize("zero", ["\uff10", "\u0660"])
def test_digits_of_another_keyboard_are_digits(cast, code, zero):
    typed = "".join(chr(ord(zero) + int(each)) for each in codes.digits(code, SECRET))
    assert sign(cast, given(digits=typed)).proof == "code"


def test_no_code_no_signature(cast):
    for typed in ("", "  ", "abc"):
        with pytest.raises(CodeNeeded):
            sign(cast, given(digits=typed))
    with pytest.raises(CodeOver):
        sign(cast, given(digits="000000"))
    assert Signature.select().count() == 0


def test_five_wrong_tries_end_a_code(cast, code):
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as refused:
            sign(cast, wrong(code))
        assert refused.value.facts == {"left": left}
        assert again(code).tries == 5 - left
    with pytest.raises(CodeOver):
        sign(cast, wrong(code))
    with pytest.raises(CodeOver):
        sign(cast, given(code))
    assert Signature.select().count() == 0
    failed = [told for told in events.history(cast.project) if told.kind.endswith("code_failed")]
    assert [told.facts["tries"] for told in failed] == [5, 4, 3, 2, 1]


def test_a_code_lasts_ten_minutes(cast, code):
    with pytest.raises(CodeOver):
        sign(cast, given(code), NOW + codes.LASTS)
    assert sign(cast, given(code), NOW + codes.LASTS - timedelta(seconds=1)).proof == "code"


def test_a_second_code_ends_the_first(cast, code):
    second = codes.ask(cast.agreement, cast.contact, NOW)
    assert again(code).ended_at == NOW
    with pytest.raises(CodeWrong):
        sign(cast, given(code))
    assert sign(cast, given(second)).code_id == second.id


def test_a_code_at_hand_is_not_mailed_again(cast, code):
    assert codes.at_hand(cast.agreement, cast.contact, NOW).id == code.id
    after = NOW + codes.LASTS
    assert codes.at_hand(cast.agreement, cast.contact, after).id != code.id
    assert Delivery.select().where(Delivery.kind == "signing_code").count() == 2


def test_a_code_is_good_for_its_document_and_signer_alone(cast, code):
    other = the.offered()
    codes.ask(other.agreement, other.contact, NOW)
    if codes.digits(code, SECRET) != codes.digits(Code.get(Code.id != code.id), SECRET):
        with pytest.raises(CodeWrong):
            sign(other, given(code))
    paul = the.contact(cast.project.client, name="Paul")
    with pytest.raises(NotYours):
        codes.ask(cast.agreement, paul, NOW)


def resent(cast, suffix=b"2"):
    agreements.void(Agreement.get_by_id(cast.agreement.id), cast.owner, NOW)
    second = agreements.compose(Project.get_by_id(cast.project.id), NOW)
    agreements.send(second, cast.owner, NOW)
    agreements.deliver(second, PDF + suffix, cast.owner, NOW)
    return Agreement.get_by_id(second.id)


def test_a_new_version_needs_a_new_code(cast, code):
    old = cast.agreement
    cast.agreement = resent(cast)
    with pytest.raises(CodeOver):
        sign(cast, given(code))
    with pytest.raises(NotSignable):
        codes.ask(old, cast.contact, NOW)


def test_only_so_many_codes_an_hour(cast):
    for minute in range(codes.PER_HOUR):
        codes.ask(cast.agreement, cast.contact, the.later(minutes=minute))
    with pytest.raises(TooManyCodes) as refused:
        codes.ask(cast.agreement, cast.contact, the.later(minutes=10))
    assert refused.value.facts == {"count": codes.PER_HOUR, "minutes": 50}
    codes.ask(cast.agreement, cast.contact, the.later(minutes=61))


def test_the_same_post_again_is_the_same_signature_with_or_without_its_code(cast, code):
    first = sign(cast, given(code), key="one")
    for proof in (given(code), given(digits=""), given(digits="123"), None):
        assert sign(cast, proof, the.later(hours=1), key="one").id == first.id
    with pytest.raises(AlreadySigned):
        sign(cast, given(code), key="two")
    assert Signature.select().count() == 1
    assert again(code).tries == 0


def test_no_row_tells_the_digits_and_only_the_letter_does(cast, code, installation):
    digits = codes.digits(code, installation.secret)
    assert digits not in repr(contents())
    delivery = Delivery.get(Delivery.kind == "signing_code")
    letter = letters.compose(delivery, installation, NOW)
    assert digits in letter.text and digits in letter.html
    assert digits not in letter.subject
    shown = letters.compose(delivery, installation, NOW, masked=True)
    assert digits not in shown.text + shown.html + shown.subject
    assert codes.digits(code, b"another secret") != digits


def test_a_code_nobody_needs_any_more_is_not_mailed(cast, code, installation):
    delivery = Delivery.get(Delivery.kind == "signing_code")
    assert not letters.is_overtaken(delivery, installation, NOW)
    assert letters.is_overtaken(delivery, installation, NOW + codes.LASTS)
    codes.ask(cast.agreement, cast.contact, NOW)
    assert letters.is_overtaken(delivery, installation, NOW)


@pytest.mark.parametrize("keys", ["one", "many"])
def test_twenty_at_once_with_one_code_are_one_signature(cast, code, keys):
    many = keys == "many"
    intents = [the.intent(cast.agreement, key=f"{n if many else 0}") for n in range(20)]
    proof = given(code)

    def one(number):
        agreement = Agreement.get_by_id(cast.agreement.id)
        contact = Contact.get_by_id(cast.contact.id)
        return signing.sign(agreement, intents[number], contact, NOW, proof)

    answers = at_once(20, one)
    [signature] = Signature.select()
    signed = [answer for answer in answers if isinstance(answer, Signature)]
    assert {answer.id for answer in signed} == {signature.id}
    assert len(signed) == (1 if many else 20)
    kinds = [told.kind for told in events.history(cast.project)]
    assert kinds.count("agreement.code_confirmed") == 1
    assert checking.problems() == []


def test_twenty_guesses_at_once_are_five_tries(cast, code):
    proof, intent = wrong(code), the.intent(cast.agreement)

    def guess(_number):
        agreement = Agreement.get_by_id(cast.agreement.id)
        return signing.sign(agreement, intent, Contact.get_by_id(cast.contact.id), NOW, proof)

    answers = at_once(20, guess)
    assert {type(answer) for answer in answers} == {CodeWrong, CodeOver}
    assert (again(code).tries, again(code).ended_at) == (codes.TRIES, NOW)


def test_twenty_codes_asked_for_at_once_leave_one_open(cast):
    def ask(_number):
        agreement = Agreement.get_by_id(cast.agreement.id)
        return codes.ask(agreement, Contact.get_by_id(cast.contact.id), NOW)

    answers = at_once(20, ask)
    assert sum(isinstance(answer, Code) for answer in answers) == codes.PER_HOUR
    assert Code.select().where(Code.ended_at.is_null()).count() == 1


class Ceremony(RuleBasedStateMachine):
    """Codes asked for, guessed, used and replayed while versions come and go."""

    @initialize()
    def begin(self):
        self.now = NOW
        self.cast = the.offered()
        self.signed = None
        self.seen = []

    def attempt(self, proof, key):
        try:
            return sign(self.cast, proof, self.now, key=key)
        except Refusal:
            return None

    @property
    def agreement(self):
        return Agreement.get_by_id(self.cast.agreement.id)

    @rule(minutes=some.integers(1, 40))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def ask(self):
        try:
            self.seen.append(codes.ask(self.agreement, self.cast.contact, self.now))
        except (TooManyCodes, NotSignable):
            return

    @precondition(lambda self: self.seen)
    @rule(data=some.data(), key=some.sampled_from("ab"))
    def sign_with_any_code(self, data, key):
        code = again(data.draw(some.sampled_from(self.seen)))
        works = codes.current(self.agreement, self.cast.contact, self.now)
        may = self.signed is None and works is not None and works.id == code.id
        signature = self.attempt(given(code), key)
        if may:
            assert signature is not None and signature.code_id == code.id
            self.signed = (signature.id, key)
        elif self.signed is None:
            assert signature is None
        else:
            assert (signature.id if signature else None) == (
                self.signed[0] if key == self.signed[1] else None
            )

    @rule(digits=some.sampled_from(["", "1", "000000", "999999999"]))
    def guess(self, digits):
        if self.signed is None:
            assert self.attempt(given(digits=digits), "guess") is None

    @precondition(lambda self: self.signed is None)
    @rule()
    def send_a_new_version(self):
        self.cast.agreement = resent(self.cast, str(len(self.seen)).encode())

    @invariant()
    def holds(self):
        open_ones = Code.used_at.is_null() & Code.ended_at.is_null()
        mine = Code.agreement == self.cast.agreement.id
        assert Code.select().where(mine, open_ones).count() <= 1
        rows = list(Signature.select().where(Signature.agreement == self.cast.agreement.id))
        assert len(rows) == (self.signed is not None)
        for row in rows:
            assert row.code.used_at is not None
            assert row.code.document_sha256 == row.document_sha256
            assert row.code.contact_id == row.contact_id
        assert events.broken_link(self.cast.project) is None


def test_codes_hold_whatever_happens():
    run_state_machine_as_test(
        Ceremony, settings=settings(stateful, max_examples=examples(8), stateful_step_count=15)
    )
