"""The mails: what they say and how they are made. A mail says only that there is something to look at."""
