import { qrCode } from './qr-code.ts';

test('a QR code is drawn without script, style or anything from elsewhere', () => {
  const { text } = qrCode('otpauth://totp/Athanor:ada?secret=JBSWY3DPEHPK3PXP', 'QR "code"');
  expect(text).toMatch(/^<svg class="qr" role="img" aria-label="QR &quot;code&quot;" viewBox="0 0 (\d+) \1">/);
  expect(text).not.toMatch(/<script|style=|href|otpauth/);
  // The three finders have a dark corner each.
  expect(text).toContain('M4 4h1v1h-1z');
});
