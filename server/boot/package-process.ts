import cluster from 'node:cluster';

const MARK = 'ATHANOR_INSTALLS_PACKAGES';

/** Whether this process was started to install the packages of PACKAGES_DIR, and not to serve. */
export function installsPackages(): boolean {
  return process.env[MARK] === '1';
}

/** Installs the packages of PACKAGES_DIR in a process of its own, as what that needs of memory would stay with the primary. */
export async function runPackageProcess(connectionString: string): Promise<void> {
  const child = cluster.fork({ DATABASE_URL: connectionString, [MARK]: '1' });
  await new Promise((resolve) => child.once('exit', resolve));
}
