import { ANSWER_SAMPLES, ANSWERS, PROBLEM_EXAMPLE, TEXT_ANSWERS } from './answers.ts';
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
          type === 'application/json' ? (ANSWERS[id] ?? sample(schema)) : TEXT_ANSWERS[id],
        ),
      ),
    };
  }

  return {
    ...document,
    paths: mapped(document['paths'], (methods) => mapped(methods, (one) => operation(one as Json))),
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
  const content = body['content'] as Readonly<Record<string, Json>> | undefined;
  if (content === undefined) return body;
  const changed = Object.entries(content).map(([type, media]) => {
    const example = exampleOf(type, media['schema'] ?? {});
    return [type, example === undefined ? media : { ...media, example }] as const;
  });
  return { ...body, content: Object.fromEntries(changed) };
}

function mapped(members: unknown, change: (member: unknown) => unknown): Json {
  return Object.fromEntries(
    Object.entries(members as Json).map(([name, member]) => [name, change(member)]),
  );
}
