import { html } from './html.ts';

test.each([
  ['markup', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['quotes', `" onfocus="x' \``, '&quot; onfocus=&quot;x&#39; &#96;'],
  ['ampersands', '&lt;', '&amp;lt;'],
])('%s of values are escaped', (_name, value, escaped) => {
  expect(html`<p title="${value}">${value}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test('templates nest without being escaped twice', () => {
  const items = ['a<b', 'c'].map((item) => html`<b>${item}</b>`);
  expect(html`<i>${items}</i>`.text).toBe('<i><b>a&lt;b</b><b>c</b></i>');
});

test('what is absent leaves nothing', () => {
  expect(html`<p>${undefined}${false}${[]}${0}</p>`.text).toBe('<p>0</p>');
});
