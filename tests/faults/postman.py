"""A process that delivers what is due as the worker does, until it is killed.

``python postman.py DATABASE deaf`` uses a channel that cannot tell afterwards what left, as mail servers cannot;
``smtp PORT`` a mail server on this machine.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from dataclasses import replace
from pathlib import Path

from sessiontui.domain.access import Actor
from sessiontui.domain.delivery import Channel, Delivery, Security
from sessiontui.outlets.file import FileOutlet
from sessiontui.outlets.outlet import HandingOver, Mail, nothing
from sessiontui.services.context import Context
from sessiontui.services.delivery import posting
from sessiontui.store.engine import Database
from tests.faults.writer import START


class Deaf(FileOutlet):
    """Writes a file for each handing over, and never knows what left."""

    numbers = itertools.count()

    async def send(self, mail: Mail, *, handing_over: HandingOver = nothing) -> None:
        await handing_over()
        self.folder.mkdir(exist_ok=True)
        name = f"{mail.message_id[1:9]}-{os.getpid()}-{next(self.numbers)}"
        await asyncio.sleep(0.004)  # as long as a near server takes, so that kills fall into it
        (self.folder / name).write_text(mail.message_id)
        await asyncio.sleep(0.004)

    async def has_left(self, mail: Mail) -> bool:
        return False


async def main(path: Path, *, way: str, port: int) -> None:
    context = Context(db=await Database.open(path))
    if way == "smtp":
        server = Delivery(channel=Channel.SMTP, smtp_host="127.0.0.1", smtp_port=port, smtp_security=Security.NONE)
        context = replace(context, delivery=server)
    if way == "deaf":
        posting.outlet_of = lambda context, *, at: Deaf(context.outbox_folder)  # type: ignore[assignment]
    async with context.db.write(by=Actor.system(), at=START):
        pass  # what is imported late is imported now
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while await posting.deliver(context, at=START):
        pass
    await context.db.close()


if __name__ == "__main__":
    way, port = (*sys.argv[2:], "", "0")[:2]
    asyncio.run(main(Path(sys.argv[1]), way=way, port=int(port or 0)))
