import { refusedScheme, styleEffect } from './link.ts';

test.each<[string, string, string | undefined]>([
  ['href', 'https://clinic.example.org/a:b', undefined],
  ['href', 'Patient/1', undefined],
  ['href', '#a:b', undefined],
  ['href', 'mailto:a@example.org', undefined],
  ['href', 'tel:+41445550123', undefined],
  ['href', 'JavaScript:alert(1)', 'javascript'],
  ['href', ' java\nscript:alert(1)', 'javascript'],
  ['href', '\u0001javascript:alert(1)', 'javascript'],
  ['href', `${' '.repeat(500)}javascript:alert(1)`, 'javascript'],
  ['href', 'vbscript:x', 'vbscript'],
  ['href', 'data:text/html,x', 'data'],
  ['href', 'urn:oid:1.2', 'urn'],
  ['href', 'file:///etc/passwd', 'file'],
  ['src', 'data:image/png;base64,AAAA', undefined],
  ['src', 'data:image/svg+xml,<svg/>', 'data'],
  ['src', 'data:text/html,x', 'data'],
  ['src', 'https://clinic.example.org/a.png', undefined],
  ['src', '#photo', undefined],
  ['src', 'javascript:1', 'javascript'],
])('%s="%s"', (attribute, value, refused) => {
  expect(refusedScheme(attribute, value)).toBe(refused);
});

test.each([
  ['color: red; width: 10%', undefined],
  ['font-family: "Arial"', undefined],
  ['background: url(https://x.example.org/a)', 'loads'],
  ['background: URL (a)', 'loads'],
  ['background: url(javascript:a)', 'runs'],
  ['width: exp/**/ression(alert(1))', 'runs'],
  ['width: exp/* a */ression(1)', 'runs'],
  ['background: \\75rl(a)', 'runs'],
  ['behavior: x', 'runs'],
])('style="%s"', (style, effect) => {
  expect(styleEffect(style)).toBe(effect);
});

test('a megabyte of style is decided in linear time', () => {
  for (const unit of ['/*', '/**', 'url ', ' ', '*/']) {
    const started = process.cpuUsage();
    styleEffect(unit.repeat(300_000));
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
  }
});
