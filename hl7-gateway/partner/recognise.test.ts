import type { Partner, PartnerRecognition } from './partner.ts';
import { recogniser, type Sender } from './recognise.ts';

function partner(id: string, recognition: PartnerRecognition, isActive = true): Partner {
  return {
    id,
    name: id,
    isActive,
    recognition,
    reading: { fallbackCharset: 'windows-1252', isStrict: false, processingIds: ['P'] },
    replies: { replyWhen: 'stored', hasUniqueControlIds: false, usesSequenceNumbers: false },
    patients: { mayCreate: false, mayQuery: false, trustedSystems: [] },
    systems: [],
    timeZone: 'UTC',
  };
}

const SENDER: Sender = {
  localPort: 2575,
  remoteAddress: '::ffff:192.0.2.7',
  certificate: 'a'.repeat(64),
  application: ['LAB', '1.2.3'],
  facility: ['HOUSE'],
};

test.each<[string, PartnerRecognition, boolean]>([
  ['nothing', {}, false],
  ['the port', { port: 2575 }, true],
  ['another port', { port: 2576 }, false],
  ['the application', { application: 'LAB' }, true],
  ['the universal id of the application', { application: '1.2.3' }, true],
  ['another case', { application: 'lab' }, false],
  ['application and facility', { application: 'LAB', facility: 'HOUSE' }, true],
  ['another facility', { application: 'LAB', facility: 'OTHER' }, false],
  ['the network', { addresses: ['10.0.0.0/8', '192.0.2.0/24'] }, true],
  ['another network', { addresses: ['10.0.0.0/8'] }, false],
  ['the certificate', { certificate: 'a'.repeat(64) }, true],
  ['another certificate', { certificate: 'b'.repeat(64) }, false],
  ['all but one', { port: 2575, application: 'LAB', certificate: 'b'.repeat(64) }, false],
])('%s', (_what, recognition, fits) => {
  const only = partner('a', recognition);
  expect(recogniser([only])(SENDER)).toEqual(fits ? { partner: only } : { partner: undefined, isAmbiguous: false });
});

test('two whom it fits are none, and who is not active is nobody', () => {
  const [a, b] = [partner('a', { port: 2575 }), partner('b', { application: 'LAB' })];
  expect(recogniser([a, b])(SENDER)).toEqual({ partner: undefined, isAmbiguous: true });
  expect(recogniser([a, partner('b', { application: 'LAB' }, false)])(SENDER)).toEqual({ partner: a });
});
