"""Money that goes back takes its credits with it, in the same share, and brings them back when it returns."""

from app.credits import wallet
from app.extensions import transaction
from app.payments import syncing
from app.till import hands
from tests.payments.till_desk import Desk


def test_a_full_refund_takes_all_credits_back(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-100")
    desk.hears()
    hands.refund(desk.latest("payment_intent"), None, desk.time.now())
    desk.hears()
    assert desk.credits(ann) == 0
    assert desk.differences() == []


def test_a_part_takes_its_share_and_a_second_part_the_rest(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-100")
    desk.hears()
    intent, left = desk.latest("payment_intent"), []
    for _ in range(4):
        hands.refund(intent, 1_000, desk.time.now())
        desk.hears()
        left.append(desk.credits(ann))
    assert left == [1_500, 1_000, 500, 0]
    assert desk.differences() == []


def test_a_refund_of_a_month_takes_its_credits_and_leaves_the_plan(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    hands.refund(desk.latest("payment_intent"), None, desk.time.now())
    desk.hears()
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 0)
    desk.passes(days=31)
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)  # the next month was paid
    assert desk.differences() == []


def test_the_half_of_a_year_that_is_refunded_halves_its_months_to_come(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-year")
    desk.hears()
    hands.refund(desk.latest("payment_intent"), 28_999 // 2, desk.time.now())
    desk.hears()
    assert 6_000 <= desk.credits(ann) <= 6_001
    desk.passes(days=31)
    assert 6_000 <= desk.credits(ann) <= 6_001
    assert desk.differences() == []


def test_a_refund_only_touches_what_it_paid_for(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-100")
    refunded = desk.latest("payment_intent")
    desk.buys(ann, "pack-10")
    desk.hears()
    hands.refund(refunded, None, desk.time.now())
    desk.hears()
    assert desk.credits(ann) == 200


def test_a_dispute_withholds_the_credits_and_one_that_is_won_gives_them_back(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-100")
    desk.hears()
    dispute = hands.dispute(desk.latest("payment_intent"), desk.time.now())
    desk.hears()
    assert desk.credits(ann) == 0
    hands.close_dispute(dispute, True, desk.time.now())
    desk.hears()
    assert desk.credits(ann) == 2_000
    assert desk.differences() == []


def test_a_dispute_that_is_lost_keeps_them(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-100")
    desk.hears()
    dispute = hands.dispute(desk.latest("payment_intent"), desk.time.now())
    hands.close_dispute(dispute, False, desk.time.now())
    desk.hears()
    assert desk.credits(ann) == 0
    assert desk.differences() == []


def test_what_is_left_of_a_refunded_payment_is_disputed_and_nothing_is_taken_twice(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-100")
    desk.hears()
    intent = desk.latest("payment_intent")
    hands.refund(intent, 1_000, desk.time.now())
    hands.dispute(intent, desk.time.now())
    desk.hears()
    assert desk.credits(ann) == 0
    assert desk.differences() == []


def test_a_refund_heard_of_before_the_payment_counts(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    hands.refund(desk.latest("payment_intent"), None, desk.time.now())
    [refunded] = [event for event in desk.untold() if event.type == "charge.refunded"]
    assert desk.says(refunded) == "applied"
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 0)
    desk.hears()
    assert desk.credits(ann) == 0


def test_a_payment_that_is_looked_at_again_changes_nothing(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-100")
    desk.hears()
    intent = desk.latest("payment_intent")
    hands.refund(intent, 1_000, desk.time.now())
    assert any("taken back" in line for line in syncing.payment(intent, desk.time.now()))
    assert syncing.payment(intent, desk.time.now()) == []


def test_an_invoice_that_is_voided_after_all_is_paid_no_more(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    desk.twists(desk.latest("invoice"), status="void")
    syncing.subscription(desk.subscription(), desk.time.now())
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 0)
    assert desk.differences() == []


def test_credits_that_were_spent_are_owed(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-10")
    desk.hears()
    with transaction() as tx:
        wallet.hold(tx, ann, "a job", 150, "a picture", desk.time.now())
        wallet.capture(tx, "a job", desk.time.now())
    hands.refund(desk.latest("payment_intent"), None, desk.time.now())
    desk.hears()
    assert desk.credits(ann) == -150
    desk.buys(ann, "pack-10")
    desk.hears()
    assert desk.credits(ann) == 50
    assert desk.differences() == []
