"""Sends the frames of a file with hl7.mllp (python3-hl7): one message, then its reply. Prints MSA-1 and MSA-2 of each."""
import asyncio
import sys

import hl7
from hl7.mllp import open_hl7_connection


async def main(port, file):
    with open(file, encoding="utf-8", newline="") as source:
        messages = source.read().split("\x1e")
    reader, writer = await open_hl7_connection("127.0.0.1", port, encoding="utf-8")
    for message in messages:
        writer.writemessage(hl7.parse(message))
        await writer.drain()
        reply = await asyncio.wait_for(reader.readmessage(), 30)
        outcome = reply.segment("MSA")
        print(str(outcome[1]), str(outcome[2]), flush=True)
    writer.close()


asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
