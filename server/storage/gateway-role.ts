import pg from 'pg';

/** Schema of the HL7 gateway, which keeps its messages there. */
const SCHEMA = 'hl7_gateway';
const ROLE = 'athanor_gateway';

/**
 * Makes sure of a role that owns the HL7 gateway's schema, with what is in it, and has no other rights: statements of the gateway
 * cannot reach the server's tables.
 * @param adminConnectionString of who may make roles
 * @returns the same database, as that role
 */
export async function gatewayRole(adminConnectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminConnectionString, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(GRANTS);
  } finally {
    await client.end();
  }
  const url = new URL(adminConnectionString);
  url.username = ROLE;
  return url.toString();
}

/** Tables that were made before the role was, too. Written out in server/docs/security.md, for databases of the operator's own. */
const GRANTS = `
do $$ begin
  if not exists (select from pg_roles where rolname = '${ROLE}') then create role ${ROLE} login noinherit; end if;
end $$;
create schema if not exists ${SCHEMA};
alter schema ${SCHEMA} owner to ${ROLE};
do $$ declare name text; begin
  for name in select format('%I.%I', schemaname, tablename) from pg_tables
    where schemaname = '${SCHEMA}' and tableowner <> '${ROLE}' loop
    execute 'alter table ' || name || ' owner to ${ROLE}';
  end loop;
end $$;`;
