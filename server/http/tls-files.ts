import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server, ServerOptions } from 'node:https';

/** PEM files of a certificate (with its chain) and its key. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

// Files are looked at rather than watched: renewed certificates often come by a changed symbolic link. ms.
const INTERVAL = 10_000;

/** @throws Error when a file cannot be read */
export function tlsOptions({ certificate, key }: TlsFiles): ServerOptions {
  return { cert: readFileSync(certificate), key: readFileSync(key), minVersion: 'TLSv1.2' };
}

/**
 * New connections use what the files hold then; a file that is not acceptable is reported, and the server goes on with
 * what it has.
 * @param interval ms between looks; tests shorten it
 */
export function followTlsFiles(
  server: Server,
  files: TlsFiles,
  onError: (error: unknown) => void,
  interval = INTERVAL,
): void {
  const reload = (): void => {
    try {
      server.setSecureContext(tlsOptions(files));
    } catch (error) {
      onError(error);
    }
  };
  for (const file of [files.certificate, files.key]) watchFile(file, { interval, persistent: false }, reload);
  server.on('close', () => {
    for (const file of [files.certificate, files.key]) unwatchFile(file, reload);
  });
}
