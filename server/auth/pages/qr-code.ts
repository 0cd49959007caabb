import qrcode from 'qrcode-generator';
import { html, type Html } from './html.ts';

/** Light modules around the code, which scanners need. */
const MARGIN = 4;

/** A text as a QR code, drawn in the page itself: it may be a secret, and the page loads nothing from elsewhere. */
export function qrCode(text: string, label: string): Html {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const modules: string[] = [];
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (code.isDark(row, column)) modules.push(`M${column + MARGIN} ${row + MARGIN}h1v1h-1z`);
    }
  }
  const size = count + 2 * MARGIN;
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}">
    <rect width="${size}" height="${size}" fill="#fff" />
    <path fill="#000" d="${modules.join('')}" />
  </svg>`;
}
