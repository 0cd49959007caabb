import type { ClinicReader, ModuleContext } from '#sdk';

interface Referring {
  readonly reference?: string | undefined;
}

/** Whose orders come into force. */
export function prescriberRoles(context: Pick<ModuleContext, 'setting'>): readonly string[] {
  return context.setting('prescriber-roles').split(' ');
}

export function mayPrescribe(context: Pick<ModuleContext, 'setting' | 'actor'>): boolean {
  const roles = prescriberRoles(context);
  return context.actor.roles.some((role) => roles.includes(role));
}

/** Whether a reference means who acts: themselves, or one of their PractitionerRoles. */
export async function actorIs(
  reference: Referring | undefined,
  context: Pick<ModuleContext, 'actor'> & ClinicReader,
): Promise<boolean> {
  const { actor } = context;
  if (reference?.reference === undefined || actor.reference === undefined) return false;
  if (reference.reference === actor.reference) return true;
  const role = await context.resolve(reference, 'PractitionerRole');
  if (role?.practitioner?.reference === actor.reference) return true;
  const own = await context.resolve({ reference: actor.reference }, 'PractitionerRole');
  return own?.practitioner?.reference === reference.reference;
}

/** The person behind a reference to them or to one of their roles. */
export async function personOf(reference: Referring | undefined, reader: ClinicReader): Promise<string | undefined> {
  const role = await reader.resolve(reference, 'PractitionerRole');
  return role?.practitioner?.reference ?? reference?.reference;
}
