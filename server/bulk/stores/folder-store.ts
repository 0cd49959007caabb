import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputStore } from './output-store.ts';

/** Files in a folder; several machines must share it. */
export function createFolderStore(root: string): OutputStore {
  return {
    async put(work, name, path) {
      const folder = join(root, work);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // Nobody may ever meet half of it.
      const unfinished = join(folder, `.${name}`);
      await copyFile(path, unfinished);
      await rename(unfinished, join(folder, name));
    },
    open: (work, name) => createReadStream(join(root, work, name)),
    drop: (work) => rm(join(root, work), { recursive: true, force: true }),
    close: () => undefined,
  };
}
