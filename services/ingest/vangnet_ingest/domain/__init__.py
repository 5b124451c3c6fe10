"""Whether an event may come in: pure functions over the event, its sender, the policy and the time."""
