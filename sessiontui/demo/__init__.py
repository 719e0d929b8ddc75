"""The demo: named worlds built through the services, and a simulator that keeps them alive."""
