import { defineProjection, type Image, type ProjectionTables, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { localName } from '../vault/moved.ts';
import { extensionOf } from '../vault/pharmacy-record.ts';
import { readSeals } from '../vault/seal.ts';
import { isVault } from '../vault/vault-place.ts';

type Row = readonly (string | number)[];

/** Which places are vaults, the chain of each, and which statements of witnesses are used up. */
export const vault = defineProjection<'SupplyDelivery' | 'Location'>({
  name: 'pharmacy.vault',
  version: 1,
  on: ['SupplyDelivery', 'Location'],
  tables: ['vault_place', 'vault_entry', 'witness_use'],
  ddl: `
    create table @vault_place (
      tenant smallint not null,
      location text not null,
      primary key (tenant, location)
    );
    create table @vault_entry (
      tenant smallint not null,
      vault text not null,
      seq integer not null check (seq > 0),
      movement text not null,
      hash text not null,
      constraint one_movement_per_number primary key (tenant, vault, seq)
    );
    create table @witness_use (
      tenant smallint not null,
      statement text not null,
      movement text not null,
      constraint one_movement_per_statement primary key (tenant, statement)
    )`,
  constraints: {
    one_movement_per_number: () => faults.vaultBusy(),
    one_movement_per_statement: () => faults.witnessUsed(),
  },
  async project(images, tables) {
    for (const image of images) {
      if (isOfPlace(image)) await projectPlace(image, tables);
      else await projectMovement(image as Image<'SupplyDelivery'>, tables);
    }
  },
});

function isOfPlace(image: Image<'SupplyDelivery' | 'Location'>): image is Image<'Location'> {
  return (image.after ?? image.before)?.resourceType === 'Location';
}

async function projectPlace({ before, after }: Image<'Location'>, tables: ProjectionTables): Promise<void> {
  const was = before !== undefined && isVault(before);
  const is = after !== undefined && isVault(after);
  if (was === is) return;
  const location = `Location/${(after ?? before)?.id ?? ''}`;
  await tables.query(
    is
      ? 'insert into @vault_place (tenant, location) values ($1, $2)'
      : 'delete from @vault_place where tenant = $1 and location = $2',
    [tables.tenant, location],
  );
}

async function projectMovement({ before, after }: Image<'SupplyDelivery'>, tables: ProjectionTables): Promise<void> {
  for (const [vault = '', seq = 0] of entriesOf(before)) {
    await tables.query('delete from @vault_entry where tenant = $1 and vault = $2 and seq = $3', [
      tables.tenant,
      vault,
      seq,
    ]);
  }
  for (const row of entriesOf(after)) {
    await tables.query('insert into @vault_entry (tenant, vault, seq, movement, hash) values ($1, $2, $3, $4, $5)', [
      tables.tenant,
      ...row,
    ]);
  }
  const used = statementIn(before);
  const uses = statementIn(after);
  if (used === uses) return;
  if (used !== '') {
    await tables.query('delete from @witness_use where tenant = $1 and statement = $2', [tables.tenant, used]);
  }
  if (uses !== '') {
    await tables.query('insert into @witness_use (tenant, statement, movement) values ($1, $2, $3)', [
      tables.tenant,
      uses,
      `SupplyDelivery/${after?.id ?? ''}`,
    ]);
  }
}

function entriesOf(movement: Stored<'SupplyDelivery'> | undefined): readonly Row[] {
  if (movement === undefined) return [];
  return readSeals(movement).map(({ vault, seq, hash }) => [vault, seq, `SupplyDelivery/${movement.id}`, hash]);
}

function statementIn(movement: Stored<'SupplyDelivery'> | undefined): string {
  return movement === undefined ? '' : localName(extensionOf(movement, 'vault-witness')?.valueReference);
}
