"""The test checkout: a small stand-in for Stripe that moves no money. It speaks Stripe's API and knows no Limn."""
