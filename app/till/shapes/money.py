"""Ways to pay, and payments."""

from copy import deepcopy
from typing import Any

from app.till.cards import Card
from app.till.shapes.shop import ADDRESS
from app.till.store import Obj, new_id


def payment_method(card: Card, customer: Obj, now: int) -> Obj:
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "always",
        "billing_details": billed_to(customer),
        card.kind: _drawn(card, customer["id"]) | ({} if card.bank_debit else _CARD),
        "created": now,
        "customer": customer["id"],
        "livemode": False,
        "metadata": {},
        "type": card.kind,
        "_till": {"card": card.id},
    }


def payment_intent(cents: int, currency: str, customer: str | None, now: int, given: dict[str, Any]) -> Obj:
    made = new_id("pi")
    return (
        deepcopy(_PAYMENT_INTENT)
        | {
            "id": made,
            "amount": cents,
            "client_secret": f"{made}_secret_test",
            "created": now,
            "currency": currency,
            "customer": customer,
        }
        | given
    )


def setup_intent(customer: str, payment_method: str, now: int) -> Obj:
    """A card that was saved without a payment: how a trial begins."""
    made = new_id("seti")
    return deepcopy(_SETUP_INTENT) | {
        "id": made,
        "client_secret": f"{made}_secret_test",
        "created": now,
        "customer": customer,
        "payment_method": payment_method,
    }


def charge(intent: Obj, method: Obj, card: Card, now: int) -> Obj:
    """An attempt to take the money of a payment intent. It succeeds unless somebody writes otherwise into it."""
    made = new_id("ch")
    return deepcopy(_CHARGE) | {
        "id": made,
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "billing_details": method["billing_details"],
        "created": now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "metadata": dict(intent["metadata"]),
        "outcome": _outcome(),
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            card.kind: method[card.kind] if card.bank_debit else _charged(method[card.kind]),
            "type": card.kind,
        },
        "receipt_email": intent["receipt_email"],
    }


def billed_to(customer: Obj) -> Obj:
    return {
        "address": customer["address"] or dict(ADDRESS),
        "email": customer["email"],
        "name": customer["name"],
        "phone": customer["phone"],
        "tax_id": None,
    }


def _charged(card: Obj) -> Obj:
    plain = ("authorization_code", "installments", "mandate", "network_transaction_id", "three_d_secure", "wallet")
    return (
        {name: value for name, value in card.items() if name not in _CARD}
        | dict.fromkeys(plain)
        | {
            "amount_authorized": None,
            "extended_authorization": {"status": "disabled"},
            "incremental_authorization": {"status": "unavailable"},
            "multicapture": {"status": "unavailable"},
            "network": "visa",
            "network_token": {"used": False},
            "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"},
        }
    )


def _drawn(card: Card, customer: str) -> Obj:
    """What is on the card, or what the bank says of the account."""
    known = {"fingerprint": card.fingerprint(customer), "last4": card.last4}
    return known | (_ACCOUNT if card.bank_debit else _VISA)


def _outcome() -> Obj:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }


_VISA: Obj = {
    "brand": "visa",
    "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
    "country": "US",
    "exp_month": 12,
    "exp_year": 2034,
    "funding": "credit",
    "regulated_status": "unregulated",
}
_CARD: Obj = {
    "display_brand": "visa",
    "generated_from": None,
    "networks": {"available": ["visa"], "preferred": None},
    "three_d_secure_usage": {"supported": True},
    "wallet": None,
}
_ACCOUNT: Obj = {
    "account_holder_type": "individual",
    "account_type": "checking",
    "bank_name": "Test Bank",
    "routing_number": "110000000",
}
_PAYMENT_INTENT: Obj = {
    "object": "payment_intent",
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 0,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "capture_method": "automatic",
    "confirmation_method": "automatic",
    "description": None,
    "excluded_payment_method_types": None,
    "last_payment_error": None,
    "latest_charge": None,
    "livemode": False,
    "metadata": {},
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {},
    "payment_method_types": ["card"],
    "processing": None,
    "receipt_email": None,
    "review": None,
    "setup_future_usage": None,
    "shipping": None,
    "source": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "status": "requires_payment_method",
    "transfer_data": None,
    "transfer_group": None,
}


_CHARGE: Obj = {
    "object": "charge",
    "amount_refunded": 0,
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "balance_transaction": None,
    "calculated_statement_descriptor": None,
    "captured": True,
    "disputed": False,
    "failure_balance_transaction": None,
    "failure_code": None,
    "failure_message": None,
    "fraud_details": {},
    "livemode": False,
    "on_behalf_of": None,
    "paid": True,
    "receipt_number": None,
    "receipt_url": None,
    "refunded": False,
    "review": None,
    "shipping": None,
    "source": None,
    "source_transfer": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "status": "succeeded",
    "transfer_data": None,
    "transfer_group": None,
}


_SETUP_INTENT: Obj = {
    "object": "setup_intent",
    "application": None,
    "automatic_payment_methods": None,
    "cancellation_reason": None,
    "description": None,
    "excluded_payment_method_types": None,
    "flow_directions": None,
    "last_setup_error": None,
    "latest_attempt": None,
    "livemode": False,
    "mandate": None,
    "metadata": {},
    "next_action": None,
    "on_behalf_of": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {},
    "payment_method_types": ["card"],
    "single_use_mandate": None,
    "status": "succeeded",
    "usage": "off_session",
}
