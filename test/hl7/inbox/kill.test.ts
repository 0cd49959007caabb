import { buildServer } from '../../bench/own-server.ts';
import { closeKillSetting, killRound, openKillSetting, VICTIMS } from './kill/kill-run.ts';

// `npm run reliability:hl7` has 20 rounds.
test('messages that were acknowledged are applied once, whoever is killed', async () => {
  buildServer();
  const setting = await openKillSetting();
  try {
    for (const victim of VICTIMS) {
      const { problems, acknowledged } = await killRound(setting, victim);
      expect(problems).toEqual([]);
      expect(acknowledged).toBeGreaterThan(0);
    }
  } finally {
    await closeKillSetting(setting);
  }
}, 600_000);
