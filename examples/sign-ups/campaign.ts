import { answered, type CadenzaClient } from '@cadenza/client';

/** Somebody who has signed up. */
export interface SignUp {
  readonly email: string;
  readonly firstName?: string;
}

/** One campaign, as whoever fills it sees it. */
export interface SignUpCampaign {
  /** Why nobody is enrolled, such as `suppressed`, or null where the person is. */
  enrol(person: SignUp): Promise<{ enrollmentId: string | null; refused: string | null }>;
  /** Where its people stand. */
  look(): Promise<{ status: string; total: number; byStatus: Readonly<Record<string, number>> }>;
  /** Lets none of its messages leave any more. */
  stop(): Promise<{ status: string }>;
}

export function createSignUpCampaign(cadenza: CadenzaClient, campaignId: string): SignUpCampaign {
  const path = { id: campaignId };

  /** The contact with this address, whoever has made it. */
  async function contactOf({ email, firstName }: SignUp): Promise<string> {
    const query = { email, limit: 1 };
    const known = await answered(cadenza.GET('/v1/contacts', { params: { query } }));
    const [contact] = known.items;
    if (contact !== undefined) return contact.id;
    const body = { email, firstName: firstName ?? null };
    return (await answered(cadenza.POST('/v1/contacts', { body }))).id;
  }

  return {
    async enrol(person) {
      const contactIds = [await contactOf(person)];
      const { enrolled, refused } = await answered(
        cadenza.POST('/v1/campaigns/{id}/enrollments', { params: { path }, body: { contactIds } }),
      );
      return {
        enrollmentId: enrolled[0]?.enrollmentId ?? null,
        refused: refused[0]?.reason ?? null,
      };
    },

    async look() {
      const { status, enrollments } = await answered(
        cadenza.GET('/v1/campaigns/{id}', { params: { path } }),
      );
      return { status, total: enrollments.total, byStatus: enrollments.byStatus };
    },

    async stop() {
      const { status } = await answered(
        cadenza.POST('/v1/campaigns/{id}/pause', { params: { path } }),
      );
      return { status };
    },
  };
}
