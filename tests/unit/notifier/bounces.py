"""Notifications as mail servers write them (the form is Postfix's)."""


def returned(name: str, action: str = "failed", status: str = "5.1.1", headers_only: bool = True) -> bytes:
    """What comes back for the mail with that name."""
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    body = "" if headers_only else "\n\nEr is een nieuwe attendering."
    return f"""\
From: MAILER-DAEMON@mail.example
To: vangnet@vangnet.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

The mail system: <weg@gemeente.example>: unknown user

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Mon, 12 Jan 2026 01:10:00 +0000 (UTC)

Final-Recipient: rfc822; weg@gemeente.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown user

--B
Content-Type: {kind}

From: Vangnet <vangnet@vangnet.example>
To: weg@gemeente.example
Message-ID: <{name}@vangnet.example>
Subject: Nieuwe attendering{body}

--B--
""".replace("\n", "\r\n").encode()
