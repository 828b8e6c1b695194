/** A mail that the emulator has accepted. */
export interface LedgerMail {
  /** Campaign time, milliseconds since 1970. */
  readonly at: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly messageId: string;
  readonly tenantId: string;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The Message-ID that its events report. */
  readonly smtpId: string;
}

type Entry =
  | (Omit<LedgerMail, 'messageId' | 'tenantId'> & {
      readonly kind: 'accepted';
      readonly providerMessageId: string;
      readonly customArgs: Readonly<Record<string, string>>;
    })
  | { readonly kind: 'planned'; readonly providerMessageId: string }
  | { readonly kind: 'refused' | 'delivery' };

async function readEntries(emulatorUrl: string): Promise<Entry[]> {
  const response = await fetch(`${emulatorUrl}/_emulator/ledger?format=ndjson`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Entry);
}

/** The emulator's own record of what it was handed. */
export async function readLedger(emulatorUrl: string): Promise<LedgerMail[]> {
  const entries = await readEntries(emulatorUrl);
  return entries.flatMap((entry) => {
    if (entry.kind !== 'accepted') return [];
    const { at, from, to, subject, headers, smtpId, customArgs } = entry;
    const messageId = customArgs['cadenza_message_id'] ?? '';
    const tenantId = customArgs['cadenza_tenant_id'] ?? '';
    return [{ at, from, to, messageId, tenantId, subject, headers, smtpId }];
  });
}

/** Ids of the messages that the emulator took and has an event of: their fate can be known. */
export async function provenMessages(emulatorUrl: string): Promise<Set<string>> {
  const entries = await readEntries(emulatorUrl);
  const reported = new Set(
    entries.flatMap((entry) => (entry.kind === 'planned' ? [entry.providerMessageId] : [])),
  );
  return new Set(
    entries.flatMap((entry) =>
      entry.kind === 'accepted' && reported.has(entry.providerMessageId)
        ? [entry.customArgs['cadenza_message_id'] ?? '']
        : [],
    ),
  );
}

/** Campaign time now, by the emulator's clock. */
export async function campaignNow(emulatorUrl: string): Promise<number> {
  const response = await fetch(`${emulatorUrl}/_emulator/clock`);
  return ((await response.json()) as { now: number }).now;
}

/** How many mails the emulator has accepted. */
export async function acceptedCount(emulatorUrl: string): Promise<number> {
  const response = await fetch(`${emulatorUrl}/_emulator/counts`);
  return ((await response.json()) as { accepted: number }).accepted;
}

/** Looks again and again until something holds. @throws Error after so many milliseconds. */
export async function until(what: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await what())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
