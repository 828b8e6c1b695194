import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileTemplate, htmlToPlainText } from '../index.ts';
import { printedToPlainText } from './printed-values.ts';

const piece = fc.constantFrom(
  '<p>{{a}}</p>',
  '<p>Dear {{a}} {{b}},</p>',
  '<h1>{{a}}</h1>',
  '<h2>x{{b}}y</h2>',
  '<a href="https://x.test/{{a}}">{{b}}</a>',
  '<a href="https://x.test/{{a}}">https://x.test/{{b}}</a>',
  '<a href="mailto:{{a}}">{{a}}</a>',
  '<ul><li>{{a}}</li><li>{{b}} {{a}}</li></ul>',
  '<ol start="7"><li>{{a}}</li><li>z</li></ol>',
  '<table><tr><td>{{a}}</td><td>{{b}}</td></tr></table>',
  '<blockquote>{{b}}<br>{{a}}</blockquote>',
  '<pre>  {{a}}\n  {{b}} </pre>',
  '<b> {{a}} </b> <i>{{b}}</i>',
  '<img src="x.png" alt="{{a}}" title="{{b}}">',
  '<div title="{{b}}">  {{a}}{{b}}  </div>',
  '<hr>',
  'plain \u200b text\n',
);
const value = fc.oneof(
  fc.constantFrom('Grace', 'Hopper & Sons', 'https://x.test/Grace', 'a=b', '"', '<b>', '&amp;'),
  fc.constantFrom(' Grace', 'Grace ', 'two  spaces', 'line\nbreak', '\u00a0', '#top', '\ue000'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
);

it('the text of printed HTML is that of the HTML', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      fc.array(value, { maxLength: 4 }),
      (pieces, values) => {
        const template = compileTemplate(pieces.join(''), 'html');
        // Pairs of values for one template, so that shapes are met again.
        for (const a of values) {
          for (const b of values) {
            const rendered = template.render({ a, b });
            if (!rendered.ok) continue;
            expect(printedToPlainText(rendered.output, rendered.printed)).toBe(
              htmlToPlainText(rendered.output),
            );
          }
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
