"""What the Atlas API says: one set of models for the client, the server and the local store."""
