import { rmSync } from 'node:fs';
import type { EmbeddedPostgres } from '../../server/boot/embedded-postgres.ts';

export default async function tearDown(): Promise<void> {
  const { athanorTestServer } = globalThis as unknown as {
    athanorTestServer?: { readonly server: EmbeddedPostgres; readonly dataDir: string };
  };
  if (athanorTestServer === undefined) return;
  await athanorTestServer.server.stop();
  rmSync(athanorTestServer.dataDir, { recursive: true, force: true });
}
