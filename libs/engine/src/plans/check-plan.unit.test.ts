import { describe, expect, it } from 'vitest';
import { parsePlan } from '@cadenza/plan';
import { checkPlan } from './check-plan.ts';

function planOf(more: Readonly<Record<string, unknown>>) {
  const send = { channel: 'email', action: 'send', body: '<p>b</p>' };
  return {
    version: '1.0',
    timezone: 'UTC',
    startNodeId: 'a',
    nodes: [
      { id: 'a', ...send, subject: 's', transitions: [{ on: 'no_open', to: 'b' }], ...more },
      { id: 'b', ...send, threadWith: 'a', transitions: [] },
    ],
  };
}

const PLACE_FOR_VALUES = 'expected it in text or in another attribute';

describe('a plan whose templates are not rendered', () => {
  it.each([
    [
      'an unknown helper',
      { subject: '{{shout contact.email}}' },
      'subject',
      '1:1: unknown helper "shout": expected one of if, unless, each, with, default, upper, lower, capitalize',
    ],
    [
      'an unescaped value',
      { body: '<p>\n{{{contact.email}}}</p>' },
      'body',
      '2:1: {{{ }}} and {{& }} are not allowed: expected {{ }}',
    ],
    [
      'a value in a style',
      { body: '<p style="{{contact.title}}">b</p>' },
      'body',
      `1:11: an expression in the attribute style cannot be made safe: ${PLACE_FOR_VALUES}`,
    ],
    [
      'a script',
      { body: '<script>x</script>' },
      'body',
      '1:8: <script> is not allowed in a mail: expected HTML without <script>',
    ],
    [
      'a value in quotes that are none',
      { body: '<a href={{unsubscribeUrl}}>b</a>' },
      'body',
      '1:9: expected the value of href in quotes',
    ],
    [
      'text of its own',
      { text: 'Hi {{upper contact.email contact.title}}' },
      'text',
      '1:4: expected {{upper value}}',
    ],
  ])('is refused for %s, where it stands and once', (_, more, key, message) => {
    const plan = planOf(more);
    expect(parsePlan(plan).ok).toBe(true);
    const problems = [{ path: `nodes[0].${key}`, code: 'template_refused', message }];
    expect(checkPlan(plan)).toEqual({ ok: false, problems });
  });

  it('is told of all that is wrong in them', () => {
    const checked = checkPlan(
      planOf({
        subject: '{{shout contact.email}}',
        body: '{{{contact.email}}}<b {{contact.title}}>b</b>',
        text: '{{lookup contact.custom "x"}}',
      }),
    );
    expect(checked.ok ? [] : checked.problems.map(({ path }) => path)).toEqual([
      'nodes[0].subject',
      'nodes[0].body',
      'nodes[0].body',
      'nodes[0].text',
    ]);
  });

  it.each([
    ['<p>b</p>', []],
    ['<a href="{{unsubscribeUrl}}">leave</a>', []],
    ['<!-- {{unsubscribeUrl}} -->b', ['unsubscribe_unseen']],
    ['<a hidden href="{{unsubscribeUrl}}">leave</a>', ['unsubscribe_unseen']],
    [
      '{{#if contact.title}}<a href="{{unsubscribeUrl}}">leave</a>{{/if}}',
      ['unsubscribe_sometimes'],
    ],
  ])('is warned of a link to unsubscribe that may not be seen: %s', (body, codes) => {
    const checked = checkPlan(planOf({ body }));
    const warnings = checked.ok ? checked.warnings : [];
    expect(warnings.map(({ path, code }) => [path, code])).toEqual(
      codes.map((code) => ['nodes[0].body', code]),
    );
  });

  it('passes with everything that rendering allows', () => {
    const plan = planOf({
      subject: '{{upper (default contact.title "dear")}} {{contact.firstName}}',
      body: '{{#each contact.custom.teas}}<b>{{this}} {{@index}}</b>{{else}}none{{/each}}',
    });
    expect(checkPlan(plan)).toEqual(parsePlan(plan));
    expect(checkPlan(plan).ok).toBe(true);
  });
});
