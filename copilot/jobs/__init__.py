"""Durable background work behind one port."""
