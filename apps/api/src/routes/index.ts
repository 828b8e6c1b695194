import type { ApiDeps } from '../deps.ts';
import { createFilterGate } from '../http/filter-gate.ts';
import type { Route } from '../http/route.ts';
import { addressPolicyRoutes } from './address-policy.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { audienceRoutes } from './audiences.ts';
import { auditRoutes } from './audit.ts';
import { campaignRoutes } from './campaigns.ts';
import { consentRoutes } from './consents.ts';
import { contactImportRoutes } from './contact-import.ts';
import { contactRoutes } from './contacts.ts';
import { deliverabilityRoutes } from './deliverability.ts';
import { enrollmentRoutes } from './enrollments.ts';
import { erasureRoutes } from './erasures.ts';
import { inboundMessageRoutes } from './inbound-messages.ts';
import { inboundTokenRoutes } from './inbound-tokens.ts';
import { leadRoutes } from './leads.ts';
import { messageRoutes } from './messages.ts';
import { planRoutes } from './plans.ts';
import { quarantineRoutes } from './quarantine.ts';
import { sendGridAccountRoutes } from './sendgrid-account.ts';
import { sendRateLimitRoutes } from './send-rate-limits.ts';
import { senderDomainRoutes } from './sender-domains.ts';
import { senderIdentityRoutes } from './sender-identities.ts';
import { smsSenderRoutes } from './sms-senders.ts';
import { streamRoutes } from './stream.ts';
import { suppressionRoutes } from './suppressions.ts';
import { templateRoutes } from './templates.ts';
import { tenantRoutes } from './tenant.ts';
import { sessionRoutes } from './session.ts';
import { userRoutes } from './users.ts';
import { warmUpRoutes } from './warm-up.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { webhookEndpointRoutes } from './webhook-endpoints.ts';
import { whyRoutes } from './why.ts';

/** Every route that an API key opens. */
export function apiRoutes(deps: ApiDeps): Route[] {
  const filters = createFilterGate();
  return [
    ...tenantRoutes,
    ...contactRoutes({ ...deps, filters }),
    ...contactImportRoutes(deps),
    ...consentRoutes(deps),
    ...erasureRoutes(deps),
    ...addressPolicyRoutes,
    ...leadRoutes,
    ...senderIdentityRoutes(deps),
    ...senderDomainRoutes(deps),
    ...smsSenderRoutes(deps),
    ...templateRoutes(deps),
    ...planRoutes,
    ...campaignRoutes(deps),
    ...audienceRoutes({ ...deps, filters }),
    ...enrollmentRoutes(deps),
    ...whyRoutes(deps),
    ...messageRoutes(deps),
    ...inboundMessageRoutes(deps),
    ...inboundTokenRoutes,
    ...quarantineRoutes,
    ...sendGridAccountRoutes(deps),
    ...suppressionRoutes(deps),
    ...sendRateLimitRoutes,
    ...warmUpRoutes,
    ...deliverabilityRoutes(deps),
    ...streamRoutes(deps),
    ...webhookEndpointRoutes(deps),
    ...webhookDeliveryRoutes,
    ...userRoutes,
    ...sessionRoutes(deps),
    ...apiKeyRoutes(deps),
    ...auditRoutes,
  ];
}
