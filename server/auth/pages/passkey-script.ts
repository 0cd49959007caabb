export const PASSKEY_SCRIPT_PATH = '/auth/passkey.js';

/**
 * The one script of the pages: passkeys exist in browsers by script only. A form with `data-passkey` is shown when the
 * browser knows passkeys; it asks `/auth/passkey/KIND/options`, asks the person, and sends the answer to `/auth/passkey/KIND`.
 */
export const PASSKEY_SCRIPT = `const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');

async function send(path, form, credential) {
  const fields = Object.fromEntries(new FormData(form));
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...fields, credential }),
  });
  // What stands before the server may answer in its own way.
  const body = await answer.json().catch(() => ({ error: 'That did not work; try again later.' }));
  if (!answer.ok) throw new Error(body.error);
  return body;
}

async function register(options) {
  const { id, type, response } = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: options.excludeCredentials.map((known) => ({ ...known, id: toBytes(known.id) })),
    },
  });
  return {
    id, rawId: id, type, clientExtensionResults: {},
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports ? response.getTransports() : [],
    },
  };
}

async function prove(options) {
  const { id, type, response } = await navigator.credentials.get({
    publicKey: { ...options, challenge: toBytes(options.challenge), allowCredentials: [] },
  });
  return {
    id, rawId: id, type, clientExtensionResults: {},
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      ...(response.userHandle ? { userHandle: toText(response.userHandle) } : {}),
    },
  };
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const path = '/auth/passkey/' + form.dataset.passkey;
    const told = form.querySelector('[role=alert]');
    told.textContent = '';
    try {
      const options = await send(path + '/options', form);
      if (options.next) return location.assign(options.next);
      const credential = await (form.dataset.passkey === 'register' ? register : prove)(options);
      const { next } = await send(path, form, credential);
      location.assign(next);
    } catch (error) {
      told.textContent = error.name === 'NotAllowedError' ? 'It was cancelled, or took too long.' : error.message;
    }
  });
}
`;
