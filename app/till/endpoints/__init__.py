"""Stripe's endpoints, as far as a shop like this one needs them. A parameter they do not know is refused."""
