import { defineOperation } from '#sdk';
import { faults } from '../faults.ts';
import { signedBy } from '../notes/signature.ts';

export const verifySignature = defineOperation({
  code: 'verify-signature',
  title: 'Check the signature of a note',
  text:
    'Whether the current version of the note says what somebody signed: computed anew from its bytes. What is signed is the JSON without ' +
    'meta, with sorted keys and no white space; the signature is a detached JWS (EdDSA) in the Provenance.',
  levels: ['instance'],
  types: ['Composition'],
  affectsState: false,
  input: {},
  output: {
    signed: { type: 'boolean', min: 1, text: 'Whether it is.' },
    who: { type: 'Reference', text: 'By whom.' },
    when: { type: 'instant', text: 'When.' },
    provenance: { type: 'Reference', text: 'Where the signature is.' },
    'public-key': { type: 'string', text: 'Of the server, in PEM: for checks elsewhere.' },
  },
  async run(context, { id = '' }) {
    const note = await context.read('Composition', id);
    if (note === undefined) throw faults.noSuchNote();
    const provenance = await signedBy(context, note);
    if (provenance === undefined) return { signed: false };
    const [signature] = provenance.signature ?? [];
    return {
      signed: true,
      who: signature?.who,
      when: signature?.when,
      provenance: { reference: `Provenance/${provenance.id}` },
      'public-key': context.sign('').publicKey,
    };
  },
});
