import type { JsonObject } from '../../../server/kernel/json.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { plainText } from '../datatypes/text.ts';
import type { MappingDraft } from '../mapping-draft.ts';

const INSTALLED = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Device.version.installDate';

/** SFT as Devices to be contained: the software that wrote the message, and what it passed through. */
export function softwareDevices(draft: MappingDraft): readonly JsonObject[] {
  return draft.all('SFT').map((sft, index) => {
    const device: JsonObject = { resourceType: 'Device', id: `software-${index + 1}` };
    const vendor = sft.value(1);
    const manufacturer = vendor?.text(1) || vendor?.text(10) || '';
    if (manufacturer !== '') device.manufacturer = manufacturer;
    const version = sft.text(2);
    const installed = sft.value(6);
    const at = installed === undefined ? undefined : dateTime(installed, draft);
    if (version !== '')
      device.version = [
        { ...(at === undefined ? {} : { extension: [{ url: INSTALLED, valueDateTime: at }] }), value: version },
      ];
    const product = sft.text(3);
    if (product !== '') device.deviceName = [{ name: product, type: 'manufacturer-name' }];
    const binary = sft.text(4);
    if (binary !== '') device.modelNumber = binary;
    const information = sft.value(5);
    const note = information === undefined ? undefined : plainText(information);
    if (note !== undefined) device.note = [{ text: note }];
    return device;
  });
}
