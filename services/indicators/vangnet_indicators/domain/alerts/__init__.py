"""What came of alerts, for I15 and I16: counted by the day of release, from what the notifier last said of each."""
