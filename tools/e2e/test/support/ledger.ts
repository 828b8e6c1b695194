/** A mail that the emulator has accepted. */
export interface LedgerMail {
  /** Campaign time, milliseconds since 1970. */
  readonly at: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly messageId: string;
  readonly tenantId: string;
}

/** The emulator's own record of what it was handed. */
export async function readLedger(emulatorUrl: string): Promise<LedgerMail[]> {
  const response = await fetch(`${emulatorUrl}/_emulator/ledger?format=ndjson`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => {
    const entry = JSON.parse(line) as {
      kind: string;
      at: number;
      from: string;
      to: string[];
      customArgs: Record<string, string>;
    };
    if (entry.kind !== 'accepted') return [];
    return [
      {
        at: entry.at,
        from: entry.from,
        to: entry.to,
        messageId: entry.customArgs['cadenza_message_id'] ?? '',
        tenantId: entry.customArgs['cadenza_tenant_id'] ?? '',
      },
    ];
  });
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
