import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** How an authenticator misbehaves. */
export interface Quirks {
  readonly isUnverified?: boolean;
  readonly challenge?: string;
  readonly origin?: string;
  readonly counter?: number;
}

interface Options {
  readonly challenge: string;
}

/** A passkey device in software, ES256, no attestation. https://www.w3.org/TR/webauthn-3/ */
export class SoftwareAuthenticator {
  counter = 0;
  private readonly origin: string;
  private readonly id = randomBytes(16);
  private readonly key: KeyObject;
  private readonly publicKey: KeyObject;

  constructor(origin: string) {
    this.origin = origin;
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = pair.privateKey;
    this.publicKey = pair.publicKey;
  }

  register(options: Options, quirks: Quirks = {}): object {
    const authData = Buffer.concat([this.authData(quirks, 0x40), this.attestedCredential()]);
    const attestationObject = map([
      [text('fmt'), text('none')],
      [text('attStmt'), map([])],
      [text('authData'), bytes(authData)],
    ]);
    return this.answer({
      clientDataJSON: this.clientData('webauthn.create', options, quirks).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    });
  }

  prove(options: Options, quirks: Quirks = {}): object {
    this.counter += 1;
    const authData = this.authData(quirks, 0);
    const clientData = this.clientData('webauthn.get', options, quirks);
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
    return this.answer({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', signed, this.key).toString('base64url'),
    });
  }

  private answer(response: object): object {
    const id = this.id.toString('base64url');
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  private clientData(type: string, options: Options, quirks: Quirks): Buffer {
    const challenge = quirks.challenge ?? options.challenge;
    return Buffer.from(JSON.stringify({ type, challenge, origin: quirks.origin ?? this.origin, crossOrigin: false }));
  }

  private authData(quirks: Quirks, flags: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(quirks.counter ?? this.counter);
    const verified = quirks.isUnverified === true ? 0 : 0x04;
    const host = createHash('sha256').update(new URL(this.origin).hostname).digest();
    return Buffer.concat([host, Buffer.from([0x01 | verified | flags]), counter]);
  }

  private attestedCredential(): Buffer {
    const { x = '', y = '' } = this.publicKey.export({ format: 'jwk' });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const cose = map([
      [integer(1), integer(2)],
      [integer(3), integer(-7)],
      [integer(-1), integer(1)],
      [integer(-2), bytes(Buffer.from(x, 'base64url'))],
      [integer(-3), bytes(Buffer.from(y, 'base64url'))],
    ]);
    return Buffer.concat([Buffer.alloc(16), length, this.id, cose]);
  }
}

/** The little of CBOR that is needed: https://www.rfc-editor.org/rfc/rfc8949 */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  return value < 256
    ? Buffer.from([(major << 5) | 24, value])
    : Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}

function integer(value: number): Buffer {
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

function bytes(value: Buffer): Buffer {
  return Buffer.concat([head(2, value.length), value]);
}

function text(value: string): Buffer {
  return Buffer.concat([head(3, value.length), Buffer.from(value)]);
}

function map(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([head(5, entries.length), ...entries.flat()]);
}
