"""Who is calling: API keys, agents' accounts and sessions, audit events."""
