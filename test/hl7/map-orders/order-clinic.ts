import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createFhirClient, type FhirClient } from '../../../hl7-gateway/client/fhir-client.ts';
import { openHttpCaller, type HttpCaller } from '../../../hl7-gateway/client/http-call.ts';
import { apply, type Outcome } from '../../../hl7-gateway/deliver/deliver.ts';
import type { ParsedMessage } from '../../../hl7-gateway/hl7/parsed-message.ts';
import { PRINCIPAL } from '../../harness/test-principal.ts';
import { openModuleClinic, type ModuleClinic } from '../../harness/module-clinic.ts';
import type { Body } from '../../flows/fhir-server.ts';
import { LAB } from '../deliver/delivery-clinic.ts';
import { CONTEXT, mapMessage, messageOf } from '../map-admin/samples.ts';

const MODULES = fileURLToPath(new URL('../../../modules', import.meta.url));

/** A server with the rules of all that orders and results meet. */
export interface OrderClinic extends Omit<ModuleClinic, 'send'> {
  readonly client: FhirClient;
  /** Maps and applies a message of segments. */
  send(...segments: readonly string[]): Promise<Outcome>;
  apply(message: ParsedMessage): Promise<Outcome>;
  search(query: string): Promise<readonly Body[]>;
}

/**
 * @param env settings of the modules
 * @param principal claims of who the gateway is there; the server itself by default, whom no access rule binds
 */
export async function openOrderClinic(
  env: Readonly<Record<string, string>> = {},
  principal?: object,
): Promise<OrderClinic> {
  const clinic = await openModuleClinic(MODULES, 'administration,clinical,decision-support,medications,supply', env);
  const http = openHttpCaller({ timeout: 60_000, answerBytes: 64 * 1024 * 1024, connections: 20 });
  const identified: HttpCaller = {
    ...http,
    call: (call) => http.call({ ...call, headers: { ...call.headers, [PRINCIPAL]: JSON.stringify(principal) } }),
  };
  const client = createFhirClient(clinic.base, principal === undefined ? http : identified);
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const applied = async (message: ParsedMessage): Promise<Outcome> => {
    const { controlId, event } = message;
    const common = { id: randomUUID(), controlId, event, receivedAt: CONTEXT.receivedAt, partner: LAB };
    const [outcome] = await apply({ client, onError }, [{ ...common, mapped: mapMessage(message) }]);
    if (outcome === undefined) throw new Error('no outcome');
    return outcome;
  };
  return {
    ...clinic,
    client,
    apply: applied,
    send: (...segments) => applied(messageOf(...segments)),
    async search(query) {
      const { body, status, text } = await clinic.get(query);
      if (status !== 200) throw new Error(text);
      return (body.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
    },
    async close() {
      http.close();
      await clinic.close();
      if (errors.length > 0) throw new AggregateError(errors, 'errors of the gateway');
    },
  };
}
