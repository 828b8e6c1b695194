import type { Channel } from '@cadenza/domain';
import type { AllowedTimes } from '../schedule/allowed-times.ts';
import type { Plan } from '../schema/plan-schema.ts';
import type { Trigger } from '../schema/vocabulary.ts';
import type { Duration } from '../time/duration.ts';

/** One way out of a node. */
export interface CompiledTransition {
  readonly on: Trigger;
  /** A node's id, or `stop`. */
  readonly to: string;
  /** Events alone; null for no limit. */
  readonly within: Duration | null;
  /** Timers alone, defaults filled in; null for everything else. */
  readonly after: Duration | null;
  /** Whether a machine's open or click counts too. */
  readonly anyActor: boolean;
}

interface CompiledNodeBase {
  readonly id: string;
  /** How often an enrollment may come here; null for no limit. */
  readonly maxVisits: number | null;
  /** By what they answer to; at most one each. */
  readonly transitions: Readonly<Partial<Record<Trigger, CompiledTransition>>>;
}

export interface CompiledWaitNode extends CompiledNodeBase {
  readonly action: 'wait';
}

/** A node that sends, with the plan's settings filled in where it has none of its own. */
export interface CompiledSendNode extends CompiledNodeBase {
  readonly action: 'send';
  readonly channel: Channel;
  /** Empty of an SMS. Where it has none of its own, that of the message whose thread it continues. */
  readonly subject: string;
  readonly ownSubject: boolean;
  /** HTML; of an SMS plain text. */
  readonly body: string;
  /** Its own plain text; null to derive it from the body. */
  readonly text: string | null;
  /** Null for the campaign's. */
  readonly senderIdentityId: string | null;
  /** The send node whose message it answers; null where it stands alone. */
  readonly threadWith: string | null;
  readonly openTracking: boolean;
  readonly clickTracking: boolean;
  /** From entering the node. */
  readonly delay: Duration;
  /** Milliseconds since local midnight at which it should leave; null for any time. */
  readonly at: number | null;
  /** Null for no limit. */
  readonly maxLateness: Duration | null;
  /** Null where no window and no quiet hours restrict it. */
  readonly allowed: AllowedTimes | null;
}

export type CompiledNode = CompiledSendNode | CompiledWaitNode;

/** A valid plan, parsed once and frozen. */
export interface CompiledPlan {
  readonly version: '1.0';
  readonly name: string | null;
  readonly timezone: string;
  readonly startNodeId: string;
  /** By which it sends: whoever is enrolled must be reached by each. */
  readonly channels: readonly Channel[];
  /** How somebody who is away is left alone; null: the plan goes on regardless. */
  readonly outOfOffice: {
    /** Monday to Friday, after the day of their return. */
    readonly businessDays: number;
    /** From the answer on, where it names no day of return. */
    readonly withoutDate: Duration;
  } | null;
  /** Whether a reply of somebody at the same company ends an enrollment. */
  readonly companyStop: boolean;
  /** By id; has no prototype. */
  readonly nodes: Readonly<Record<string, CompiledNode>>;
  /** The plan as written. */
  readonly source: Plan;
}
