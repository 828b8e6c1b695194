import { expect, it } from 'vitest';
import { parsePlan } from '../index.ts';
import { type Json, one } from '../../test/support/plans.ts';
import { refuses } from '../../test/support/refusals.ts';

const body = (text: string): Json => one({ body: text });

it('takes the first word of a sub-expression for a helper', () => {
  const subject = '{{upper (default contact.title (lower "you"))}}';
  expect(parsePlan(one({ subject }))).toMatchObject({ ok: true });
  expect(parsePlan(one({ subject: '{{upper (lower nickname)}}' }))).toMatchObject({
    problems: [{ code: 'unknown_variable', path: 'nodes[0].subject' }],
  });
});

refuses('templates that cannot be rendered', [
  [
    'unknown variable',
    one({ subject: '{{contact.first_name}}' }),
    'nodes[0].subject',
    'unknown_variable',
    '{{contact.first_name}}: expected a known variable, did you mean {{contact.firstName}}?',
  ],
  [
    'unknown variable in a condition',
    body('{{#if contact.vip}}x{{/if}}'),
    'nodes[0].body',
    'unknown_variable',
    '{{contact.vip}}: expected a known variable, such as {{contact.firstName}}',
  ],
  [
    'unknown variable of a helper',
    one({ text: '{{default nickname "you"}}' }),
    'nodes[0].text',
    'unknown_variable',
    '{{nickname}}: expected a known variable, such as {{contact.firstName}}',
  ],
  [
    'a partial',
    body('{{> footer}}'),
    'nodes[0].body',
    'template_syntax',
    '{{> footer}}: expected a variable or a block (no partials, no decorators)',
  ],
  [
    'an unknown block',
    body('{{#when contact.email}}x{{/when}}'),
    'nodes[0].body',
    'template_syntax',
    '{{#when contact.email}}: expected one of the blocks if, unless, each, with',
  ],
  [
    'an expression without an end',
    body('Hi {{contact.email'),
    'nodes[0].body',
    'template_syntax',
    '"{{" without an end: expected "}}"',
  ],
  [
    'a block without an end',
    body('{{#if contact.email}}x'),
    'nodes[0].body',
    'template_syntax',
    '{{#if}} without an end: expected {{/if}}',
  ],
  [
    'blocks across each other',
    body('{{#if contact.email}}x{{/each}}'),
    'nodes[0].body',
    'template_syntax',
    '{{/each}}: expected {{/if}}',
  ],
]);
