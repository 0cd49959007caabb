import { Fault } from '../../kernel/fault.ts';
import { peekToken } from '../users/one-time-token.ts';
import { passwordProblem } from '../users/password-policy.ts';
import { setUp } from '../users/set-up.ts';
import { confirmTotp, offerAgain, offerTotp, type TotpOffer } from '../users/totp.ts';
import { authenticatorFields, showCodes } from './authenticator.ts';
import { entered, showPage, type Exchange, type Reply } from './exchange.ts';
import { csrfField, field, problem } from './field.ts';
import { html } from './html.ts';
import { newPasswordFields } from './password.ts';

const TITLE = 'The first administrator';
/** What the app calls the account, whose login is not known yet. */
const LABEL = 'administrator';

interface Entries {
  readonly login?: string;
  readonly family?: string;
  readonly given?: string;
}

interface Errors {
  readonly form?: string | undefined;
  readonly password?: string | undefined;
  readonly code?: string | undefined;
}

/** `GET /auth/set-up/TOKEN` */
export async function showSetUp(exchange: Exchange, token: string): Promise<Reply> {
  if (!(await isOpen(exchange, token))) return gone();
  return form(exchange, token, await offerTotp(exchange.users, undefined, LABEL), 200, {}, {});
}

/** `POST /auth/set-up/TOKEN` */
export async function submitSetUp(exchange: Exchange, token: string): Promise<Reply> {
  const { users, request, from } = exchange;
  if (!(await isOpen(exchange, token))) return gone();
  const [login, family, given] = ['login', 'family', 'given'].map((name) => (entered(request, name) ?? '').trim());
  const password = entered(request, 'new-password') ?? '';
  const ticket = entered(request, 'ticket') ?? '';
  const totp = await confirmTotp(users, undefined, ticket, (entered(request, 'code') ?? '').replaceAll(' ', ''));
  const entries = { login: login ?? '', family: family ?? '', given: given ?? '' };
  const again = async (errors: Errors): Promise<Reply> => {
    const offer = (await offerAgain(users, undefined, ticket, LABEL)) ?? (await offerTotp(users, undefined, LABEL));
    return form(exchange, token, offer, 400, entries, errors);
  };
  const unequal = password === entered(request, 'repeated') ? undefined : 'The two entries differ.';
  const wrong = unequal ?? passwordProblem(password, { hasFactor: true, personal: Object.values(entries) });
  if (wrong !== undefined || totp === undefined) {
    const code = totp === undefined ? 'The code is not right; enter the one that the app shows now.' : undefined;
    return again({ password: wrong, code });
  }
  if (entries.family === '' || entries.given === '') return again({ form: 'The names are missing.' });
  try {
    const codes = await setUp(users, token, { login: entries.login, name: entries, password, ticket, totp }, from);
    return codes === undefined ? gone() : showCodes(codes, '/auth/sign-in');
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return again({ form: error.issues[0]?.text });
    throw error;
  }
}

async function isOpen({ users }: Exchange, token: string): Promise<boolean> {
  return (await peekToken(users.db, 'set-up', token, users.now())) !== undefined;
}

function form(
  { csrfToken }: Exchange,
  token: string,
  offer: TotpOffer,
  status: number,
  { login = '', family = '', given = '' }: Entries,
  errors: Errors,
): Reply {
  const body = html`${problem(errors.form)}
    <form method="post" action="/auth/set-up/${token}">
      ${csrfField(csrfToken)}
      ${field({ name: 'given', label: 'Given name', autocomplete: 'given-name', value: given, hasFocus: true })}
      ${field({ name: 'family', label: 'Family name', autocomplete: 'family-name', value: family })}
      ${field({
        name: 'login',
        label: 'Login',
        hint: 'Your mail address, or a name that you choose.',
        autocomplete: 'username',
        value: login,
      })}
      ${newPasswordFields(errors.password)}
      <h2>Second factor</h2>
      ${authenticatorFields(offer, errors.code)}
      <button>Create the administrator</button>
    </form>`;
  return showPage({ title: TITLE, body }, status);
}

function gone(): Reply {
  const text =
    'This link does not work: the first administrator exists, or the server has printed a newer link. A new one is printed when it starts, as long as there is no account.';
  return showPage({ title: TITLE, body: problem(text) }, 410);
}
