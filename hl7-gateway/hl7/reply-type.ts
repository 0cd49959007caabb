import { structureOf } from './structures.ts';
import { isFrom } from './versions.ts';

/** Messages that are answered by more than ACK, and what their reply is called: HL7 v2.5.1 chapters 4, 5, 8 and 10. */
const REPLIES: Readonly<Record<string, string>> = {
  'ORM^O01': 'ORR^O02',
  'OML^O21': 'ORL^O22',
  'OML^O33': 'ORL^O34',
  'OML^O35': 'ORL^O36',
  'OMI^O23': 'ORI^O24',
  'OMG^O19': 'ORG^O20',
  'OMP^O09': 'ORP^O10',
  'OMD^O03': 'ORD^O04',
  'OMS^O05': 'ORS^O06',
  'OMN^O07': 'ORN^O08',
  'OMB^O27': 'ORB^O28',
  'RDE^O01': 'RRE^O02',
  'RDE^O11': 'RRE^O12',
  'RDE^O25': 'RRE^O26',
  'RDS^O01': 'RRD^O02',
  'RDS^O13': 'RRD^O14',
  'RGV^O15': 'RRG^O16',
  'RAS^O17': 'RRA^O18',
  'QRY^A19': 'ADR^A19',
  'QBP^Q11': 'RSP^K11',
  'QBP^Q21': 'RSP^K21',
  'QBP^Q22': 'RSP^K22',
  'QBP^Q23': 'RSP^K23',
  'QBP^Q24': 'RSP^K24',
  'QBP^Q25': 'RSP^K25',
};

/** Message code, trigger event and structure of MSH-9. */
type MessageType = readonly [code: string, trigger: string, structure: string];

/**
 * What MSH-9 of an application reply says.
 * @param event of the message that is answered: `ADT^A01`
 */
export function replyType(event: string, version: string): readonly string[] {
  const [code = '', trigger = ''] = event.split('^');
  return named(typeOf(event, code, trigger), version);
}

/** What MSH-9 of a commit reply says, whatever it answers. */
export function commitType(event: string, version: string): readonly string[] {
  return named(['ACK', event.split('^')[1] ?? '', 'ACK'], version);
}

/** Before 2.3.1 nobody names structures. */
function named(type: MessageType, version: string): readonly string[] {
  if (type[1] === '') return type.slice(0, 1);
  return isFrom(version, '2.3.1') ? type : type.slice(0, 2);
}

function typeOf(event: string, code: string, trigger: string): MessageType {
  const reply = REPLIES[event];
  if (reply !== undefined) {
    const [replyCode = '', replyTrigger = ''] = reply.split('^');
    return [replyCode, replyTrigger, structureOf(reply)];
  }
  if (code === 'SRM') return ['SRR', trigger, 'SRR_S01'];
  if (code === 'MFN') return ['MFK', trigger, 'MFK_M01'];
  return ['ACK', trigger, 'ACK'];
}
