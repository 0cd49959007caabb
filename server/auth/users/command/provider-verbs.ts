import { readFileSync } from 'node:fs';
import { fault } from '../../../kernel/fault.ts';
import { OPERATOR } from '../actor.ts';
import {
  linkIdentity,
  listProviders,
  providerById,
  removeProvider,
  saveProvider,
  unlinkIdentity,
} from '../sso-providers.ts';
import { tell } from '../tell.ts';
import { expectAccount } from './account-verbs.ts';
import { UsageError, type Verb } from './verb.ts';

/** `athanor user provider-…`: sign-in by other servers. */
export const PROVIDER_VERBS: readonly Verb[] = [
  {
    name: 'provider-add',
    takes: ['ID'],
    options: {
      name: { type: 'string', value: 'TEXT' },
      issuer: { type: 'string', value: 'URL' },
      'client-id': { type: 'string', value: 'ID' },
      'client-secret-file': { type: 'string', value: 'FILE' },
      'vouches-for-factor': { type: 'boolean' },
    },
    text: 'adds or changes an OpenID provider to sign in with; its redirect URI here is BASE/auth/sso/ID/callback',
    async run(users, [id = ''], options) {
      const file = options.text('client-secret-file');
      const provider = {
        id,
        name: options.required('name'),
        issuer: options.required('issuer'),
        clientId: options.required('client-id'),
        // Not on the command line, where every user of the machine could read it.
        clientSecret: file === undefined ? undefined : readSecret(file),
        vouchesForFactor: options.flag('vouches-for-factor'),
      };
      await saveProvider(users, provider);
      return `Redirect URI: ${users.origin}/auth/sso/${id}/callback`;
    },
  },
  {
    name: 'provider-list',
    takes: [],
    options: {},
    text: 'shows them',
    run: async ({ db }) =>
      (await listProviders(db)).map(({ id, name, issuer }) => `${id}: ${name}, ${issuer}`).join('\n'),
  },
  {
    name: 'provider-remove',
    takes: ['ID'],
    options: {},
    text: 'removes one; identities that were linked stay, for the case that it comes back',
    run: async ({ db }, [id = '']) => ((await removeProvider(db, id)) ? '' : 'There was no such provider.'),
  },
  {
    name: 'link',
    takes: ['LOGIN', 'PROVIDER', 'SUBJECT'],
    options: {},
    text: 'lets who is SUBJECT at the provider sign in as the account',
    async run(users, [login = '', id = '', subject = '']) {
      const account = await expectAccount(users, login);
      const issuer = await issuerOf(users, id);
      const isLinked = await linkIdentity(users.db, { issuer, subject, account: account.id }, users.now());
      if (!isLinked) throw fault('sso.linked', 409, 'conflict', 'That identity belongs to another account.');
      await tell(users, account, OPERATOR.from, { kind: 'identity-linked', outcome: 'success', by: OPERATOR.by });
      return '';
    },
  },
  {
    name: 'unlink',
    takes: ['LOGIN', 'PROVIDER'],
    options: {},
    text: 'ends that',
    async run(users, [login = '', id = '']) {
      const account = await expectAccount(users, login);
      if (!(await unlinkIdentity(users.db, account.id, await issuerOf(users, id))))
        return 'There was no such identity.';
      await tell(users, account, OPERATOR.from, { kind: 'identity-unlinked', outcome: 'success', by: OPERATOR.by });
      return '';
    },
  },
];

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new UsageError(`the file of the client's secret cannot be read: ${file}`, { cause });
  }
}

async function issuerOf(users: Parameters<typeof providerById>[0], id: string): Promise<string> {
  const provider = await providerById(users, id);
  if (provider !== undefined) return provider.issuer;
  throw fault('sso.unknown', 404, 'not-found', 'There is no such provider; athanor user provider-list shows them.');
}
