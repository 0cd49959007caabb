import { setUpLink } from '../auth/users/set-up.ts';
import { openDb } from '../storage/db.ts';
import type { Config } from './config.ts';
import { publicBase } from './public-base.ts';

/** The link is a secret for whoever starts the server: it goes to the terminal, and never into the log. */
export async function showSetUpLink(config: Config, connectionString: string): Promise<void> {
  const { statementTimeout, poolTimeout } = config;
  const db = openDb({ connectionString, max: 1, statementTimeout, poolTimeout });
  try {
    const link = await setUpLink({ db, origin: new URL(publicBase(config)).origin, now: () => Date.now() });
    if (link === undefined) return;
    process.stdout.write(
      `\nNobody can sign in yet. Make the first administrator here (works once, for a day):\n  ${link}\n\n`,
    );
  } finally {
    await db.close();
  }
}
