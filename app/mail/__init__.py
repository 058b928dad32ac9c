"""Mail: written in the transaction that gives cause for it, sent by the messages lane."""
