"""What the time bank is about: people, services, credit, vouchers and stations, as pure values and rules."""
