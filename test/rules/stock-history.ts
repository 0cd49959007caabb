import { inClinicTransaction } from '../../server/module-host/clinic-transaction.ts';
import { Fault } from '../../server/kernel/fault.ts';
import type { ResourceOf } from '../../server/sdk/index.ts';
import type { TestEngine } from '../harness/test-engine.ts';
import { delivery } from './stock.fixture.ts';

/** One change of the stock; places and ids are few, so that changes meet. */
export interface Step {
  readonly kind: 'put' | 'delete' | 'transfer';
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly quantity: number;
}

const place = (number: number): string | undefined => (number === 0 ? undefined : `Location/${number}`);

/** Does it, unless the stock refuses it; returns whether it did. */
export async function take(open: TestEngine, step: Step): Promise<boolean> {
  const { engine } = open;
  const of = (id: string, from: number, to: number): ResourceOf<'SupplyDelivery'> & { id: string } =>
    ({ ...delivery(step.quantity, place(from), place(to)), id }) as ResourceOf<'SupplyDelivery'> & { id: string };
  try {
    await inClinicTransaction(engine, open.ctx(), async (clinic) => {
      if (step.kind === 'delete') await clinic.remove('SupplyDelivery', `d${step.id}`);
      else await clinic.update(of(`d${step.id}`, step.from, step.to));
      if (step.kind === 'transfer') await clinic.update(of(`t${step.id}`, step.to, step.from));
    });
    return true;
  } catch (error) {
    if (error instanceof Fault && (error.status === 422 || error.code === 'storage.busy')) return false;
    throw error;
  }
}
