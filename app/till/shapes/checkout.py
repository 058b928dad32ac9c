"""A checkout session."""

from copy import deepcopy
from typing import Any

from app.till.shapes.shop import ADDRESS
from app.till.store import Obj

A_DAY = 86_400


def session(made: str, mode: str, items: list[Obj], customer: Obj | None, now: int, given: dict[str, Any]) -> Obj:
    """An open session. `given` are the parameters that are shown as they came."""
    amount = sum(item["amount_total"] for item in items)
    subscribes = mode == "subscription"
    return (
        deepcopy(_SESSION)
        | {
            "id": made,
            "amount_subtotal": amount,
            "amount_total": amount,
            "created": now,
            "currency": items[0]["currency"],
            "customer": customer["id"] if customer else None,
            "customer_creation": None if customer or subscribes else "if_required",
            "customer_details": details(customer) if customer else None,
            "expires_at": now + A_DAY,
            "invoice_creation": None if subscribes else _no_invoice(),
            "mode": mode,
            "payment_method_collection": "always" if subscribes else "if_required",
        }
        | given
    )


def details(customer: Obj) -> Obj:
    """Who the buyer is, for all that the checkout was told."""
    return {
        "address": customer["address"] or dict(ADDRESS),
        "business_name": None,
        "email": customer["email"],
        "individual_name": None,
        "name": customer["name"],
        "phone": customer["phone"],
        "tax_exempt": customer["tax_exempt"],
        "tax_ids": [],
    }


def _no_invoice() -> Obj:
    data: dict[str, Any] = dict.fromkeys(
        ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")
    )
    return {"enabled": False, "invoice_data": data | {"metadata": {}}}


_SESSION: Obj = {
    "object": "checkout.session",
    "adaptive_pricing": None,
    "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": None,
    "cancel_url": None,
    "client_reference_id": None,
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": dict.fromkeys(
        ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"),
    ),
    "customer_email": None,
    "discounts": [],
    "invoice": None,
    "livemode": False,
    "locale": None,
    "metadata": {},
    "origin_context": None,
    "payment_intent": None,
    "payment_link": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {},
    "payment_method_types": ["card"],
    "payment_status": "unpaid",
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "status": "open",
    "submit_type": None,
    "subscription": None,
    "success_url": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
    "url": None,
    "wallet_options": None,
}
