"""What people and partners need around the platform on one machine, in one process: a login provider (OpenID Connect),
a mail server whose mail can be read on a page, and an issuer of access tokens for partner systems. All three are real."""
