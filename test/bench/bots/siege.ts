import { libraryOf } from '../../../server/bots/library-of.ts';
import { BOMBS } from '../../bots/hostile-corpus.ts';
import type { Target } from '../bench-request.ts';

/** Limits of the bots, ms: of a processor, and in all. */
const CPU = 250;
const WALL = 5000;

/** Hostile bots that are deployed, to be called again and again. */
export interface Siege {
  /** Calls as many as were asked for at once, until it is over. @returns how many runs were answered */
  besiege(isOver: () => boolean): Promise<number>;
  /** The most that a run computed beyond its limit; ms. */
  mostOver(): Promise<number>;
}

interface Answer {
  readonly status: number;
  readonly id: string;
}

interface Runs {
  readonly parameter?: readonly {
    readonly part?: readonly { readonly name: string; readonly valueInteger?: number }[];
  }[];
}

export async function post({ base }: Target, path: string, body: object): Promise<Answer> {
  const answer = await fetch(`${base}/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(body),
  });
  const { id = '' } = (await answer.json()) as { readonly id?: string };
  return { status: answer.status, id };
}

/** @param body of its function. @returns the id of its Library */
export async function deploy(target: Target, name: string, body: string): Promise<string> {
  const library = libraryOf(
    {
      name,
      title: name,
      triggers: [{ kind: 'execute' }],
      callers: ['administrator'],
      client: undefined,
      hosts: [],
      secrets: [],
      limits: { cpu: CPU, wall: WALL },
    },
    { language: 'javascript', text: `export default async event => { ${body} }` },
  );
  const { status, id } = await post(target, 'Library/$deploy-bot', library);
  if (status !== 200) throw new Error(`deploying ${name} answered ${status}`);
  return id;
}

export function execute(target: Target, bot: string): Promise<Answer> {
  return post(target, `Library/${bot}/$execute`, { resourceType: 'Parameters' });
}

/** @param atOnce how many of them always run or wait */
export async function prepareSiege(target: Target, atOnce: number): Promise<Siege> {
  const bots: string[] = [];
  for (const [n, { body }] of BOMBS.entries()) bots.push(await deploy(target, `hostile-${n}`, body));

  return {
    async besiege(isOver) {
      let runs = 0;
      const attack = async (): Promise<void> => {
        while (!isOver()) {
          const bot = bots[runs % bots.length] ?? '';
          runs += 1;
          const { status } = await execute(target, bot);
          if (status !== 200 && status !== 422) throw new Error(`a hostile bot was answered ${status}`);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, attack));
      return runs;
    },
    async mostOver() {
      let most = -Infinity;
      for (const bot of bots) {
        const answer = await fetch(`${target.base}/Library/${bot}/$runs?count=1000`);
        const { parameter = [] } = (await answer.json()) as Runs;
        for (const { part = [] } of parameter) {
          most = Math.max(most, (part.find(({ name }) => name === 'cpu')?.valueInteger ?? 0) - CPU);
        }
      }
      return most;
    },
  };
}
