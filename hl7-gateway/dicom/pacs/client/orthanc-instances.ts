import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { isObject, JsonSyntaxError, parseJson, type JsonObject } from '../../../../server/kernel/json.ts';
import { Unreachable } from '../../../client/http-call.ts';
import { textOf } from '../../../map/json.ts';
import { authorization, PacsRefused, type PacsAccess } from './pacs-call.ts';

/** What of an instance is to be said otherwise. */
export interface TagChange {
  readonly replace: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** What an Orthanc does with single instances; pixels pass through without being held. */
export interface OrthancInstances {
  /**
   * Stores a changed copy: all UIDs stay. The copy has an id of its own where its patient number is another one.
   * @returns Orthanc's id of the copy
   */
  copy(instance: string, change: TagChange): Promise<string>;
  remove(instance: string): Promise<void>;
  /** Has what lists say of a study read from its files again. @param study Orthanc's id */
  reconstruct(study: string): Promise<void>;
}

/** Most milliseconds that one instance may take: the largest are some gigabytes. */
const PATIENCE = 600_000;
const KEPT = ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID'];

/** @param base `http://pacs:8042` */
export function openOrthancInstances(base: string, access: PacsAccess): OrthancInstances {
  async function call(method: string, path: string, body: string | IncomingMessage = ''): Promise<IncomingMessage> {
    const url = new URL(`${base}/${path}`);
    const length = typeof body === 'string' ? String(Buffer.byteLength(body)) : (body.headers['content-length'] ?? '');
    const type = typeof body === 'string' ? 'application/json' : 'application/dicom';
    const options: RequestOptions = {
      method,
      signal: AbortSignal.timeout(PATIENCE),
      headers: {
        ...authorization(access),
        'content-type': type,
        ...(length === '' ? { 'transfer-encoding': 'chunked' } : { 'content-length': length }),
      },
    };
    const outgoing = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, options);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.on('error', reject);
    });
    try {
      const sent = typeof body === 'string' ? outgoing.end(body) : pipeline(body, outgoing);
      const [answer] = await Promise.all([answered, sent]);
      return await accepted(answer);
    } catch (cause) {
      if (cause instanceof PacsRefused || cause instanceof Unreachable) throw cause;
      throw new Unreachable('the PACS did not answer', undefined, { cause });
    }
  }
  return {
    async copy(instance, { replace, remove }) {
      const change = { Replace: replace, Remove: remove, Keep: KEPT, Force: true };
      const file = await call('POST', `instances/${instance}/modify`, JSON.stringify(change));
      const stored = await bodyOf(await call('POST', 'instances', file));
      const id = textOf(stored.ID);
      if (id === '') throw new Unreachable('the PACS does not say what it has stored');
      return id;
    },
    async remove(instance) {
      await bodyOf(await call('DELETE', `instances/${instance}`));
    },
    async reconstruct(study) {
      await bodyOf(await call('POST', `studies/${study}/reconstruct`, '{}'));
    },
  };
}

/** @throws PacsRefused, Unreachable */
async function accepted(answer: IncomingMessage): Promise<IncomingMessage> {
  const { statusCode: status = 0 } = answer;
  if (status === 200) return answer;
  for await (const _ of answer);
  if (status >= 500 || status === 429) throw new Unreachable(`the PACS answered ${status}`, status);
  throw new PacsRefused(status);
}

const MOST_BYTES = 1024 * 1024;

async function bodyOf(answer: IncomingMessage): Promise<JsonObject> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > MOST_BYTES) throw new Error('too long an answer');
      parts.push(part);
    }
    const text = Buffer.concat(parts).toString('utf8');
    const body = text.trim().startsWith('{') ? parseJson(text) : {};
    return isObject(body) ? body : {};
  } catch (cause) {
    const what = cause instanceof JsonSyntaxError ? 'the PACS answered no JSON' : 'the PACS did not answer to the end';
    throw new Unreachable(what, undefined, { cause });
  }
}
