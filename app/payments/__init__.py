"""Money: checkout, Stripe's webhook, what was paid, and what follows from it. All that Stripe says is asked again."""
