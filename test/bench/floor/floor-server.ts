// Entry of the floor: what the same rows cost through bare node:http and pg, without FHIR. Arguments: port, connection string.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';

const KEY_ROWS = 5;
const [port = '0', connectionString = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: 16 });

const SCHEMA = `
create table if not exists floor_resource (pid bigserial primary key, id text not null unique, updated bigint not null, body text not null);
create table if not exists floor_key (key bigint not null, sort_at bigint not null, pid bigint not null);
create index if not exists floor_key_walk on floor_key (key, sort_at desc, pid desc);
`;
const INSERT = `
with given as (select id, body from unnest($1::text[], $2::text[]) as g (id, body)),
written as (insert into floor_resource (id, updated, body) select id, $3, body from given returning pid)
insert into floor_key (key, sort_at, pid) select (pid * 7919 + k) % 100000, $3, pid from written, generate_series(1, ${KEY_ROWS}) k`;

async function body(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

async function insert(bodies: readonly string[]): Promise<string[]> {
  const ids = bodies.map(() => randomUUID());
  await pool.query({ name: 'insert', text: INSERT, values: [ids, bodies, Date.now()] });
  return ids;
}

async function answer(request: IncomingMessage): Promise<readonly [number, string]> {
  const path = (request.url ?? '').slice(1);
  if (request.method === 'GET') {
    const { rows } = await pool.query<{ body: string }>({
      name: 'read',
      text: 'select body from floor_resource where id = $1',
      values: [path],
    });
    return rows[0] === undefined ? [404, '{}'] : [200, rows[0].body];
  }
  const value = JSON.parse(await body(request)) as { entry?: { resource: unknown }[] };
  if (value.entry !== undefined) {
    const ids = await insert(value.entry.map(({ resource }) => JSON.stringify(resource)));
    return [200, JSON.stringify(ids)];
  }
  const [id] = await insert([JSON.stringify(value)]);
  return [201, JSON.stringify({ id, ...value })];
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  answer(request).then(
    ([status, text]) => {
      const headers = {
        'Content-Type': 'application/fhir+json; charset=utf-8',
        'Content-Length': Buffer.byteLength(text),
      };
      response.writeHead(status, headers).end(text);
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}

await pool.query(SCHEMA);
createServer(serve).listen(Number(port), '127.0.0.1', () => process.send?.('ready'));
