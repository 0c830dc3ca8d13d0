"""What calls cost: gross, refunded, net; and the refunds themselves."""
