import { describe, expect, it } from 'vitest';
import { compileSms } from '../src/index.ts';

describe('compileSms', () => {
  it('prints values as they are, without white space at the ends', () => {
    const sms = compileSms('\nHello {{contact.firstName}}, {{lead.name}}\n');
    expect(sms.render({ contact: { firstName: 'Jo & <Al>' }, lead: { name: "O'Neill" } })).toEqual({
      ok: true,
      text: "Hello Jo & <Al>, O'Neill",
    });
  });

  it('sends no blank in the place of a value', () => {
    expect(compileSms('Hello {{contact.firstName}}').render({ contact: {} })).toMatchObject({
      ok: false,
      problems: [{ path: expect.stringContaining('body') }],
    });
  });

  it.each([
    ['nothing', '{{#if lead.name}}x{{/if}} ', 'empty_text'],
    ['more than 10 segments', `${'a'.repeat(1_530)}{{campaign.name}}`, 'sms_too_long'],
  ])('renders no %s', (_, source, code) => {
    const context = { lead: {}, campaign: { name: 'x' } };
    expect(compileSms(source).render(context)).toMatchObject({ ok: false, problems: [{ code }] });
  });

  it('knows no link to unsubscribe by', () => {
    expect(() => compileSms('{{unsubscribeUrl}}')).toThrow('unsubscribeUrl');
  });
});
