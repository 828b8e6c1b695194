import { showValue } from '@cadenza/domain';
import type { FastifyInstance } from 'fastify';
import { shapeProblem } from './json-shape.ts';
import { HttpProblem, notAsExpected } from './problem.ts';

/** Has the routes of a scope take bodies of JSON, and no others. */
export function takeJson(scope: FastifyInstance): void {
  // Keys that could poison a prototype are named by the check of the shape.
  const parseJson = scope.getDefaultJsonParser('ignore', 'ignore');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Where a body may be left out, an empty one is none.
    if (body === '') done(null, undefined);
    else
      void parseJson(request, String(body), (error, value: unknown) => {
        const problem = error === null ? shapeProblem(value) : null;
        done(problem === null ? error : notAsExpected([problem]), value);
      });
  });
  refuseOtherTypes(scope, ['application/json']);
}

/** Fastify's own refusal does not say what was expected. */
export function refuseOtherTypes(scope: FastifyInstance, expected: readonly string[]): void {
  scope.addContentTypeParser('*', ({ headers }, _payload, done) => {
    const type = headers['content-type'];
    const found = type === undefined ? 'missing' : showValue(type);
    done(
      new HttpProblem(
        'unsupported-media-type',
        `The content type is ${found}: expected ${expected.join(' or ')}.`,
      ),
    );
  });
}
