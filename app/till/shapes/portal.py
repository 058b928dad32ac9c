"""The customer portal's configuration and its links."""

from typing import Any

from app.till.store import Obj, new_id


def configuration(now: int, *, is_default: bool) -> Obj:
    """One where nothing is allowed yet."""
    return {
        "id": new_id("bpc"),
        "object": "billing_portal.configuration",
        "active": True,
        "application": None,
        "business_profile": dict.fromkeys(("headline", "privacy_policy_url", "terms_of_service_url")),
        "created": now,
        "default_return_url": None,
        "features": {
            "customer_update": {"allowed_updates": [], "enabled": False},
            "invoice_history": {"enabled": False},
            "payment_method_update": {"enabled": False, "payment_method_configuration": None},
            "subscription_cancel": {
                "cancellation_reason": {"enabled": False, "options": []},
                "enabled": False,
                "mode": "at_period_end",
                "proration_behavior": "none",
            },
            "subscription_update": {
                "billing_cycle_anchor": None,
                "default_allowed_updates": [],
                "enabled": False,
                "proration_behavior": "none",
                "schedule_at_period_end": {"conditions": []},
                "trial_update_behavior": "end_trial",
            },
        },
        "is_default": is_default,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": {},
        "name": None,
        "updated": now,
        "_till": {"products": []},
    }


def session(customer: str, configured: str, return_url: str, flow: Obj | None, origin: str, now: int) -> Obj:
    made = new_id("bps")
    return {
        "id": made,
        "object": "billing_portal.session",
        "configuration": configured,
        "created": now,
        "customer": customer,
        "flow": flow,
        "livemode": False,
        "locale": None,
        "on_behalf_of": None,
        "return_url": return_url,
        "url": f"{origin}/test-checkout/portal/{made}",
    }


def flow(given: dict[str, Any]) -> Obj:
    """What the link leads to at once, instead of the portal's front page."""
    after = given["after_completion"] or {"type": "portal_homepage", "redirect": None, "hosted_confirmation": None}
    confirm, cancel = given["subscription_update_confirm"], given["subscription_cancel"]
    return {
        "after_completion": after,
        "subscription_cancel": cancel | {"retention": None} if cancel else None,
        "subscription_update": given["subscription_update"],
        "subscription_update_confirm": confirm | {"discounts": None} if confirm else None,
        "type": given["type"],
    }
