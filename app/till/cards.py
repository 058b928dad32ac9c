"""The cards of the test checkout. Nobody types a number: what a card does is all there is to choose."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

DECLINED = "Your card was declined."


@dataclass(frozen=True)
class Card:
    """A way to pay. `first`: a payment at the checkout works; `later`: one without the buyer does."""

    id: str
    title: str
    last4: str
    first: bool = True
    later: bool = True
    shared: bool = False  # the same card, whoever pays
    bank_debit: bool = False  # the money comes two days later

    @property
    def kind(self) -> str:
        return "us_bank_account" if self.bank_debit else "card"

    @property
    def fails_later(self) -> bool:
        return self.first and not self.later

    def fingerprint(self, customer: str) -> str:
        """What tells whether two payment methods are the same card."""
        return sha256(f"{self.id} {'' if self.shared else customer}".encode()).hexdigest()[:16]


CARDS = {
    card.id: card
    for card in (
        Card("works", "A card that works", "4242"),
        Card("declined", "A card that is declined", "0002", first=False, later=False),
        Card("fails-later", "A card that works now and fails at the renewal", "0341", later=False),
        Card("shared", "A card you share with somebody: one of you gets the trial", "1881", shared=True),
        Card("bank-debit", "A bank debit that takes two days", "6789", bank_debit=True),
        Card(
            "bank-debit-fails",
            "A bank debit that fails after two days",
            "1116",
            first=False,
            later=False,
            bank_debit=True,
        ),
    )
}


def of(payment_method: dict[str, Any]) -> Card:
    """The card behind a payment method of the test checkout."""
    return CARDS[payment_method["_till"]["card"]]
