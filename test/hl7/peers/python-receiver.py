"""Receives with hl7.mllp (python3-hl7) and acknowledges as that library does. Prints the port, then MSH-9 and MSH-10 of each message."""
import asyncio

from hl7.mllp import start_hl7_server


async def serve(reader, writer):
    try:
        while not writer.is_closing():
            message = await reader.readmessage()
            print(str(message.segment("MSH")[9]), str(message.segment("MSH")[10]), flush=True)
            writer.writemessage(message.create_ack())
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()


async def main():
    async with await start_hl7_server(serve, host="127.0.0.1", port=0, encoding="utf-8") as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.wait_for(server.serve_forever(), 120)


asyncio.run(main())
