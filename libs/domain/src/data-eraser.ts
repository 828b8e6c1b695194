/** The port to a provider that forgets what it keeps of people. */
export interface DataEraser {
  /**
   * Asks the provider to erase what it has of these addresses. It does so in its own time; saying it
   * again changes nothing.
   *
   * @throws an error that says, without personal data, what the provider answered instead.
   */
  erase(addresses: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
