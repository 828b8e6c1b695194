import { expect, test } from 'vitest';
import { scanElements } from './json-scan.ts';

const elements = (text: string, depth = 3) =>
  scanElements(text, depth).map(({ start, end, flaw }) => [text.slice(start, end), flaw]);

test('finds each element with its text', () => {
  expect(elements(' [ {"a":[1,{"b":"]},{"}]} ,2,"x,y" , null,[]]\r\n')).toEqual([
    ['{"a":[1,{"b":"]},{"}]} ', null],
    ['2', null],
    ['"x,y" ', null],
    ['null', null],
    ['[]', null],
  ]);
  expect(elements('[]')).toEqual([]);
});

test('finds keys named twice in one object, however they are written', () => {
  expect(elements('[{"a":1,"a":2},{"a":1,"b":{"a":2}},{"a":1,"\\u0061":2}]')).toEqual([
    ['{"a":1,"a":2}', 'duplicate_key'],
    ['{"a":1,"b":{"a":2}}', null],
    ['{"a":1,"\\u0061":2}', 'duplicate_key'],
  ]);
});

test('does not take values or escaped quotes for keys', () => {
  expect(elements('[{"a":"b","b":"a","c":["a","a"],"d\\"":"\\\\","d":1}]')).toEqual([
    ['{"a":"b","b":"a","c":["a","a"],"d\\"":"\\\\","d":1}', null],
  ]);
});

test('finds elements that nest too deep, and only those', () => {
  expect(elements('[[[[1]]],[[[[1]]]],{"a":[{}]},{"a":[{"b":[]}]}]')).toEqual([
    ['[[[1]]]', null],
    ['[[[[1]]]]', 'too_deep'],
    ['{"a":[{}]}', null],
    ['{"a":[{"b":[]}]}', 'too_deep'],
  ]);
});
