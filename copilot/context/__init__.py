"""The context card: what the agent should know now."""
