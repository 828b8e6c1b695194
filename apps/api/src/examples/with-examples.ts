import { ANSWER_SAMPLES, PROBLEM_EXAMPLE, TEXT_ANSWERS } from './answers.ts';
import { REQUEST_EXAMPLES, TEXT_REQUESTS } from './requests.ts';
import { createSampler } from './sample.ts';

type Json = Readonly<Record<string, unknown>>;
type ExampleOf = (type: string, schema: unknown) => unknown;

/** An OpenAPI document with an example of every body that is JSON or a text, of requests and of answers. */
export function withExamples(document: Json): Json {
  const components = document['components'] as Json;
  const sample = createSampler(components['schemas'] as Json, ANSWER_SAMPLES);

  function operation(one: Json): Json {
    const id = String(one['operationId']);
    const { requestBody, responses } = one as { requestBody?: Json; responses: Json };
    return {
      ...one,
      ...(requestBody === undefined
        ? {}
        : {
            requestBody: exemplified(requestBody, (type) =>
              type === 'application/json' ? REQUEST_EXAMPLES[id] : TEXT_REQUESTS[id],
            ),
          }),
      responses: mapped(responses, (response) =>
        exemplified(response as Json, (type, schema) =>
          type === 'application/json' ? sample(schema) : TEXT_ANSWERS[id],
        ),
      ),
    };
  }

  return {
    ...document,
    paths: mapped(document['paths'], (methods) =>
      mapped(methods, (one) => operation(one as Json)),
    ),
    components: {
      ...components,
      responses: mapped(components['responses'], (response) =>
        exemplified(response as Json, () => PROBLEM_EXAMPLE),
      ),
    },
  };
}

/** A body with an example of each of its content types for which there is one. */
function exemplified(body: Json, exampleOf: ExampleOf): Json {
  if (body['content'] === undefined) return body;
  const content = Object.entries(body['content']).map(([type, media]) => {
    const example = exampleOf(type, (media as Json)['schema'] ?? {});
    return [type, example === undefined ? media : { ...media, example }];
  });
  return { ...body, content: Object.fromEntries(content) as Json };
}

function mapped(members: unknown, change: (member: unknown) => unknown): Json {
  return Object.fromEntries(
    Object.entries(members as Json).map(([name, member]) => [name, change(member)]),
  );
}
