"""`flask billing …`: the shop at Stripe."""

from flask.cli import AppGroup

billing_group = AppGroup("billing", help="Plans, packs and payments at Stripe.")
