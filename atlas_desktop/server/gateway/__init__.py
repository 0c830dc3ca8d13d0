"""The gateway: calls routed to providers, answered, recorded, metered."""
