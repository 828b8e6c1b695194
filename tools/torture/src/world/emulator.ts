import { setTimeout as delay } from 'node:timers/promises';
import type {
  AcceptedEntry,
  ActiveFault,
  BehaviourRule,
  FaultSpec,
  WebhookSettings,
} from '@cadenza/sendgrid-emulator';

/** The emulator's control endpoints, as the monkey and the ledger use them. */
export interface EmulatorControl {
  /**
   * Puts a fault in force, and ends it after so many real milliseconds: what nothing has met by then
   * must not wait for the one message that is to show whether the provider has come back.
   *
   * @returns whether it struck.
   */
  faultFor(fault: FaultSpec, ms: number): Promise<boolean>;
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
    async faultFor(fault, ms) {
      const added = await ask('POST', '/_emulator/faults', fault);
      const { id } = (await added.json()) as { id: string };
      await delay(ms);
      const answer = await ask('GET', '/_emulator/faults');
      const left = ((await answer.json()) as ActiveFault[]).find((one) => one.id === id);
      if (left === undefined) return true;
      await fetch(`${url}/_emulator/faults/${id}`, { method: 'DELETE' });
      return left.struck > 0;
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
