import { describe, expect, it } from 'vitest';
import { compileMessage, composeMessage, type OwnLink } from '../src/index.ts';

const LINK = 'https://mail.example.com/u/t';
const APPENDED = '>Unsubscribe</a></p>';

function compiled(body: string) {
  return compileMessage({ subject: 'Hello', body });
}

/** How many links to unsubscribe by the mail has that were appended. */
function appended(body: string, contact: object = {}): number {
  const result = composeMessage({
    compiled: compiled(body),
    context: { contact },
    from: { email: 'sam@example.com' },
    to: { email: 'ann@example.org' },
    unsubscribeUrl: LINK,
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.mail.html.split(APPENDED).length - 1;
}

const A = '<a href="{{unsubscribeUrl}}">leave</a>';

describe('an unsubscribe link of the template’s own', () => {
  it.each([
    A,
    'Leave: {{unsubscribeUrl}}',
    `<p style="font-size:0"><span style="font-size:12px">${A}</span></p>`,
    `<p style="display:block;max-height:0.5em;opacity:0.5">${A}</p>`,
    '<a class="x" href=" {{unsubscribeUrl}}?by=link ">leave</a>',
    "<A HREF='{{unsubscribeUrl}}#top'><b>leave</b></A>",
    '<a href="{{unsubscribeUrl}}"><img src="https://x.test/a.png" alt="Leave"></a>',
    '<a href="{{unsubscribeUrl}}">{{default contact.leave "leave"}}</a>',
    '<a title="{{contact.firstName}}" href="{{unsubscribeUrl}}">leave</a>',
    `<div style="display:none">preview</div>${A}`,
    `<head><title>{{contact.firstName}}</title><style>a{}</style></head><body>${A}</body>`,
    `<!--[if mso]><table><![endif]-->${A}<!--[if mso]></table><![endif]-->`,
  ])('is seen, so that none is appended: %s', (body) => {
    expect(compiled(body).ownLink).toBe<OwnLink>('shown');
    expect(appended(body, { firstName: 'Ann' })).toBe(0);
  });

  it.each([
    '<!-- {{unsubscribeUrl}} -->x',
    '<img src="{{unsubscribeUrl}}">x',
    '<p title="{{unsubscribeUrl}}">x</p>',
    '<a name="{{unsubscribeUrl}}" href="https://x.test">x</a>',
    '<a href="https://x.test/?to={{unsubscribeUrl}}">x</a>',
    '<a href="{{unsubscribeUrl}}x">x</a>',
    '<a href="https://x.test" href="{{unsubscribeUrl}}">x</a>',
    '<a href="{{unsubscribeUrl}}"></a>x',
    '<a href="{{unsubscribeUrl}}"> &nbsp;&#8203;&zwnj;\u200b</a>x',
    '<a href="{{unsubscribeUrl}}"><img src="https://x.test/a.gif" alt=""></a>x',
    `<p style="display : NONE">${A}</p>x`,
    `<div hidden><p>${A}</p></div>x`,
    `<p style="font-size:0px;line-height:0">${A}</p>x`,
    `<p style="color:red;visibility:hidden">${A}</p>x`,
    `<p style="opacity:0">${A}</p><p style="opacity:0.0;">${A}</p>x`,
    `<div style="max-height:0;overflow:hidden">${A}</div>x`,
    '<a style="display:none" href="{{unsubscribeUrl}}">leave</a>x',
    `<noscript>${A}</noscript>x`,
    '<p style="display:none">{{unsubscribeUrl}}</p>x',
    `<!--[if mso]>${A}<![endif]-->x`,
    `{{#if contact.vip}}<!-- {{unsubscribeUrl}} -->{{/if}}x`,
    '<p id="{{upper unsubscribeUrl}}">x</p>',
  ])('is not, so that one is appended: %s', (body) => {
    expect(compiled(body).ownLink).toBe<OwnLink>('unseen');
    expect(appended(body)).toBe(1);
  });

  it('in a block is seen where the block is printed', () => {
    const body = `{{#if contact.vip}}${A}{{/if}}`;
    expect(compiled(body).ownLink).toBe<OwnLink>('sometimes');
    expect(appended(body)).toBe(1);
    expect(appended(body, { vip: true })).toBe(0);
  });

  it('beside one that nobody sees is enough', () => {
    const body = `<p hidden>${A}</p><p>${A}</p>`;
    expect(compiled(body).ownLink).toBe<OwnLink>('shown');
    expect(appended(body)).toBe(0);
  });

  it('is not needed', () => {
    expect(compiled('<p>Hi</p>').ownLink).toBe<OwnLink>('none');
    expect(appended('<p>Hi</p>')).toBe(1);
  });

  it('under another name is found as well', () => {
    expect(appended(`{{#with unsubscribeUrl}}<a href="{{this}}">leave</a>{{/with}}`)).toBe(0);
    expect(appended(`{{#with unsubscribeUrl}}<a href="{{this}}"></a>{{/with}}`)).toBe(1);
  });
});

it('takes time in the length of what it looks at', () => {
  const open = '<a href="{{unsubscribeUrl}}">'.repeat(900);
  const deep = '<b>'.repeat(30_000) + '</i>'.repeat(30_000);
  expect(compiled(open + deep).ownLink).toBe<OwnLink>('unseen');
}, 10_000);
