import type { OwnApp } from '../auth/oauth/clients/own-apps.ts';
import type { Config } from './config.ts';

/** Where the gateway that is started here listens, unless HL7_HTTP says otherwise. */
const DEFAULT = 'http://127.0.0.1:2580';

/**
 * The page of the HL7 gateway that shows images, as an app of this server; none where there is no PACS, nor a gateway that browsers
 * are said to reach.
 * @param env of the server: HL7_HTTP, HL7_HTTP_URL and PACS_DICOMWEB are the gateway's settings (hl7-gateway/gateway-settings.ts)
 */
export function viewerApp(
  { hl7Gateway }: Pick<Config, 'hl7Gateway'>,
  env: Readonly<Record<string, string | undefined>>,
): readonly OwnApp[] {
  const [listens, reached, pacs] = [env.HL7_HTTP, env.HL7_HTTP_URL, env.PACS_DICOMWEB].map(
    (value) => value?.trim() ?? '',
  );
  const own = hl7Gateway === 'on' && pacs !== '' && listens !== 'off' ? listens || DEFAULT : '';
  const url = reached || own;
  if (!URL.canParse(url)) return [];
  const scopes = 'openid fhirUser user/ImagingStudy.rs';
  return [{ name: 'viewer', title: 'Image viewer', origin: new URL(url).origin, scopes }];
}
