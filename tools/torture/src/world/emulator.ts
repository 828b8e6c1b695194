import type {
  AcceptedEntry,
  BehaviourRule,
  FaultSpec,
  WebhookSettings,
} from '@cadenza/sendgrid-emulator';

/** The emulator's control endpoints, as the monkey and the ledger use them. */
export interface EmulatorControl {
  addFault(fault: FaultSpec): Promise<void>;
  clearFaults(): Promise<void>;
  addRule(rule: BehaviourRule): Promise<void>;
  webhook(settings: WebhookSettings): Promise<void>;
  /** Everything that was accepted, one entry for each message. */
  accepted(): Promise<AcceptedEntry[]>;
}

export function emulatorControl(url: string): EmulatorControl {
  async function ask(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  }

  return {
    async addFault(fault) {
      await ask('POST', '/_emulator/faults', fault);
    },
    async clearFaults() {
      await ask('DELETE', '/_emulator/faults');
    },
    async addRule(rule) {
      await ask('POST', '/_emulator/rules', rule);
    },
    async webhook(settings) {
      await ask('PUT', '/_emulator/webhook', settings);
    },
    async accepted() {
      const ledger = await (await ask('GET', '/_emulator/ledger?format=ndjson')).text();
      return ledger
        .split('\n')
        .filter((line) => line.startsWith('{"kind":"accepted"'))
        .map((line) => JSON.parse(line) as AcceptedEntry);
    },
  };
}
