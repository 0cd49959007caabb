import type { Operation } from '../fhir/operations/operation.ts';
import { changeDestination } from './change-destination.ts';
import { editMessage } from './edit-message.ts';
import type { GatewayLink } from './gateway-link.ts';
import { gatewayStatus } from './gateway-status.ts';
import { listMessages } from './list-messages.ts';
import { previewMessage } from './preview-message.ts';
import { showMessage } from './show-message.ts';
import { dismissMessages, replayMessages } from './work-on-messages.ts';

/**
 * What users of this server see of the HL7 gateway's messages, and do with them.
 * @param gateway undefined: there is no gateway that would know this server, and there are none of these operations
 */
export function gatewayOperations(gateway: GatewayLink | undefined): readonly Operation[] {
  if (gateway === undefined) return [];
  return [
    listMessages(gateway),
    showMessage(gateway),
    previewMessage(gateway),
    replayMessages(gateway),
    dismissMessages(gateway),
    editMessage(gateway),
    gatewayStatus(gateway),
    changeDestination(gateway),
  ];
}
