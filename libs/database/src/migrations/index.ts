import type { Migration } from 'kysely/migration';
import * as platform from './0001-platform.ts';
import * as people from './0002-people.ts';
import * as campaigns from './0003-campaigns.ts';
import * as messages from './0004-messages.ts';
import * as events from './0005-events.ts';
import * as access from './0006-access.ts';
import * as acrossTenants from './0007-across-tenants.ts';
import * as rateLimiter from './0008-rate-limiter.ts';
import * as tenantWebhooks from './0009-tenant-webhooks.ts';
import * as verification from './0010-verification.ts';
import * as eventStorage from './0011-event-storage.ts';
import * as unsubscribes from './0012-unsubscribes.ts';
import * as suppressionSync from './0013-suppression-sync.ts';
import * as inbound from './0014-inbound.ts';
import * as addressQuality from './0015-address-quality.ts';
import * as guards from './0016-guards.ts';
import * as dataProtection from './0017-data-protection.ts';
import * as contactOptOuts from './0018-contact-opt-outs.ts';
import * as sms from './0019-sms.ts';
import * as absencesAndInboundTokens from './0020-absences-and-inbound-tokens.ts';
import * as pauses from './0021-pauses.ts';
import * as idempotency from './0022-idempotency.ts';
import * as audiencesAndTemplates from './0023-audiences-and-templates.ts';
import * as eventFeed from './0024-event-feed.ts';
import * as secrets from './0026-secrets.ts';
import * as smsAnswers from './0027-sms-answers.ts';
import * as users from './0028-users.ts';
import * as referencesBySet from './0029-references-by-set.ts';
import * as finishedCampaigns from './0031-finished-campaigns.ts';
import * as campaignProgress from './0034-campaign-progress.ts';
import * as statistics from './0036-statistics.ts';
import * as sharedAccount from './0037-shared-account.ts';

/** All migrations, by name, in order. Imported one by one so that a bundle holds them. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-platform': platform,
  '0002-people': people,
  '0003-campaigns': campaigns,
  '0004-messages': messages,
  '0005-events': events,
  '0006-access': access,
  '0007-across-tenants': acrossTenants,
  '0008-rate-limiter': rateLimiter,
  '0009-tenant-webhooks': tenantWebhooks,
  '0010-verification': verification,
  '0011-event-storage': eventStorage,
  '0012-unsubscribes': unsubscribes,
  '0013-suppression-sync': suppressionSync,
  '0014-inbound': inbound,
  '0015-address-quality': addressQuality,
  '0016-guards': guards,
  '0017-data-protection': dataProtection,
  '0018-contact-opt-outs': contactOptOuts,
  '0019-sms': sms,
  '0020-absences-and-inbound-tokens': absencesAndInboundTokens,
  '0021-pauses': pauses,
  '0022-idempotency': idempotency,
  '0023-audiences-and-templates': audiencesAndTemplates,
  '0024-event-feed': eventFeed,
  '0026-secrets': secrets,
  '0027-sms-answers': smsAnswers,
  '0028-users': users,
  '0029-references-by-set': referencesBySet,
  '0031-finished-campaigns': finishedCampaigns,
  '0034-campaign-progress': campaignProgress,
  '0036-statistics': statistics,
  '0037-shared-account': sharedAccount,
};
