import type { Queryable } from '../../storage/db.ts';

/**
 * What a rotation does next. `seal`, `history`: bodies are stored again under new keys, and index rows of the new index key
 * are added; `switch`: searches take the new rows; `retire`: writes make no old rows any more; `clean`: old rows go;
 * `verify`: nothing is encrypted by an old key; `destroy`: so they go.
 */
export type RotationPhase = 'seal' | 'history' | 'switch' | 'retire' | 'clean' | 'verify' | 'destroy';

/** A rotation under way; whoever calls the command again goes on from here. */
export interface Rotation {
  readonly tenant: number;
  /** Id of the only patient whose keys are changed; undefined: all keys of the tenant. */
  readonly patient: string | undefined;
  readonly phase: RotationPhase;
  /** Milliseconds: by then every process works with the keys as they are now. */
  readonly notBefore: number;
  readonly lastPid: number;
  readonly lastVersion: number;
  /** Versions and resources that were looked at. */
  readonly done: number;
}

export async function readRotation(db: Queryable, tenant: number): Promise<Rotation | undefined> {
  const [row] = await db.query<Omit<Rotation, 'patient'> & { readonly scope: string }>({
    text:
      `select tenant_id as tenant, scope, phase, not_before as "notBefore", last_pid as "lastPid", ` +
      `last_version as "lastVersion", done from key_rotation where tenant_id = $1`,
    values: [tenant],
  });
  if (row === undefined) return undefined;
  const { scope, ...rotation } = row;
  return { ...rotation, patient: scope === '' ? undefined : scope };
}

/** Returns whether there was none before. */
export async function startRotation(tx: Queryable, rotation: Rotation): Promise<boolean> {
  const { tenant, patient = '', phase, notBefore } = rotation;
  const rows = await tx.query({
    text:
      `insert into key_rotation (tenant_id, scope, phase, not_before) values ($1, $2, $3, $4) ` +
      `on conflict do nothing returning tenant_id`,
    values: [tenant, patient, phase, notBefore],
  });
  return rows.length > 0;
}

/**
 * Moves on from where `rotation` stands.
 * @throws Error when another process did so
 */
export async function moveRotation(
  tx: Queryable,
  rotation: Rotation,
  to: Partial<Omit<Rotation, 'tenant' | 'patient'>>,
): Promise<Rotation> {
  const next = { ...rotation, ...to };
  const rows = await tx.query({
    text:
      `update key_rotation set phase = $2, not_before = $3, last_pid = $4, last_version = $5, done = $6 ` +
      `where tenant_id = $1 and phase = $7 and done = $8 returning tenant_id`,
    values: [
      next.tenant,
      next.phase,
      next.notBefore,
      next.lastPid,
      next.lastVersion,
      next.done,
      rotation.phase,
      rotation.done,
    ],
  });
  if (rows.length === 0) throw new Error('another process goes on with this rotation');
  return next;
}

export async function endRotation(tx: Queryable, { tenant }: Rotation): Promise<void> {
  await tx.query({ text: 'delete from key_rotation where tenant_id = $1', values: [tenant] });
}
