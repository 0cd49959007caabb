import { fault, type Issue } from '../../kernel/fault.ts';
import { forgetPackage, lockPackages, readPackages } from '../../storage/packages.ts';
import type { Ctx, Engine } from '../engine.ts';
import { inTransaction } from '../write/in-transaction.ts';
import type { Installation } from './install-packages.ts';
import { satisfies } from './order-packages.ts';
import { packageLabel } from './package-identity.ts';
import { removeUnchanged } from './remove-unchanged.ts';
import { identityOf } from './report.ts';

/**
 * Removes what a package brought. Resources that clients changed since stay, and are named.
 * @throws Fault 404 when it is not installed; 409 when other resources refer to what it brought
 */
export function uninstallPackage(engine: Engine, ctx: Ctx, name: string, version: string): Promise<Installation> {
  return inTransaction(engine, ctx, async (inner) => {
    await lockPackages(inner.db);
    const installed = await readPackages(inner.db, inner.tenant);
    const known = installed.find((one) => one.name === name && one.version === version);
    if (known === undefined) throw notInstalled(name, version, installed);
    const issues: Issue[] = [];
    for (const resource of await removeUnchanged(engine, inner, known.resources)) {
      const text = `${identityOf(resource)} stays, since it was changed after the package was installed.`;
      issues.push({ severity: 'warning', code: 'business-rule', text });
    }
    for (const other of installed) {
      const needed = Object.entries(other.dependencies).some(([each, wanted]) => satisfies(known, each, wanted));
      if (!needed || other === known) continue;
      const text = `${packageLabel(other)} depends on ${packageLabel(known)}.`;
      issues.push({ severity: 'warning', code: 'not-found', text });
    }
    await forgetPackage(inner.db, inner.tenant, name, version);
    return { reports: [{ name, version, outcome: 'removed', resources: known.resources.length }], issues };
  });
}

function notInstalled(
  name: string,
  version: string,
  installed: readonly { readonly name: string; readonly version: string }[],
): Error {
  const labels = installed.map(packageLabel).join(', ');
  const known = labels === '' ? 'no package is' : `installed are ${labels}`;
  const label = packageLabel({ name, version }).slice(0, 200);
  return fault('package.notInstalled', 404, 'not-found', `${label} is not installed; ${known}.`);
}
