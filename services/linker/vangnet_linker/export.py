"""`vangnet-linker persons`: which event belongs to whom. Only where nobody real is in it."""

import csv
from typing import TextIO

from vangnet_runtime.database import connect

from vangnet_linker.adapters.rows import unpack_row
from vangnet_linker.settings import LinkerSettings

SHOWN = "SELECT key, profile, due, body FROM event WHERE profile IS NOT NULL"


async def export_persons(settings: LinkerSettings, out: TextIO) -> None:
    """Writes source,id,person,certainty: one row for each live event linked to somebody in view; id = the root's."""
    pool = await connect(settings.database.get_secret_value(), settings.service, most=1)
    try:
        rows = [unpack_row(row) for row in await pool.fetch(SHOWN)]
    finally:
        await pool.close()
    shown = ((row.shown[1], row.shown[0].hex()) for row in rows if row.shown)
    lines = sorted((record.event.source, record.event.id, person, record.certainty) for record, person in shown)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["source", "id", "person", "certainty"])
    writer.writerows(lines)
