import type { Server } from 'node:http';
import { senderOf, type Networks } from '../kernel/networks.ts';

/**
 * Lets one sender hold so many connections, so that it cannot hold all of them; further ones are closed at once.
 * @param trusted proxies, behind which are many senders
 */
export function capConnections(server: Server, most: number, trusted: Networks | undefined): void {
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    if (trusted?.contains(address) === true) return;
    const sender = senderOf(address);
    const count = open.get(sender) ?? 0;
    if (count >= most) {
      socket.destroy();
      return;
    }
    open.set(sender, count + 1);
    socket.once('close', () => {
      const left = (open.get(sender) ?? 1) - 1;
      if (left === 0) open.delete(sender);
      else open.set(sender, left);
    });
  });
}
