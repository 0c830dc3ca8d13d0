"""Which model, provider and precision answers a call: pure functions of request, table, history and clock."""
