/** What is being read and stored at one time, within bounds. */
export interface InHand {
  /**
   * Takes a request in hand, which leaves again whatever becomes of it; null where there is no room.
   *
   * @param bytes as many as it says that it will bring; they are counted when they come.
   */
  enter(bytes: number): Held | null;
}

export interface Held {
  /** Counts bytes that have come; false where there is no room for them. */
  take(bytes: number): boolean;
  /** Gives back the place and all bytes. */
  leave(): void;
}

export function createInHand(most: { readonly requests: number; readonly bytes: number }): InHand {
  let requests = 0;
  let held = 0;
  return {
    enter(announced) {
      if (requests >= most.requests || held + announced > most.bytes) return null;
      requests += 1;
      let own = 0;
      return {
        take(bytes) {
          if (held + bytes > most.bytes) return false;
          held += bytes;
          own += bytes;
          return true;
        },
        leave() {
          requests -= 1;
          held -= own;
        },
      };
    },
  };
}
