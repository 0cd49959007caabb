import type { Eraser } from '../fhir/operations/erase.ts';

/**
 * Files that were made before a patient was erased may hold their data, and nobody is served them any more; they are removed
 * when their time is over. Works that go on begin anew.
 */
export const eraseFiles: Eraser = async (tx, { tenant }) => {
  const rows = await tx.query({
    name: 'bulk_erase',
    text:
      `with files as (delete from bulk_file where tenant = $1), refs as (delete from bulk_ref where tenant = $1) ` +
      `delete from bulk_work where tenant = $1 returning id`,
    values: [tenant],
  });
  return { 'bulk works': rows.length };
};
