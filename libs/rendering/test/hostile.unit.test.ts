import { InvalidInputError, type Problem } from '@cadenza/domain';
import { describe, expect, it } from 'vitest';
import { compileTemplate, type TemplateKind } from '../src/index.ts';

function problemsOf(source: string, kind: TemplateKind, context: unknown = {}): readonly Problem[] {
  try {
    const result = compileTemplate(source, kind).render(context);
    return result.ok ? [] : result.problems;
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
}

const rows = Array.from({ length: 100 }, () => ({ a: Array.from({ length: 100 }, () => 1) }));
const loop = '{{#each r}}{{#each ../r}}{{#each ../../r}}xxxxxxxx{{/each}}{{/each}}{{/each}}';
class Person {
  name = 'Ann';
}
const cycle: Record<string, unknown> = {};
cycle['again'] = cycle;

type Row = [kind: TemplateKind, source: string, context: unknown, path: string, code: string];
const HOSTILE: Row[] = [
  ['html', '{{{a}}}', {}, 'html 1:1', 'unescaped_expression'],
  ['html', '\n {{& a}}', {}, 'html 2:2', 'unescaped_expression'],
  ['html', '{{> other}}', {}, 'html 1:1', 'partial'],
  ['html', '{{#> other}}x{{/other}}', {}, 'html 1:1', 'partial'],
  ['html', '{{* deco}}', {}, 'html 1:1', 'decorator'],
  ['html', '{{#* inline "x"}}y{{/inline}}', {}, 'html 1:1', 'decorator'],
  ['html', '{{{{raw}}}} {{x}} {{{{/raw}}}}', {}, 'html 1:1', 'raw_block'],
  ['html', '{{lookup a "constructor"}}', {}, 'html 1:1', 'unknown_helper'],
  ['html', '{{log "x"}}', {}, 'html 1:1', 'unknown_helper'],
  ['html', '{{#blockHelperMissing a}}{{/blockHelperMissing}}', {}, 'html 1:1', 'unknown_block'],
  ['html', '{{#a}}x{{/a}}', {}, 'html 1:1', 'unknown_block'],
  ['html', '{{if a}}', {}, 'html 1:1', 'unknown_helper'],
  ['html', '{{default a "b" c=1}}', {}, 'html 1:17', 'named_argument'],
  ['html', '{{a.constructor}}', {}, 'html 1:3', 'forbidden_path'],
  ['html', '{{a.[__proto__].b}}', {}, 'html 1:3', 'forbidden_path'],
  ['html', '{{@root.a}}', {}, 'html 1:3', 'unknown_data_variable'],
  ['html', '{{@index}}', {}, 'html 1:3', 'data_variable_outside_each'],
  ['html', '{{../a}}', {}, 'html 1:3', 'path_above_root'],
  ['html', '{{#each a as |x|}}{{/each}}', {}, 'html 1:1', 'block_parameters'],
  ['html', '{{"text"}}', {}, 'html 1:1', 'literal_expression'],
  ['html', '{{#if a}}', {}, 'html 1:10', 'syntax'],
  [
    'html',
    'A line of text, long enough\n\nand then {{#if a}}x{{/each}} more',
    {},
    'html 3:13',
    'syntax',
  ],
  ['html', 'A line of text, long enough\n\nand then {{ a b=}} and more', {}, 'html 3:17', 'syntax'],
  ['html', `${'{{#if a}}'.repeat(6)}x${'{{/if}}'.repeat(6)}`, {}, 'html 1:46', 'too_deep'],
  ['html', `{{#if a}}${'{{else if a}}'.repeat(900)}{{/if}}`, {}, 'html 1:647', 'too_deep'],
  ['html', `{{x ${'(a '.repeat(11)}${')'.repeat(11)}}}`, {}, 'html 1:1', 'tag_too_long'],
  ['html', '{{a}}'.repeat(1001), {}, 'html 1:5001', 'too_many_tags'],
  ['html', `{{x ${'('.repeat(600)}}}`, {}, 'html 1:1', 'tag_too_long'],
  ['html', `a${' '.repeat(501)}b`, {}, 'html 1:2', 'whitespace_run'],
  ['html', 'x'.repeat(256 * 1024 + 1), {}, 'html 1:1', 'template_too_large'],
  ['html', loop, { r: rows }, 'html 1:12', 'too_many_iterations'],
  [
    'text',
    '{{#each r}}{{v}}{{/each}}',
    { r: Array(9).fill({ v: 'x'.repeat(2e5) }) },
    'text 1:12',
    'output_too_large',
  ],
  [
    'text',
    `{{#each r}}${'{{#if this}}{{/if}}'.repeat(90)}{{/each}}`,
    { r: Array(9000).fill(1) },
    'text 1:949',
    'too_many_steps',
  ],
  ['text', 'Hi\n  {{contact.firstName}}', { contact: {} }, 'text 2:5', 'missing_variable'],
  ['text', '{{a}}', { a: '  ' }, 'text 1:3', 'missing_variable'],
  ['text', '{{a}}', { a: null }, 'text 1:3', 'missing_variable'],
  ['text', '{{a.toString}}', { a: {} }, 'text 1:3', 'missing_variable'],
  ['text', '{{a}}', { a: {} }, 'text 1:1', 'not_printable'],
  ['text', '{{#each a}}{{/each}}', { a: 'text' }, 'text 1:1', 'not_iterable'],
  ['text', '{{a}}', { a: () => 'x' }, 'context.a', 'context_not_json'],
  [
    'text',
    '{{a}}',
    {
      get a() {
        return 'x';
      },
    },
    'context.a',
    'context_not_json',
  ],
  ['text', '{{a.name}}', { a: new Person() }, 'context.a', 'context_not_json'],
  ['text', '{{a}}', { a: NaN }, 'context.a', 'context_not_json'],
  ['text', 'x', cycle, `context${'.again'.repeat(21)}`, 'context_too_deep'],
  ['html', '<a href={{a}}>x</a>', {}, 'html 1:9', 'unquoted_attribute'],
  ['html', '<a href=x{{a}}>x</a>', {}, 'html 1:10', 'unquoted_attribute'],
  ['html', '<{{a}}>', {}, 'html 1:2', 'expression_in_tag'],
  ['html', '<a {{a}}>', {}, 'html 1:4', 'expression_in_tag'],
  ['html', '<a onclick="{{a}}">', {}, 'html 1:13', 'expression_in_code_attribute'],
  ['html', '<a style="{{a}}">', {}, 'html 1:11', 'expression_in_code_attribute'],
  ['html', '<style>{{a}}</style>', {}, 'html 1:8', 'expression_in_raw_text'],
  ['html', '<script>1</script>', {}, 'html 1:8', 'script_element'],
  ['html', '<p title="{{a}}', {}, 'html 1:1', 'unfinished_html'],
  ['html', '{{#if a}}<a title="{{/if}}x', {}, 'html 1:1', 'unbalanced_html'],
  ['html', '<!--[if mso]><a title="-->{{a}}">', {}, 'html 1:26', 'broken_conditional'],
  ['html', '<a href="javascript:1">', {}, 'html 1:22', 'url_scheme'],
  ['html', '<a href="{{a}}">', { a: 'javascript:alert(1)' }, 'html 1:15', 'url_scheme'],
  ['html', '<a href="{{a}}">', { a: ' JaVa\tScript:alert(1)' }, 'html 1:15', 'url_scheme'],
  ['html', '<a href="{{a}}">', { a: '\u0001javascript\n:x' }, 'html 1:15', 'url_scheme'],
  ['html', '<a href="java{{a}}">', { a: 'script:x' }, 'html 1:19', 'url_scheme'],
  ['html', '<a href="&#106;avascript{{a}}">', { a: ':x' }, 'html 1:30', 'url_scheme'],
  ['html', '<a href="{{a}}&colon;x">', { a: 'javascript' }, 'html 1:23', 'url_scheme'],
  ['html', "<img src='{{a}}'>", { a: 'data:text/html,x' }, 'html 1:16', 'url_scheme'],
  ['html', '<a {{#if a}}href="{{a}}"{{/if}}>', { a: 'vbscript:x' }, 'html 1:24', 'url_scheme'],
  ['subject', 'Hi\nBcc: x@example.com', {}, 'subject 1:3', 'control_character'],
];

describe('hostile templates and contexts', () => {
  it.each(HOSTILE)('%s %#: %.60s', (kind, source, context, path, code) => {
    const problems = problemsOf(source, kind, context);
    expect(problems[0]).toMatchObject({ path, code });
  });
});
