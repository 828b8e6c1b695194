import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { CadenzaApiError, createCadenzaClient } from '@cadenza/client';
import { createSignUpCampaign, type SignUp } from './campaign.ts';

const { CADENZA_URL = '', CADENZA_API_KEY = '', CAMPAIGN_ID = '', PORT = '8080' } = process.env;
if (CADENZA_URL === '' || CADENZA_API_KEY === '' || CAMPAIGN_ID === '') {
  console.error('CADENZA_URL, CADENZA_API_KEY and CAMPAIGN_ID: expected all three');
  process.exit(1);
}

const cadenza = createCadenzaClient({ baseUrl: CADENZA_URL, apiKey: CADENZA_API_KEY });
const campaign = createSignUpCampaign(cadenza, CAMPAIGN_ID);

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(request: IncomingMessage): Promise<Answer> {
  switch (`${request.method} ${request.url}`) {
    case 'POST /sign-ups': {
      const result = await campaign.enrol((await json(request)) as SignUp);
      return { status: result.refused === null ? 201 : 409, body: result };
    }
    case 'GET /campaign':
      return { status: 200, body: await campaign.look() };
    case 'POST /campaign/stop':
      return { status: 200, body: await campaign.stop() };
    default:
      return { status: 404, body: { error: 'no such route' } };
  }
}

/** What Cadenza has refused is told as it was said: it names each value that is wrong. */
function failure(error: unknown): Answer {
  if (error instanceof SyntaxError) return { status: 400, body: { error: 'expected JSON' } };
  if (error instanceof CadenzaApiError) return { status: error.status, body: error.problem };
  console.error(error);
  return { status: 502, body: { error: 'Cadenza did not answer' } };
}

const server = createServer((request, response) => {
  void answer(request)
    .catch(failure)
    .then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  console.log(JSON.stringify({ ready: true, port: typeof address === 'object' && address?.port }));
});
process.once('SIGTERM', () => server.close());
