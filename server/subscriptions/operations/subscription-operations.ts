import type { Operation } from '../../fhir/operations/operation.ts';
import type { DeliveryContext } from '../deliver-subscription.ts';
import { bindingTokenOperation } from './binding-token.ts';
import { deadLettersOperation } from './dead-letters.ts';
import { eventsOperation } from './events.ts';
import { replayOperation } from './replay.ts';
import { secretOperation } from './secret.ts';
import { statusOperation } from './status.ts';

export function subscriptionOperations(context: DeliveryContext): readonly Operation[] {
  return [
    statusOperation(context),
    eventsOperation(context),
    bindingTokenOperation(context),
    secretOperation(context),
    deadLettersOperation(context),
    replayOperation(context),
  ];
}
