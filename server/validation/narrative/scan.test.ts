import fc from 'fast-check';
import { embeddableXhtml } from '../../formats/xhtml.ts';
import { isXhtml } from '../primitives/xhtml.ts';
import { scanXhtml } from './scan.ts';

const NAMESPACE = 'http://www.w3.org/1999/xhtml';

/** What the scan comes by: `<name`, `name=value`, `text`. */
function scanned(text: string): readonly string[] {
  const found: string[] = [];
  const problem = scanXhtml(text, {
    element: (name) => found.push(`<${name}`),
    attribute: (name, value) => found.push(`${name}=${value}`),
    content: () => found.push('text'),
  });
  return problem === undefined ? found : [problem];
}

test.each<[string, readonly string[]]>([
  ['<div>a</div>', ['<div', 'text']],
  [' <div >\n</div >\n', ['<div']],
  ['<div/>', ['<div']],
  ['<div><p class="a b" id=\'c\'>x</p><br /></div>', ['<div', '<p', 'class=a b', 'id=c', 'text', '<br']],
  ['<div title="&lt;&amp;&gt;&quot;&apos;&#65;&#x42;&#x1F600;"/>', ['<div', 'title=<&>"\'AB😀']],
  ['<div title = "a > b">&nbsp</div>', ['there is an "&" that stands alone or an unknown entity after character 22']],
  ['<div><!-- a - b --></div>', ['<div']],
  ['<div>&#160;</div>', ['<div', 'text']],
])('%s', (text, expected) => {
  expect(scanned(text)).toEqual(expected);
});

test.each([
  ['', 'it does not start with an element'],
  ['a<div/>', 'it does not start with an element'],
  ['<div>', 'the element div is not closed'],
  ['<div><p>', 'the element p is not closed'],
  ['<div></p>', 'the end tag p closes nothing at character 6'],
  ['</div>', 'the end tag div closes nothing at character 1'],
  ['<div></div', 'the end tag div closes nothing at character 6'],
  ['<div/><div/>', 'there is more than one element at character 7'],
  ['<div/>text', 'there is more than one element at character 7'],
  ['<div', 'the element div is malformed at character 1'],
  ['<div a="1"b="2"/>', 'the element div is malformed at character 1'],
  ['<div a="1" b="2" a="3"/>', 'the element div is malformed at character 1'],
  ['<div a/>', 'the attribute a has no value in quotes at character 1'],
  ['<div a=1/>', 'the attribute a has no value in quotes at character 1'],
  ['<div a="1/>', 'the value of a does not end at character 1'],
  ['<div a="<"/>', 'the value of a holds a "<", an "&" that stands alone or an unknown entity at character 1'],
  ['<div a="&reg;"/>', 'the value of a holds a "<", an "&" that stands alone or an unknown entity at character 1'],
  ['<div>< p/></div>', 'there is a "<" that starts no element at character 6'],
  ['<div><!DOCTYPE a></div>', 'there is a "<!" that starts no comment at character 6'],
  ['<div><![CDATA[a]]></div>', 'there is a "<!" that starts no comment at character 6'],
  ['<div><?php a?></div>', 'there is a "<" that starts no element at character 6'],
  ['<div><!-- a -- b --></div>', 'the comment is malformed at character 6'],
  ['<div>a]]>b</div>', 'there is a "]]>" after character 6'],
  ['<div>\u0001</div>', 'there is a character that XML cannot hold after character 6'],
  ['<div>&#0;</div>', 'there is an "&" that stands alone or an unknown entity after character 6'],
  ['<div>&#xD800;</div>', 'there is an "&" that stands alone or an unknown entity after character 6'],
  ['<div>&#1114112;</div>', 'there is an "&" that stands alone or an unknown entity after character 6'],
  ['<p>'.repeat(101), 'elements are nested deeper than 100 levels at character 301'],
])('%s', (text, problem) => {
  expect(scanned(text)).toEqual([problem]);
});

test('what passes can be written into XML', () => {
  const piece = fc.oneof(
    fc.constantFrom('<p>', '</p>', '<b class="x">', '</b>', '<br/>', '</div>', '<div>', '<!--', '-->', '--', ']]>'),
    fc.constantFrom('&amp;', '&#65;', '&#x', ';', '&', '<', '>', '"', "'", '=', ' ', '\n', '\u0001', 'a', '😀', '/'),
    fc.constantFrom(
      '<img src="a" alt=\'b\'/>',
      '<a href="#x">',
      '</a>',
      'xml:lang="de"',
      '<x:y/>',
      '<?a?>',
      '<![CDATA[',
    ),
    fc.string({ maxLength: 3 }),
  );
  let passed = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = `<div xmlns="${NAMESPACE}">${pieces.join('')}</div>`;
      if (!isXhtml(text)) return;
      passed += 1;
      expect(embeddableXhtml(text)).toBe(text);
    }),
    { numRuns: 3000 },
  );
  expect(passed).toBeGreaterThan(100);
});

test.each(['<', '&', '<p ', 'a="', '<!--', '&#', ' ', ']]', 'a', '<p>'])(
  'a megabyte of %j is decided in linear time',
  (unit) => {
    const text = `<div xmlns="${NAMESPACE}">${unit.repeat(Math.ceil(1_000_000 / unit.length))}</div>`;
    const started = process.cpuUsage();
    isXhtml(text);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
  },
);
