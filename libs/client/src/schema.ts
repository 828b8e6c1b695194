/* Generated from /openapi.json: see the README. */

export interface paths {
  '/v1/tenant': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read whether the tenant sends */
    get: operations['getTenant'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tenant/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Stop everything that the tenant would send, until it is resumed */
    post: operations['pauseTenant'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tenant/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let the tenant send again, where one of its own keys has paused it */
    post: operations['resumeTenant'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List contacts, newest first */
    get: operations['listContacts'];
    put?: never;
    /** Create a contact */
    post: operations['createContact'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a contact */
    get: operations['getContact'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change a contact: what is given; null empties a field */
    patch: operations['updateContact'];
    trace?: never;
  };
  '/v1/contacts/{id}/validate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Have a contact’s address checked anew, within some seconds, whatever is known of it */
    post: operations['validateContact'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts/import': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Import contacts from a CSV file in UTF-8, or from a JSON array of objects */
    post: operations['importContacts'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts/{id}/consents': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Record that a person has consented to be written to on a channel */
    post: operations['recordConsent'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts/{id}/consents/withdraw': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Withdraw a person’s consent: nothing is sent there any more, as if they had unsubscribed */
    post: operations['withdrawConsent'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts/{id}/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Export everything that is kept of a person */
    get: operations['exportContact'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts/{id}/erasure': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Erase a person: nothing is sent from now on; saying it again changes nothing */
    post: operations['eraseContact'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/erasures': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Erase the person of an e-mail address */
    post: operations['eraseByAddress'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/erasures/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read how far an erasure is */
    get: operations['getErasure'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/erasures/lift': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let an erased address be added again, since its person has consented since then */
    post: operations['liftErasure'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/address-policy': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read what is done about addresses of a kind */
    get: operations['getAddressPolicy'];
    /** Set what is done about addresses of a kind: what is given */
    put: operations['putAddressPolicy'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/leads': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List leads, newest first */
    get: operations['listLeads'];
    put?: never;
    /** Create a lead */
    post: operations['createLead'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/leads/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a lead */
    get: operations['getLead'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change a lead: what is given; null empties a field */
    patch: operations['updateLead'];
    trace?: never;
  };
  '/v1/sender-identities': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List sender identities, newest first */
    get: operations['listSenderIdentities'];
    put?: never;
    /** Create a sender identity, to be verified */
    post: operations['createSenderIdentity'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sender-identities/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a sender identity */
    get: operations['getSenderIdentity'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change a sender identity, but for its address */
    patch: operations['updateSenderIdentity'];
    trace?: never;
  };
  '/v1/sender-identities/{id}/verify': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Ask SendGrid whether it takes mail from this address, and keep the answer */
    post: operations['verifySenderIdentity'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sender-identities/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Stop everything that this identity would send, until it is resumed */
    post: operations['pauseSenderIdentity'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sender-identities/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let a paused identity send again */
    post: operations['resumeSenderIdentity'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sender-identities/{id}/check-domain': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read what was found out about a sender’s domain the last time */
    get: operations['getSenderDomain'];
    put?: never;
    /** Look at the SPF, DKIM and DMARC records of a sender’s domain, and keep what is found */
    post: operations['checkSenderDomain'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sms-senders': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List SMS senders, newest first */
    get: operations['listSmsSenders'];
    put?: never;
    /** Create an SMS sender, to be verified */
    post: operations['createSmsSender'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sms-senders/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an SMS sender */
    get: operations['getSmsSender'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change an SMS sender, but for its number or name */
    patch: operations['updateSmsSender'];
    trace?: never;
  };
  '/v1/sms-senders/{id}/verify': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Ask the provider whether the account may send from it, and keep the answer */
    post: operations['verifySmsSender'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sms-senders/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Stop everything that this sender would send, until it is resumed */
    post: operations['pauseSmsSender'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sms-senders/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let a paused sender send again */
    post: operations['resumeSmsSender'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/templates': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List templates, newest first */
    get: operations['listTemplates'];
    put?: never;
    /** Create a template with its first version */
    post: operations['createTemplate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/templates/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Render what may become a template, and keep nothing of it */
    post: operations['previewContent'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/templates/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a template with its versions, newest first */
    get: operations['getTemplate'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Give a template another name */
    patch: operations['renameTemplate'];
    trace?: never;
  };
  '/v1/templates/{id}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Add a version to a template; plans that use an older one keep it */
    post: operations['createTemplateVersion'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/templates/{id}/versions/{version}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a version of a template */
    get: operations['getTemplateVersion'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/templates/{id}/versions/{version}/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Render a version with sample values, as it would be sent */
    post: operations['previewTemplate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/validate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Check a plan, and keep nothing of it */
    post: operations['validatePlan'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/import': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Create a plan from an older form: what was rewritten is said */
    post: operations['importPlan'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List plans, newest first */
    get: operations['listPlans'];
    put?: never;
    /** Create a plan with its first version */
    post: operations['createPlan'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a plan with its versions, newest first */
    get: operations['getPlan'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Add a version to a plan */
    post: operations['createPlanVersion'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/versions/{version}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a version of a plan */
    get: operations['getPlanVersion'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The newest version of a plan as Plan 1.0, to be kept in a file */
    get: operations['exportPlan'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/campaigns': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List campaigns, newest first */
    get: operations['listCampaigns'];
    put?: never;
    /** Create a campaign, as a draft */
    post: operations['createCampaign'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/campaigns/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a campaign, with where its people stand */
    get: operations['getCampaign'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change a campaign’s name or priority, whatever its status */
    patch: operations['updateCampaign'];
    trace?: never;
  };
  '/v1/campaigns/{id}/start': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Start a campaign: its messages begin to leave */
    post: operations['startCampaign'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/campaigns/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Pause a campaign: nothing more leaves, while people keep moving on events */
    post: operations['pauseCampaign'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/campaigns/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let a paused campaign go on */
    post: operations['resumeCampaign'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/campaigns/{id}/finish': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** End a campaign for good: nothing more leaves, nobody is enrolled, and who takes part is ended in time */
    post: operations['finishCampaign'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/campaigns/{id}/enrollments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List a campaign’s enrollments, newest first */
    get: operations['listEnrollments'];
    put?: never;
    /** Enrol contacts; those who cannot be are named with the reason */
    post: operations['enrol'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/campaigns/{id}/audiences/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Count the contacts that a filter means, and look at some as enrolment would */
    post: operations['previewAudience'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/campaigns/{id}/audiences': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List a campaign’s audiences, newest first */
    get: operations['listAudiences'];
    put?: never;
    /** Enrol every contact that a filter means, in the background */
    post: operations['enrolAudience'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audiences/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read how far an audience has been enrolled */
    get: operations['getAudience'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audiences/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Enrol nobody more of an audience; who is enrolled stays so */
    post: operations['cancelAudience'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contacts/{id}/enrollments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List what a contact takes part in, or has taken part in, newest first */
    get: operations['listContactEnrollments'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/enrollments/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an enrollment with its state and what lies ahead of it */
    get: operations['getEnrollment'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/enrollments/{id}/timeline': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All that happened in an enrollment, by its own time, oldest first */
    get: operations['readTimeline'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/enrollments/{id}/send-now': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Make the message that an enrollment waits to send due at once */
    post: operations['sendNow'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/enrollments/{id}/stop': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** End an enrollment; what has been handed off cannot be called back */
    post: operations['stopEnrollment'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/enrollments/{id}/why': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Why its next message has not been sent, and when it is expected to be */
    get: operations['explainEnrollment'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List messages, newest first; `status=unknown` are those whose fate is not known */
    get: operations['listMessages'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a message with its events and its attempts before the current one */
    get: operations['getMessage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}/resolve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Decide about an unknown message: it was `accepted`, it was `lost` and is sent again, or it is given up as `failed` */
    post: operations['resolveMessage'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}/resend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a message that has failed again, as its next attempt */
    post: operations['resendMessage'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/messages/{id}/dismiss': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Say of a message that has failed that nothing is left to do: it is found no more among what has failed, and can still be sent again */
    post: operations['dismissMessage'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/inbound-messages': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List mails that came in, newest first */
    get: operations['listInboundMessages'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/inbound-messages/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a mail that came in */
    get: operations['getInboundMessage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/inbound-messages/{id}/attachments/{attachmentId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Download what was attached to a mail */
    get: operations['getInboundAttachment'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/inbound-tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the secrets for the address of inbound mail */
    get: operations['listInboundTokens'];
    put?: never;
    /** Make a secret for the address of inbound mail; to change it, make one, then delete the old */
    post: operations['createInboundToken'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/inbound-tokens/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Believe no mail any more that comes with a secret */
    delete: operations['deleteInboundToken'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quarantine': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List what came to the tenant’s own addresses and could not be used, newest first */
    get: operations['listQuarantine'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quarantine/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read why a delivery, or each of its parts, was put aside */
    get: operations['getQuarantined'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quarantine/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Have a delivery processed again: what still cannot be used is put aside anew */
    post: operations['retryQuarantined'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quarantine/{id}/drop': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Take a delivery out of quarantine without using it; what came is kept */
    post: operations['dropQuarantined'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sendgrid-account': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read which SendGrid account the tenant sends through */
    get: operations['getSendGridAccount'];
    /** Send through an account of the tenant’s own, within seconds */
    put: operations['putSendGridAccount'];
    post?: never;
    /** Send through the account of the installation again */
    delete: operations['deleteSendGridAccount'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/suppressions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Find suppressions, newest first */
    get: operations['listSuppressions'];
    put?: never;
    /** Never write to these again; ends what is under way to them */
    post: operations['suppress'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/suppressions/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All suppressions that match, newest first, as a CSV file that can be imported again */
    get: operations['exportSuppressions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/suppressions/import': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Suppress what a CSV file in UTF-8 lists: value, and where it has them reason, source, channel, first_seen_at */
    post: operations['importSuppressions'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/suppressions/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read one suppression */
    get: operations['getSuppression'];
    put?: never;
    post?: never;
    /** Take a suppression off the list that no law asks for; nothing starts again by itself */
    delete: operations['removeSuppression'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/suppressions/{id}/lift': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Take a suppression off the list because the person has agreed to be written to */
    post: operations['liftSuppression'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/send-rate-limits': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the limits that hold, the most particular ones first */
    get: operations['listSendRateLimits'];
    /** Set a limit: at most so many messages in any window of this length */
    put: operations['putSendRateLimit'];
    post?: never;
    /** Take a limit of one’s own away: what holds without it is in the answer */
    delete: operations['deleteSendRateLimit'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sender-identities/{id}/warm-up': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Let an identity begin with few messages a day and grow; at most so many in any 24 h */
    put: operations['putSenderWarmUp'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/ip-pools/{name}/warm-up': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read the warm-up of an IP pool */
    get: operations['getIpPoolWarmUp'];
    /** The same for all that leaves through an IP pool, counting this tenant’s messages */
    put: operations['putIpPoolWarmUp'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/deliverability': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read how much of what senders, their domains and the tenant sent came back, and what is thought of it */
    get: operations['getDeliverability'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/deliverability/thresholds': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read from which rates on something is done */
    get: operations['getGuardThresholds'];
    /** Set from which rates on something is done: what is given */
    put: operations['putGuardThresholds'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What happens from now on, or since the event that Last-Event-ID names, as it happens */
    get: operations['streamEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the addresses that are told of what happens */
    get: operations['listWebhookEndpoints'];
    put?: never;
    /** Have an address told of what happens from now on */
    post: operations['createWebhookEndpoint'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an address that is told of what happens */
    get: operations['getWebhookEndpoint'];
    put?: never;
    post?: never;
    /** Tell it nothing more; what waits for it is dropped, and its log */
    delete: operations['deleteWebhookEndpoint'];
    options?: never;
    head?: never;
    /** Change it; enabled again, it is sent at once what still waits */
    patch: operations['updateWebhookEndpoint'];
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}/rotate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Put a new secret in the place of its secret; both sign for a while */
    post: operations['rotateWebhookSecret'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What became of each event at an endpoint, newest first */
    get: operations['listWebhookDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}/deliveries/{eventId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What became of one event at an endpoint, attempt by attempt */
    get: operations['getWebhookDelivery'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}/deliveries/{eventId}/redeliver': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send one event to an endpoint again, whatever became of it */
    post: operations['redeliverWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhook-endpoints/{id}/redeliver': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send the events of a time to an endpoint again, as far back as they are kept */
    post: operations['redeliverWebhooks'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the users of the tenant, newest first */
    get: operations['listUsers'];
    put?: never;
    /** Make somebody a user of the tenant, with a role that the caller may give */
    post: operations['createUser'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/users/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a user */
    get: operations['getUser'];
    put?: never;
    post?: never;
    /** Remove a user from the tenant, and end all sessions; keys that the user has made stay */
    delete: operations['deleteUser'];
    options?: never;
    head?: never;
    /** Change the name or the role of a user; a new role holds at once, and ends all sessions */
    patch: operations['updateUser'];
    trace?: never;
  };
  '/v1/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who calls, for which tenant, and with which scopes */
    get: operations['getSession'];
    put?: never;
    post?: never;
    /** Sign out */
    delete: operations['deleteSession'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/session/tenant': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Go on as the same person’s user of another tenant, with a new session */
    post: operations['switchTenant'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/api-keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List API keys, oldest first, those that have ended too */
    get: operations['listApiKeys'];
    put?: never;
    /** Make an API key, with scopes that the caller has */
    post: operations['createApiKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/api-keys/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an API key, though it has ended */
    get: operations['getApiKey'];
    put?: never;
    post?: never;
    /** End an API key at once; its record stays */
    delete: operations['revokeApiKey'];
    options?: never;
    head?: never;
    /** Change the name or the limit of an API key */
    patch: operations['updateApiKey'];
    trace?: never;
  };
  '/v1/api-keys/{id}/rotate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Put a new API key in the place of one, which ends after an overlap */
    post: operations['rotateApiKey'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List who changed what, newest first */
    get: operations['listAudit'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit/csv': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who changed what, as a CSV file, newest first */
    get: operations['exportAuditCsv'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit/ndjson': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who changed what, an entry of JSON on each line, newest first */
    get: operations['exportAuditNdjson'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks/sendgrid/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Takes SendGrid’s signed event webhook */
    post: operations['receiveSendGridEvents'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks/sendgrid/events/{tenantId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Takes the signed event webhook of a tenant’s own SendGrid account */
    post: operations['receiveSendGridEventsOfTenant'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks/sms/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Takes the signed webhook of the provider of text messages: delivery reports, and messages that come in */
    post: operations['receiveSmsEvents'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks/sendgrid/inbound': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Takes SendGrid’s Inbound Parse, parsed or raw */
    post: operations['receiveSendGridInbound'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks/sendgrid/inbound/{tenantId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Takes the Inbound Parse of a tenant’s own SendGrid account */
    post: operations['receiveSendGridInboundOfTenant'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sign-in/method': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How people sign in here */
    get: operations['getSignInMethod'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sign-in': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Sends a browser to the identity provider (OpenID Connect), to sign in there */
    get: operations['beginSignIn'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sign-in/callback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where the identity provider sends a browser back to */
    get: operations['finishSignIn'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sign-in/local': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sign in with a password */
    post: operations['signInLocally'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/u/{token}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Shows what an unsubscribe link can do, and changes nothing */
    get: operations['showUnsubscribePage'];
    put?: never;
    /**
     * Unsubscribes by one click (RFC 8058), or does what the page’s form says
     * @description Whatever body has no choice of the page’s is a mail program’s one click, and leaves everything of the tenant.
     */
    post: operations['unsubscribe'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description Problem details (RFC 9457). */
    ProblemDocument: {
      /** Format: uri */
      type: string;
      title: string;
      status: number;
      detail: string;
      /** Format: uri */
      instance: string;
      problems: components['schemas']['Problem'][];
      /** @description Of an import that broke off: what came of it until then, as its answer has it otherwise. */
      report?: Record<string, never>;
    };
    Tenant: {
      /** @enum {string} */
      status: 'active' | 'paused';
      pauseReason: string | null;
      /** @description Paused by one of its own keys, any of which resumes it. What an operator, a guard or SendGrid has paused an operator resumes. */
      ownPause: boolean;
      postalAddress: string | null;
    };
    Contact: {
      /** Format: uuid */
      id: string;
      email: string | null;
      emailValidity: ('unchecked' | 'valid' | 'risky' | 'invalid') | null;
      emailCheck: components['schemas']['EmailCheck'] | null;
      phone: string | null;
      firstName: string | null;
      lastName: string | null;
      title: string | null;
      timezone: string | null;
      lead: {
        /** Format: uuid */
        id: string;
        name: string;
      } | null;
      custom: {
        [key: string]: unknown;
      };
      /** @description Those that hold, one for each channel. */
      consents: components['schemas']['Consent'][];
      source: string | null;
      /** @description When the person was erased: nothing else is known of them. */
      erasedAt: string | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    EmailCheck: {
      /** @description Why it is thought to be what it is. */
      reasons: string[];
      flags: ('role' | 'disposable')[];
      /** @description Why nothing is sent to it, by the address policy; empty: it is. */
      blockedFor: ('invalid' | 'risky' | 'role' | 'disposable')[];
      checkedAt: string | null;
      /** @description Whether it is to be checked, or checked again. */
      pending: boolean;
    };
    Consent: {
      /** @enum {string} */
      channel: 'email' | 'sms';
      source: string;
      /** Format: date-time */
      givenAt: string;
      wording: string | null;
      version: string | null;
    };
    ImportReport: {
      imported: number;
      /** @description Contacts that were there, and got what they lacked. */
      updated: number;
      /** @description Rows whose address an earlier row has, or with nothing to add to a contact. */
      duplicates: number;
      /** @description The last row that was read, as a spreadsheet counts. */
      lastRow: number;
      rejectedTotal: number;
      /** @description The first 10000 rejected rows. */
      rejected: components['schemas']['RowProblem'][];
      /** @description The first 200 columns that are no field of ours: their values became `contact.custom.<key>`. */
      customColumns: {
        column: string;
        key: string;
      }[];
      /** @description Rows that were taken without a value of theirs, or a file without rows. */
      warnings: components['schemas']['RowProblem'][];
    };
    RowProblem: {
      /** @description CSV: the header is row 1. JSON: from 1. */
      row: number;
      column: string;
      value: string;
      code: string;
      message: string;
    };
    ContactExport: {
      contact: {
        [key: string]: unknown;
      }[];
      channels: {
        [key: string]: unknown;
      }[];
      consents: {
        [key: string]: unknown;
      }[];
      enrollments: {
        [key: string]: unknown;
      }[];
      transitions: {
        [key: string]: unknown;
      }[];
      messages: {
        [key: string]: unknown;
      }[];
      attempts: {
        [key: string]: unknown;
      }[];
      events: {
        [key: string]: unknown;
      }[];
      inboundMessages: {
        [key: string]: unknown;
      }[];
      inboundAttachments: {
        [key: string]: unknown;
      }[];
      smsAnswers: {
        [key: string]: unknown;
      }[];
      suppressions: {
        [key: string]: unknown;
      }[];
      optOuts: {
        [key: string]: unknown;
      }[];
      campaignOptOuts: {
        [key: string]: unknown;
      }[];
      absences: {
        [key: string]: unknown;
      }[];
      validationResults: {
        [key: string]: unknown;
      }[];
    };
    Erasure: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      contactId: string;
      /**
       * @description From `requested` on nothing is sent and the address is refused. `failed`: it is tried again.
       * @enum {string}
       */
      status: 'requested' | 'running' | 'done' | 'failed';
      error: string | null;
      /** Format: date-time */
      requestedAt: string;
      doneAt: string | null;
    };
    /** @description What is done about addresses of a kind. block: not enrolled, and nothing is handed over to those enrolled already; warn: enrolled, and named in the answer. */
    AddressPolicy: {
      /**
       * @description Mail to them arrives nowhere.
       * @enum {string}
       */
      invalid: 'allow' | 'warn' | 'block';
      /**
       * @description Mail to them may well come back.
       * @enum {string}
       */
      risky: 'allow' | 'warn' | 'block';
      /**
       * @description Of a function, such as info@, instead of a person.
       * @enum {string}
       */
      role: 'allow' | 'warn' | 'block';
      /**
       * @description Of a domain whose addresses are thrown away.
       * @enum {string}
       */
      disposable: 'allow' | 'warn' | 'block';
      /** @description Whether SendGrid is asked about addresses, which costs money, where the installation has a key for it. */
      askProvider: boolean;
    };
    Lead: {
      /** Format: uuid */
      id: string;
      name: string;
      website: string | null;
      industry: string | null;
      summary: string | null;
      custom: {
        [key: string]: unknown;
      };
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    SenderIdentity: {
      /** Format: uuid */
      id: string;
      email: string;
      name: string;
      replyTo: string | null;
      signature: string | null;
      /** @enum {string} */
      verification: 'pending' | 'verified' | 'unverified';
      verificationDetail: string | null;
      verifiedAt: string | null;
      pausedAt: string | null;
      pauseReason: string | null;
      ipPool: string | null;
      spacing: components['schemas']['Spacing'] | null;
      warmUp: components['schemas']['WarmUp'] | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    /** @description Bounds of the time between two messages of the identity, drawn for each. */
    Spacing: {
      minSeconds: number;
      maxSeconds: number;
    };
    WarmUp: {
      /** Format: date-time */
      startsAt: string;
      allowances: number[];
      /** @description What any 24 hours may hold now; null once the ramp is over. */
      today: number | null;
    };
    DomainCheck: {
      domain: string;
      checkedAt: string | null;
      findings: {
        /** @enum {string} */
        check: 'spf' | 'dkim' | 'dmarc' | 'sendgrid';
        /** @enum {string} */
        state: 'pass' | 'warn' | 'fail' | 'unknown';
        found: string;
        expected: string;
      }[];
    };
    SmsSender: {
      /** Format: uuid */
      id: string;
      from: string;
      name: string;
      /** @enum {string} */
      verification: 'pending' | 'verified' | 'unverified';
      verificationDetail: string | null;
      verifiedAt: string | null;
      pausedAt: string | null;
      pauseReason: string | null;
      spacing: components['schemas']['Spacing'] | null;
      helpContact: string | null;
      answers: {
        help?: string;
        stop?: string;
        start?: string;
      };
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    CreatedTemplate: {
      /** Format: uuid */
      id: string;
      name: string;
      /** @enum {string} */
      channel: 'email' | 'sms';
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      versions: components['schemas']['TemplateVersionSummary'][];
      warnings: components['schemas']['Problem'][];
    };
    TemplateVersionSummary: {
      version: number;
      /** @description Paths of the variables that it prints or asks for. */
      variables: string[];
      /** Format: date-time */
      createdAt: string;
    };
    Problem: {
      path: string;
      code: string;
      message: string;
    };
    /** @description Templates, as in a send node of a plan. */
    TemplateContent: {
      /** @description Of a mail. Without it each plan’s node gives its own, or takes that of its thread. */
      subject?: string;
      /** @description HTML of a mail; the words of a text message. */
      body: string;
      /** @description The plain-text part of a mail; made from the HTML where it is absent. */
      text?: string;
    };
    TemplatePreview: {
      subject: string | null;
      html: string | null;
      text: string;
      /** @description Of a text message. */
      segments: number | null;
    };
    TemplateSummary: {
      /** Format: uuid */
      id: string;
      name: string;
      /** @enum {string} */
      channel: 'email' | 'sms';
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    Template: {
      /** Format: uuid */
      id: string;
      name: string;
      /** @enum {string} */
      channel: 'email' | 'sms';
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      versions: components['schemas']['TemplateVersionSummary'][];
    };
    TemplateVersion: {
      version: number;
      /** @description Paths of the variables that it prints or asks for. */
      variables: string[];
      /** Format: date-time */
      createdAt: string;
      content: components['schemas']['TemplateContent'];
    };
    PlanCheck: {
      valid: boolean;
      problems: components['schemas']['Problem'][];
      warnings: components['schemas']['Problem'][];
    };
    Plan: {
      /** Format: uuid */
      id: string;
      name: string;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      versions: components['schemas']['PlanVersionSummary'][];
    };
    PlanVersionSummary: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      planId: string;
      version: number;
      planHash: string;
      /** Format: date-time */
      createdAt: string;
    };
    PlanSummary: {
      /** Format: uuid */
      id: string;
      name: string;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    PlanVersion: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      planId: string;
      version: number;
      planHash: string;
      /** Format: date-time */
      createdAt: string;
      /** @description Plan 1.0 */
      plan: unknown;
    };
    Campaign: {
      /** Format: uuid */
      id: string;
      name: string;
      /** Format: uuid */
      planVersionId: string;
      /** Format: uuid */
      senderIdentityId: string;
      smsSenderIdentityId: string | null;
      /** @enum {string} */
      status: 'draft' | 'running' | 'paused' | 'finished' | 'archived';
      pauseReason: string | null;
      priority: number;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    CampaignDetail: {
      /** Format: uuid */
      id: string;
      name: string;
      /** Format: uuid */
      planVersionId: string;
      /** Format: uuid */
      senderIdentityId: string;
      smsSenderIdentityId: string | null;
      /** @enum {string} */
      status: 'draft' | 'running' | 'paused' | 'finished' | 'archived';
      pauseReason: string | null;
      priority: number;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      enrollments: {
        total: number;
        byStatus: {
          [key: string]: number;
        };
        /** @description Active enrollments by the node at which they are. */
        byNode: {
          [key: string]: number;
        };
      };
      /** @description What keeps it from sending: the tenant is paused or has no postal address, or its own sender is not verified or paused; and what may keep its mail from arriving. */
      warnings: components['schemas']['Problem'][];
    };
    StartedCampaign: {
      /** Format: uuid */
      id: string;
      name: string;
      /** Format: uuid */
      planVersionId: string;
      /** Format: uuid */
      senderIdentityId: string;
      smsSenderIdentityId: string | null;
      /** @enum {string} */
      status: 'draft' | 'running' | 'paused' | 'finished' | 'archived';
      pauseReason: string | null;
      priority: number;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      /** @description What keeps it from sending: the tenant is paused or has no postal address, or its own sender is not verified or paused; and what may keep its mail from arriving. */
      warnings: components['schemas']['Problem'][];
    };
    EnrolResult: {
      enrolled: {
        /** Format: uuid */
        contactId: string;
        /** Format: uuid */
        enrollmentId: string;
      }[];
      refused: {
        /** Format: uuid */
        contactId: string;
        /** @enum {string} */
        reason:
          | 'not_found'
          | 'erased'
          | 'no_address'
          | 'invalid_address'
          | 'risky_address'
          | 'role_address'
          | 'disposable_address'
          | 'suppressed'
          | 'no_phone'
          | 'phone_suppressed'
          | 'opted_out'
          | 'already_active'
          | 'campaign_finished';
      }[];
      /** @description Of those enrolled, whose address is of a kind that the address policy warns of. */
      warned: {
        /** Format: uuid */
        contactId: string;
        kinds: ('invalid' | 'risky' | 'role' | 'disposable')[];
      }[];
    };
    EnrollmentSummary: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      campaignId: string;
      /** Format: uuid */
      contactId: string;
      /** Format: uuid */
      planVersionId: string;
      timezone: string | null;
      /** @enum {string} */
      status: 'active' | 'completed' | 'stopped' | 'suppressed' | 'expired' | 'failed';
      phase: string;
      nodeId: string | null;
      visit: number;
      attempt: number;
      endReason: string | null;
      /** @description Recorded inputs so far. */
      version: number;
      /** Format: date-time */
      enrolledAt: string;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    AudiencePreview: {
      matching: number;
      /** @description Of those, how many were looked at as enrolment does: up to 5,000. */
      checked: number;
      /** @description Of those looked at. */
      enrollable: number;
      /** @description Contacts by the reason, as when they are enrolled by their ids. */
      refused: {
        [key: string]: number;
      };
    };
    /** @description Who is meant: every contact of whom the condition holds. `where` says what is asked; `all`, `any` and `not` hold others. */
    AudienceFilter:
      | {
          /** @enum {string} */
          where: 'all' | 'any';
          of: components['schemas']['AudienceFilter'][];
        }
      | {
          /** @constant */
          where: 'not';
          of: components['schemas']['AudienceFilter'];
        }
      | {
          /** @enum {string} */
          where:
            'firstName' | 'lastName' | 'title' | 'timezone' | 'source' | 'company' | 'industry';
          is?: string[];
          contains?: string;
          /** @description Whether there is any. */
          known?: boolean;
        }
      | {
          /** @constant */
          where: 'email';
          is?: string[];
          domain?: string[];
          validity?: ('unchecked' | 'valid' | 'risky' | 'invalid')[];
          /** @description Whether there is any. */
          known?: boolean;
        }
      | {
          /** @constant */
          where: 'phone';
          /** @description Whether there is any. */
          known: boolean;
        }
      | {
          /** @constant */
          where: 'lead';
          is?: string[];
          /** @description Whether there is any. */
          known?: boolean;
        }
      | {
          /** @constant */
          where: 'custom';
          key: string;
          is?: (string | number | boolean)[];
          contains?: string;
          /** @description Whether there is any. */
          known?: boolean;
          atLeast?: number;
          atMost?: number;
        }
      | {
          /** @enum {string} */
          where: 'created' | 'updated';
          /** Format: date-time */
          from?: string;
          /** Format: date-time */
          before?: string;
        }
      | {
          /** @constant */
          where: 'consent';
          /** @enum {string} */
          channel: 'email' | 'sms';
        }
      | {
          /** @constant */
          where: 'enrolled';
          /**
           * Format: uuid
           * @description In this campaign alone.
           */
          campaignId?: string;
          status?: ('active' | 'completed' | 'stopped' | 'suppressed' | 'expired' | 'failed')[];
        }
      | {
          /** @constant */
          where: 'messaged';
          /**
           * Format: uuid
           * @description In this campaign alone.
           */
          campaignId?: string;
          /** @description In so many times 24 hours before now, of campaign time. */
          withinDays?: number;
        }
      | {
          /** @constant */
          where: 'reacted';
          by: ('delivered' | 'opened' | 'clicked' | 'replied' | 'bounced')[];
          /**
           * Format: uuid
           * @description In this campaign alone.
           */
          campaignId?: string;
          /** @description In so many times 24 hours before now, of campaign time. */
          withinDays?: number;
        };
    Audience: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      campaignId: string;
      filter: components['schemas']['AudienceFilter'];
      /**
       * @description `requested`: nothing is done yet; `failed`: it could not go on, and is tried again by itself.
       * @enum {string}
       */
      status: 'requested' | 'running' | 'failed' | 'done' | 'canceled';
      enrolled: number;
      /** @description Of those enrolled, whose address the address policy warns of. */
      warned: number;
      /** @description Contacts by the reason, as when they are enrolled by their ids. */
      refused: {
        [key: string]: number;
      };
      error: string | null;
      /** @description When it was done, or canceled. */
      doneAt: string | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    Enrollment: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      campaignId: string;
      /** Format: uuid */
      contactId: string;
      /** Format: uuid */
      planVersionId: string;
      timezone: string | null;
      /** @enum {string} */
      status: 'active' | 'completed' | 'stopped' | 'suppressed' | 'expired' | 'failed';
      phase: string;
      nodeId: string | null;
      visit: number;
      attempt: number;
      endReason: string | null;
      /** @description Recorded inputs so far. */
      version: number;
      /** Format: date-time */
      enrolledAt: string;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      /** @description The state machine’s own state. */
      state: {
        [key: string]: unknown;
      };
      pendingActions: components['schemas']['PendingAction'][];
    };
    PendingAction: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      type: 'send' | 'timeout';
      timer: string | null;
      nodeId: string;
      visit: number;
      attempt: number;
      status: string;
      /**
       * Format: date-time
       * @description When the plan wants it.
       */
      dueAt: string;
      /**
       * Format: date-time
       * @description When windows and quiet hours allow it.
       */
      runAt: string;
      notAfter: string | null;
    };
    TimelineEntry: {
      /** @enum {string} */
      kind: 'message' | 'event' | 'transition' | 'end';
      /**
       * Format: date-time
       * @description Its own time.
       */
      at: string;
      /** @description Of a message: the status that it has today, not the one of that time. */
      type: string;
      detail: {
        [key: string]: unknown;
      };
    };
    HurriedSend: {
      nodeId: string;
      visit: number;
      /**
       * Format: date-time
       * @description When it may leave by the plan: now, or when a window opens, or the person is back. Limits and pauses may keep it longer: see `why`.
       */
      runAt: string;
      /** @description Whether windows and quiet hours count for it. */
      inWindow: boolean;
    };
    Explanation: {
      /** Format: uuid */
      enrollmentId: string;
      /**
       * Format: date-time
       * @description The campaign time for which this holds.
       */
      at: string;
      /** @description The gate to look at: the first that no time opens, else the one that opens last. Where all are open it is `turn`, and the message goes in the next round. */
      answer: components['schemas']['WhyGate'];
      /** @description When the message is expected to leave, if nothing changes; null: not known. */
      expectedAt: string | null;
      /** @description The step that comes next if nobody does anything. */
      next: {
        nodeId: string;
        visit: number;
        attempt: number;
        /** @description Null where a silence has to pass before the message is planned. */
        messageId: string | null;
        /**
         * Format: date-time
         * @description When the plan wants it.
         */
        dueAt: string;
      } | null;
      /** @description Every gate before the next message. */
      gates: components['schemas']['WhyGate'][];
    };
    WhyGate: {
      /** @enum {string} */
      gate:
        | 'ended'
        | 'outcome_unknown'
        | 'handing_off'
        | 'suppressed'
        | 'opted_out'
        | 'address'
        | 'everything'
        | 'tenant'
        | 'campaign'
        | 'sender'
        | 'sender_verification'
        | 'postal_address'
        | 'lateness'
        | 'limiter'
        | 'event'
        | 'provider'
        | 'doubted_address'
        | 'away'
        | 'delay'
        | 'retry'
        | 'window'
        | 'back_off'
        | 'limit'
        | 'rest'
        | 'turn'
        | 'queue';
      /** @enum {string} */
      state: 'open' | 'closed';
      /** @description In words. */
      reason: string;
      /** @description Of a closed gate: when it opens by itself, as far as is known now; null where only an event or somebody’s decision opens it. */
      opensAt: string | null;
      /** @description Of the gate `limit`: which one. There is one gate for each. */
      limit: {
        /** @enum {string} */
        scope: 'sender' | 'spacing' | 'recipient_domain' | 'tenant' | 'ip_pool' | 'global';
        windowSeconds: number;
        maxMessages: number;
        /** @description It is the allowance of a warm-up ramp. */
        warmUp: boolean;
      } | null;
    };
    MessageSummary: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      enrollmentId: string;
      /** Format: uuid */
      campaignId: string;
      /** Format: uuid */
      contactId: string;
      nodeId: string;
      visit: number;
      attempt: number;
      /** Format: uuid */
      senderIdentityId: string;
      /** @enum {string} */
      status:
        | 'queued'
        | 'dispatching'
        | 'unknown'
        | 'sent'
        | 'deferred'
        | 'delivered'
        | 'bounced'
        | 'retrying'
        | 'blocked'
        | 'dropped'
        | 'failed'
        | 'canceled'
        | 'skipped';
      to: string | null;
      subject: string | null;
      begunAt: string | null;
      acceptedAt: string | null;
      providerMessageId: string | null;
      detail: string | null;
      /** @description How often the fate of an unknown one was looked up. */
      lookUps: number;
      /** @description When SendGrid showed nothing of an unknown one last. */
      absentAt: string | null;
      /** @description Who has said of a failed attempt that nothing is left to do. */
      dismissal: {
        /** @description The attempt that had failed. */
        attempt: number;
        /** Format: date-time */
        at: string;
        /** @description As the audit log names them. */
        by: string;
        /** @description Null where the person has been erased since. */
        reason: string | null;
      } | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    Message: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      enrollmentId: string;
      /** Format: uuid */
      campaignId: string;
      /** Format: uuid */
      contactId: string;
      nodeId: string;
      visit: number;
      attempt: number;
      /** Format: uuid */
      senderIdentityId: string;
      /** @enum {string} */
      status:
        | 'queued'
        | 'dispatching'
        | 'unknown'
        | 'sent'
        | 'deferred'
        | 'delivered'
        | 'bounced'
        | 'retrying'
        | 'blocked'
        | 'dropped'
        | 'failed'
        | 'canceled'
        | 'skipped';
      to: string | null;
      subject: string | null;
      begunAt: string | null;
      acceptedAt: string | null;
      providerMessageId: string | null;
      detail: string | null;
      /** @description How often the fate of an unknown one was looked up. */
      lookUps: number;
      /** @description When SendGrid showed nothing of an unknown one last. */
      absentAt: string | null;
      /** @description Who has said of a failed attempt that nothing is left to do. */
      dismissal: {
        /** @description The attempt that had failed. */
        attempt: number;
        /** Format: date-time */
        at: string;
        /** @description As the audit log names them. */
        by: string;
        /** @description Null where the person has been erased since. */
        reason: string | null;
      } | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      events: components['schemas']['MessageEvent'][];
      formerAttempts: components['schemas']['FormerAttempt'][];
    };
    MessageEvent: {
      /** Format: uuid */
      id: string;
      type: string;
      /** Format: date-time */
      at: string;
      attempt: number;
      actor: string;
      url: string | null;
      synthetic: boolean;
      data: unknown;
    };
    FormerAttempt: {
      attempt: number;
      /** @description `released`: nothing of it left, and its number was used again. */
      status: string;
      to: string;
      /** Format: date-time */
      begunAt: string;
      acceptedAt: string | null;
      providerMessageId: string | null;
      detail: string | null;
    };
    InboundMessage: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      kind:
        'human' | 'out_of_office' | 'auto_reply' | 'bounce' | 'complaint' | 'opt_out' | 'forwarded';
      /** @description 0 to 1: how sure the kind is. */
      kindConfidence: number;
      /**
       * @description What vouches for it; `unverified`: nothing does, and it has brought nothing about.
       * @enum {string}
       */
      verdict: 'signed' | 'token' | 'open' | 'unverified';
      /** @description By what the message was found that it answers; null where none was. */
      matchedBy: ('reply_address' | 'unsubscribe_address' | 'message_id' | 'sender') | null;
      /** @description 0 to 1: how sure the match is. */
      confidence: number | null;
      effect: ('replied' | 'unsubscribed' | 'spamreport' | 'hard_bounce' | 'away') | null;
      messageId: string | null;
      enrollmentId: string | null;
      contactId: string | null;
      from: string;
      subject: string;
      /** @description Without what it quotes. */
      replyText: string | null;
      /** @description The day of the return, YYYY-MM-DD. */
      returnOn: string | null;
      /** Format: date-time */
      receivedAt: string;
    };
    InboundMessageDetail: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      kind:
        'human' | 'out_of_office' | 'auto_reply' | 'bounce' | 'complaint' | 'opt_out' | 'forwarded';
      /** @description 0 to 1: how sure the kind is. */
      kindConfidence: number;
      /**
       * @description What vouches for it; `unverified`: nothing does, and it has brought nothing about.
       * @enum {string}
       */
      verdict: 'signed' | 'token' | 'open' | 'unverified';
      /** @description By what the message was found that it answers; null where none was. */
      matchedBy: ('reply_address' | 'unsubscribe_address' | 'message_id' | 'sender') | null;
      /** @description 0 to 1: how sure the match is. */
      confidence: number | null;
      effect: ('replied' | 'unsubscribed' | 'spamreport' | 'hard_bounce' | 'away') | null;
      messageId: string | null;
      enrollmentId: string | null;
      contactId: string | null;
      from: string;
      subject: string;
      /** @description Without what it quotes. */
      replyText: string | null;
      /** @description The day of the return, YYYY-MM-DD. */
      returnOn: string | null;
      /** Format: date-time */
      receivedAt: string;
      recipients: string[];
      /** @description What spoke for the kind. */
      signs: string[];
      details: {
        [key: string]: unknown;
      };
      headers: {
        name: string;
        value: string;
      }[];
      text: string | null;
      /** @description As it came: never show it as it is. */
      html: string | null;
      attachments: {
        /** Format: uuid */
        id: string;
        filename: string | null;
        /** @description As the mail says. */
        contentType: string;
        bytes: number;
      }[];
    };
    /** @description A secret in the address that SendGrid posts this tenant’s own inbound mail to. Any of them serves. */
    InboundToken: {
      /** Format: uuid */
      id: string;
      /** @description What people call it. */
      name: string;
      /** Format: date-time */
      createdAt: string;
    };
    NewInboundToken: {
      /** Format: uuid */
      id: string;
      /** @description What people call it. */
      name: string;
      /** Format: date-time */
      createdAt: string;
      /** @description Shown this once, and kept nowhere. */
      token: string;
      /** @description What follows PUBLIC_URL in the address for SendGrid, the token with it. */
      path: string;
    };
    /** @description What came to the tenant’s own address and could not be used, or not all of it. */
    QuarantinedDelivery: {
      /** Format: uuid */
      id: string;
      /**
       * @description A webhook of events, or mail that came in.
       * @enum {string}
       */
      kind: 'events' | 'inbound';
      /** @description Events of it that were put aside, 1000 for so many or more; null: the whole delivery was. */
      parts: number | null;
      /** @description Of the whole, or of its first part. */
      reason: string;
      attempts: number;
      /** Format: date-time */
      receivedAt: string;
    };
    QuarantinedDeliveryDetail: {
      /** Format: uuid */
      id: string;
      /**
       * @description A webhook of events, or mail that came in.
       * @enum {string}
       */
      kind: 'events' | 'inbound';
      /** @description Events of it that were put aside, 1000 for so many or more; null: the whole delivery was. */
      parts: number | null;
      /** @description Of the whole, or of its first part. */
      reason: string;
      attempts: number;
      /** Format: date-time */
      receivedAt: string;
      /** @description Of its first 100 parts; empty where all of it was. */
      reasons: {
        /** @description In the delivery, from 0. */
        position: number;
        reason: string;
      }[];
    };
    /** @description The SendGrid account that the tenant sends through. Its key is sealed, and never shown again. */
    SendGridAccount: {
      /** @description Null: mail goes through the account of the installation. */
      key: {
        lastFour: string;
        /** @description The first 12 hexadecimal digits of the SHA-256 of the key. */
        fingerprint: string;
      } | null;
      /** @description Campaign time of the last change. */
      changedAt: string | null;
    };
    Suppression: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      channel: 'email' | 'sms';
      /** @enum {string} */
      kind: 'address' | 'domain';
      value: string;
      /** @enum {string} */
      reason:
        | 'unsubscribed'
        | 'spamreport'
        | 'hard_bounce'
        | 'invalid_address'
        | 'soft_bounces'
        | 'manual'
        | 'erased';
      /** @description The reason ever given that binds most. `unsubscribed` is lifted by a consent alone, `spamreport` and `erased` by nothing. */
      legalReason: ('unsubscribed' | 'spamreport' | 'erased') | null;
      source: string;
      messageId: string | null;
      /** Format: date-time */
      firstSeenAt: string;
      /** Format: date-time */
      lastSeenAt: string;
    };
    SuppressionImportReport: {
      /** @description Rows whose value was not on the list before. */
      added: number;
      /** @description Rows whose value was, or is that of an earlier row. */
      known: number;
      endedEnrollments: number;
      /** @description The last row that was read, as a spreadsheet counts. */
      lastRow: number;
      rejectedTotal: number;
      /** @description The first 10000 rejected rows. */
      rejected: components['schemas']['RowProblem'][];
    };
    SendRateLimit: {
      /** @enum {string} */
      channel: 'email' | 'sms';
      /** @enum {string} */
      scope: 'sender' | 'tenant' | 'recipient_domain' | 'ip_pool' | 'global';
      reference: string | null;
      windowSeconds: number;
      maxMessages: number;
      /**
       * @description Who set it; of the same scope and window the first of these holds.
       * @enum {string}
       */
      source: 'tenant' | 'platform' | 'default';
    };
    GuardThresholds: {
      bounce: components['schemas']['RateThresholds'];
      complaint: components['schemas']['RateThresholds'];
    };
    /** @description From which share of people to messages on something is done, from 0 to 1. */
    RateThresholds: {
      warn: number;
      pause: number;
      stop: number;
      /** @description Messages handed over in the window, below which nothing is said. */
      minSample: number;
      /** @description People whose mail came back in the window, below whom nothing is done. */
      minFailed: number;
    };
    Deliverability: {
      /** @enum {string} */
      scope: 'sender' | 'domain' | 'tenant';
      /** @description The sender identity’s id, the domain, the tenant’s id. */
      reference: string;
      /**
       * @description The worst of its rates.
       * @enum {string}
       */
      level: 'ok' | 'warn' | 'pause' | 'stop';
      /** @description Whether all of its senders are paused. */
      paused: boolean;
      rates: {
        /** @enum {string} */
        kind: 'bounce' | 'complaint';
        windowHours: number;
        sent: number;
        failed: number;
        rate: number | null;
        /** @enum {string} */
        level: 'ok' | 'warn' | 'pause' | 'stop';
      }[];
    };
    WebhookEndpoint: {
      /** Format: uuid */
      id: string;
      url: string;
      description: string | null;
      /** @description What it is told of; empty: everything. */
      eventTypes: (
        | 'message.sent'
        | 'message.failed'
        | 'message.unknown'
        | 'message.deferred'
        | 'message.delivered'
        | 'message.bounced'
        | 'message.blocked'
        | 'message.dropped'
        | 'message.opened'
        | 'message.clicked'
        | 'message.replied'
        | 'message.spamreport'
        | 'message.unsubscribed'
        | 'message.resubscribed'
        | 'enrollment.started'
        | 'enrollment.ended'
        | 'enrollment.reopened'
        | 'campaign.created'
        | 'campaign.changed'
        | 'campaign.progress'
        | 'sender.changed'
        | 'limit.changed'
        | 'tenant.changed'
      )[];
      enabled: boolean;
      /** @description Why it is told nothing: somebody disabled it, it has failed for days, or it answered 410. */
      disabledReason: ('operator' | 'failing' | 'gone') | null;
      /** @description Since when nothing has arrived of what was tried. */
      failingSince: string | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    NewWebhookEndpoint: {
      /** Format: uuid */
      id: string;
      url: string;
      description: string | null;
      /** @description What it is told of; empty: everything. */
      eventTypes: (
        | 'message.sent'
        | 'message.failed'
        | 'message.unknown'
        | 'message.deferred'
        | 'message.delivered'
        | 'message.bounced'
        | 'message.blocked'
        | 'message.dropped'
        | 'message.opened'
        | 'message.clicked'
        | 'message.replied'
        | 'message.spamreport'
        | 'message.unsubscribed'
        | 'message.resubscribed'
        | 'enrollment.started'
        | 'enrollment.ended'
        | 'enrollment.reopened'
        | 'campaign.created'
        | 'campaign.changed'
        | 'campaign.progress'
        | 'sender.changed'
        | 'limit.changed'
        | 'tenant.changed'
      )[];
      enabled: boolean;
      /** @description Why it is told nothing: somebody disabled it, it has failed for days, or it answered 410. */
      disabledReason: ('operator' | 'failing' | 'gone') | null;
      /** @description Since when nothing has arrived of what was tried. */
      failingSince: string | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
      /** @description Signs what is sent, as Standard Webhooks has it: `whsec_…`. Shown this once. */
      secret: string;
    };
    RotatedWebhookSecret: {
      /** @description Signs what is sent, as Standard Webhooks has it: `whsec_…`. Shown this once. */
      secret: string;
      /**
       * Format: date-time
       * @description Until when the former one signs besides.
       */
      formerUntil: string;
    };
    WebhookDelivery: {
      /**
       * Format: uuid
       * @description The `webhook-id` of all its attempts.
       */
      eventId: string;
      /** @description Its place among all events of the tenant. */
      sequence: number;
      /** @enum {string} */
      type:
        | 'message.sent'
        | 'message.failed'
        | 'message.unknown'
        | 'message.deferred'
        | 'message.delivered'
        | 'message.bounced'
        | 'message.blocked'
        | 'message.dropped'
        | 'message.opened'
        | 'message.clicked'
        | 'message.replied'
        | 'message.spamreport'
        | 'message.unsubscribed'
        | 'message.resubscribed'
        | 'enrollment.started'
        | 'enrollment.ended'
        | 'enrollment.reopened'
        | 'campaign.created'
        | 'campaign.changed'
        | 'campaign.progress'
        | 'sender.changed'
        | 'limit.changed'
        | 'tenant.changed';
      /** Format: date-time */
      occurredAt: string;
      /** @enum {string} */
      status: 'pending' | 'delivered' | 'failed';
      attempts: number;
      nextAttemptAt: string | null;
    };
    WebhookDeliveryDetail: {
      /**
       * Format: uuid
       * @description The `webhook-id` of all its attempts.
       */
      eventId: string;
      /** @description Its place among all events of the tenant. */
      sequence: number;
      /** @enum {string} */
      type:
        | 'message.sent'
        | 'message.failed'
        | 'message.unknown'
        | 'message.deferred'
        | 'message.delivered'
        | 'message.bounced'
        | 'message.blocked'
        | 'message.dropped'
        | 'message.opened'
        | 'message.clicked'
        | 'message.replied'
        | 'message.spamreport'
        | 'message.unsubscribed'
        | 'message.resubscribed'
        | 'enrollment.started'
        | 'enrollment.ended'
        | 'enrollment.reopened'
        | 'campaign.created'
        | 'campaign.changed'
        | 'campaign.progress'
        | 'sender.changed'
        | 'limit.changed'
        | 'tenant.changed';
      /** Format: date-time */
      occurredAt: string;
      /** @enum {string} */
      status: 'pending' | 'delivered' | 'failed';
      attempts: number;
      nextAttemptAt: string | null;
      log: {
        attempt: number;
        /** @enum {string} */
        outcome: 'delivered' | 'refused' | 'timeout' | 'unreachable' | 'forbidden_address';
        /** @description Of the answer; what it said is not kept. */
        status: number | null;
        detail: string | null;
        latencyMs: number;
        /** Format: date-time */
        attemptedAt: string;
      }[];
    };
    Redelivered: {
      events: number;
    };
    User: {
      /** Format: uuid */
      id: string;
      email: string;
      name: string | null;
      /** @enum {string} */
      role: 'owner' | 'admin' | 'operator' | 'viewer';
      /** @description When the user signed in last. */
      signedInAt: string | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    Session: {
      tenant: {
        /** Format: uuid */
        id: string;
        name: string;
      };
      /** @description Null: an API key calls. */
      user: {
        /** Format: uuid */
        id: string;
        email: string;
        name: string | null;
        /** @enum {string} */
        role: 'owner' | 'admin' | 'operator' | 'viewer';
      } | null;
      scopes: ('read' | 'write' | 'admin')[];
      /** @description When the session, or the key, ends at the latest; null: never. */
      expiresAt: string | null;
      /** @description Of which the same person is a user as well. */
      otherTenants: {
        /** Format: uuid */
        id: string;
        name: string;
        /** @enum {string} */
        role: 'owner' | 'admin' | 'operator' | 'viewer';
      }[];
    };
    ApiKey: {
      /** Format: uuid */
      id: string;
      name: string;
      /** @description By which people recognise the key; no secret. */
      prefix: string;
      scopes: ('read' | 'write' | 'admin')[];
      /** @description Null: as the installation has it for all. */
      requestsPerMinute: number | null;
      /** Format: date-time */
      createdAt: string;
      /** @description To the minute. */
      lastUsedAt: string | null;
      expiresAt: string | null;
      revokedAt: string | null;
      /** @description The key that was put in its place. */
      replacedBy: string | null;
    };
    NewApiKey: {
      /** Format: uuid */
      id: string;
      name: string;
      /** @description By which people recognise the key; no secret. */
      prefix: string;
      scopes: ('read' | 'write' | 'admin')[];
      /** @description Null: as the installation has it for all. */
      requestsPerMinute: number | null;
      /** Format: date-time */
      createdAt: string;
      /** @description To the minute. */
      lastUsedAt: string | null;
      expiresAt: string | null;
      revokedAt: string | null;
      /** @description The key that was put in its place. */
      replacedBy: string | null;
      /** @description The whole key. It is not shown again. */
      key: string;
    };
    AuditEntry: {
      /** Format: uuid */
      id: string;
      /** @description Who: `api_key:<id>`, `user:<id>`, `deliverability`, … */
      actor: string;
      /** @description The operation, or what was done by it. */
      action: string;
      entity: string;
      /** @description Empty where a change is of none in particular. */
      entityId: string;
      /** @description Names of the columns that differ. */
      changed: string[];
      /** @description Values as they were, but for people’s own. */
      before: unknown;
      /** @description Values as they are since, but for people’s own. */
      after: unknown;
      /** Format: date-time */
      createdAt: string;
    };
  };
  responses: {
    /** @description Something is wrong: see `problems`. */
    Problem: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
  };
  parameters: {
    /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
    IdempotencyKey: string;
    /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
    IfMatch: string;
    /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
    IfNoneMatch: string;
  };
  requestBodies: never;
  headers: {
    /** @description Tells this state of the resource from all others; for If-Match and If-None-Match. */
    ETag: string;
  };
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getTenant: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tenant'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  pauseTenant: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tenant'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  resumeTenant: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tenant'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listContacts: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        email?: string;
        leadId?: string;
        filter?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Contact'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createContact: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email: string;
          phone?: string | null;
          firstName?: string | null;
          lastName?: string | null;
          title?: string | null;
          timezone?: string | null;
          leadId?: string | null;
          /** @description Name of the lead, which is made where there is none: or `leadId`. */
          company?: string;
          custom?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Contact'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getContact: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Contact'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  updateContact: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email?: string;
          phone?: string | null;
          firstName?: string | null;
          lastName?: string | null;
          title?: string | null;
          timezone?: string | null;
          leadId?: string | null;
          /** @description Name of the lead, which is made where there is none: or `leadId`. */
          company?: string;
          custom?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Contact'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  validateContact: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Contact'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  importContacts: {
    parameters: {
      query?: {
        onDuplicate?: 'update' | 'skip';
      };
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'text/csv': string;
        'application/json': Record<string, never>[];
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImportReport'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  recordConsent: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @enum {string} */
          channel: 'email' | 'sms';
          /** @description Where it was given. */
          source: string;
          /** Format: date-time */
          givenAt: string;
          /** @description What they agreed to. */
          wording?: string;
          /** @description Which version of it. */
          version?: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            recorded: boolean;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  withdrawConsent: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @enum {string} */
          channel: 'email' | 'sms';
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Whether a consent held until now. */
            withdrawn: boolean;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  exportContact: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContactExport'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  eraseContact: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Erasure'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  eraseByAddress: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Erasure'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getErasure: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Erasure'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  liftErasure: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email: string;
          /** @description Where the person said so. */
          consentSource: string;
          /** Format: date-time */
          consentAt: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            lifted: boolean;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getAddressPolicy: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AddressPolicy'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  putAddressPolicy: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description Mail to them arrives nowhere.
           * @enum {string}
           */
          invalid?: 'allow' | 'warn' | 'block';
          /**
           * @description Mail to them may well come back.
           * @enum {string}
           */
          risky?: 'allow' | 'warn' | 'block';
          /**
           * @description Of a function, such as info@, instead of a person.
           * @enum {string}
           */
          role?: 'allow' | 'warn' | 'block';
          /**
           * @description Of a domain whose addresses are thrown away.
           * @enum {string}
           */
          disposable?: 'allow' | 'warn' | 'block';
          /** @description Whether SendGrid is asked about addresses, which costs money, where the installation has a key for it. */
          askProvider?: boolean;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AddressPolicy'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listLeads: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        name?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Lead'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createLead: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
          website?: string | null;
          industry?: string | null;
          summary?: string | null;
          custom?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lead'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getLead: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lead'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  updateLead: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name?: string;
          website?: string | null;
          industry?: string | null;
          summary?: string | null;
          custom?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lead'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listSenderIdentities: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        email?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['SenderIdentity'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createSenderIdentity: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email: string;
          name: string;
          replyTo?: string | null;
          signature?: string | null;
          ipPool?: string | null;
          spacing?: components['schemas']['Spacing'] | null;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SenderIdentity'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getSenderIdentity: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SenderIdentity'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  updateSenderIdentity: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name?: string;
          replyTo?: string | null;
          signature?: string | null;
          ipPool?: string | null;
          spacing?: components['schemas']['Spacing'] | null;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SenderIdentity'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  verifySenderIdentity: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SenderIdentity'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  pauseSenderIdentity: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SenderIdentity'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  resumeSenderIdentity: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SenderIdentity'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getSenderDomain: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DomainCheck'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  checkSenderDomain: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DomainCheck'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listSmsSenders: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['SmsSender'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createSmsSender: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          from: string;
          name: string;
          spacing?: components['schemas']['Spacing'] | null;
          helpContact?: string | null;
          answers?: {
            help?: string;
            stop?: string;
            start?: string;
          };
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SmsSender'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getSmsSender: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SmsSender'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  updateSmsSender: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name?: string;
          spacing?: components['schemas']['Spacing'] | null;
          helpContact?: string | null;
          answers?: {
            help?: string;
            stop?: string;
            start?: string;
          };
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SmsSender'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  verifySmsSender: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SmsSender'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  pauseSmsSender: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SmsSender'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  resumeSmsSender: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SmsSender'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listTemplates: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        name?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['TemplateSummary'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createTemplate: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
          /** @enum {string} */
          channel: 'email' | 'sms';
          content: components['schemas']['TemplateContent'];
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedTemplate'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  previewContent: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @enum {string} */
          channel: 'email' | 'sms';
          content: components['schemas']['TemplateContent'];
          /** @description Values of the variables: `{"contact": {"firstName": "Ann"}}`. */
          data?: {
            contact?: {
              [key: string]: unknown;
            };
            lead?: {
              [key: string]: unknown;
            };
            sender?: {
              [key: string]: unknown;
            };
            campaign?: {
              [key: string]: unknown;
            };
          };
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TemplatePreview'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getTemplate: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Template'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  renameTemplate: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Template'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createTemplateVersion: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          content: components['schemas']['TemplateContent'];
        };
      };
    };
    responses: {
      /** @description A version of this template has the same content. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            version: components['schemas']['TemplateVersionSummary'];
            warnings: components['schemas']['Problem'][];
          };
        };
      };
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            version: components['schemas']['TemplateVersionSummary'];
            warnings: components['schemas']['Problem'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getTemplateVersion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TemplateVersion'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  previewTemplate: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          /** @description Values of the variables: `{"contact": {"firstName": "Ann"}}`. */
          data?: {
            contact?: {
              [key: string]: unknown;
            };
            lead?: {
              [key: string]: unknown;
            };
            sender?: {
              [key: string]: unknown;
            };
            campaign?: {
              [key: string]: unknown;
            };
          };
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TemplatePreview'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  validatePlan: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': unknown;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PlanCheck'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  importPlan: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
          /** @description Plan 1.0 in JSON. */
          plan: unknown;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            plan: components['schemas']['Plan'];
            changes: {
              path: string;
              from: string;
              to: string;
            }[];
            warnings: components['schemas']['Problem'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listPlans: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['PlanSummary'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createPlan: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
          /** @description Plan 1.0 in JSON. */
          plan: unknown;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            plan: components['schemas']['Plan'];
            warnings: components['schemas']['Problem'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getPlan: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Plan'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createPlanVersion: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Plan 1.0 in JSON. */
          plan: unknown;
        };
      };
    };
    responses: {
      /** @description A version of this plan has the same content: that one. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            version: components['schemas']['PlanVersionSummary'];
            warnings: components['schemas']['Problem'][];
          };
        };
      };
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            version: components['schemas']['PlanVersionSummary'];
            warnings: components['schemas']['Problem'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getPlanVersion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        version: number;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PlanVersion'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  exportPlan: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': unknown;
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listCampaigns: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        status?: 'draft' | 'running' | 'paused' | 'finished' | 'archived';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Campaign'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createCampaign: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
          /** Format: uuid */
          planVersionId: string;
          /**
           * Format: uuid
           * @description Whom it sends for; an SMS sender, where the plan sends text messages alone.
           */
          senderIdentityId: string;
          /**
           * Format: uuid
           * @description The SMS sender, where the plan sends mail and text messages.
           */
          smsSenderIdentityId?: string;
          /** @description Its share where campaigns of the tenant compete: one of 10 sends twice as much as one of 5, the default. */
          priority?: number;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Campaign'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getCampaign: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CampaignDetail'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  updateCampaign: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name?: string;
          /** @description Its share where campaigns of the tenant compete: one of 10 sends twice as much as one of 5, the default. */
          priority?: number;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Campaign'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  startCampaign: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StartedCampaign'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  pauseCampaign: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Campaign'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  resumeCampaign: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StartedCampaign'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  finishCampaign: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Campaign'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listEnrollments: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        status?: 'active' | 'completed' | 'stopped' | 'suppressed' | 'expired' | 'failed';
        nodeId?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['EnrollmentSummary'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  enrol: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          contactIds: string[];
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EnrolResult'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  previewAudience: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          filter: components['schemas']['AudienceFilter'];
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AudiencePreview'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listAudiences: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Audience'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  enrolAudience: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          filter: components['schemas']['AudienceFilter'];
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Audience'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getAudience: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Audience'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  cancelAudience: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Audience'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listContactEnrollments: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        status?: 'active' | 'completed' | 'stopped' | 'suppressed' | 'expired' | 'failed';
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['EnrollmentSummary'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getEnrollment: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Enrollment'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  readTimeline: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['TimelineEntry'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  sendNow: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          /** @description Send windows and quiet hours do not count either; false by default. */
          ignoreWindows?: boolean;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HurriedSend'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  stopEnrollment: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          reason?: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description False where it had ended before. */
            stopped: boolean;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  explainEnrollment: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Explanation'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listMessages: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        campaignId?: string;
        status?:
          | 'queued'
          | 'dispatching'
          | 'unknown'
          | 'sent'
          | 'deferred'
          | 'delivered'
          | 'bounced'
          | 'retrying'
          | 'blocked'
          | 'dropped'
          | 'failed'
          | 'canceled'
          | 'skipped';
        dismissed?: 'true' | 'false';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['MessageSummary'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getMessage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Message'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  resolveMessage: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @enum {string} */
          as: 'accepted' | 'lost' | 'failed';
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Message'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  resendMessage: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Message'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  dismissMessage: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Message'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listInboundMessages: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        kind?:
          | 'human'
          | 'out_of_office'
          | 'auto_reply'
          | 'bounce'
          | 'complaint'
          | 'opt_out'
          | 'forwarded';
        verdict?: 'signed' | 'token' | 'open' | 'unverified';
        enrollmentId?: string;
        contactId?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['InboundMessage'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getInboundMessage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InboundMessageDetail'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getInboundAttachment: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        attachmentId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listInboundTokens: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['InboundToken'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createInboundToken: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewInboundToken'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  deleteInboundToken: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InboundToken'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listQuarantine: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['QuarantinedDelivery'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getQuarantined: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['QuarantinedDeliveryDetail'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  retryQuarantined: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['QuarantinedDelivery'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  dropQuarantined: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['QuarantinedDelivery'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getSendGridAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SendGridAccount'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  putSendGridAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description May send mail; for bounces that are tried again, people who are erased, messages whose fate is not known, and the verification of senders it needs Suppressions, Email Activity and Sender Authentication besides. */
          apiKey: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SendGridAccount'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  deleteSendGridAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SendGridAccount'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listSuppressions: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        address?: string;
        prefix?: string;
        domain?: string;
        reason?:
          | 'unsubscribed'
          | 'spamreport'
          | 'hard_bounce'
          | 'invalid_address'
          | 'soft_bounces'
          | 'manual'
          | 'erased';
        source?: string;
        kind?: 'address' | 'domain';
        channel?: 'email' | 'sms';
        since?: string;
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Suppression'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  suppress: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          addresses?: string[];
          /** @description All addresses of these domains, not of those below them. */
          domains?: string[];
          /** @description For SMS. */
          phones?: string[];
          /**
           * @default manual
           * @enum {string}
           */
          reason?:
            | 'unsubscribed'
            | 'spamreport'
            | 'hard_bounce'
            | 'invalid_address'
            | 'soft_bounces'
            | 'manual'
            | 'erased';
          /** @description Where it comes from; by default the key. */
          source?: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Values that are suppressed now. */
            suppressed: number;
            endedEnrollments: number;
            /** @description The first 10000 of them. */
            endedEnrollmentIds: string[];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  exportSuppressions: {
    parameters: {
      query?: {
        address?: string;
        prefix?: string;
        domain?: string;
        reason?:
          | 'unsubscribed'
          | 'spamreport'
          | 'hard_bounce'
          | 'invalid_address'
          | 'soft_bounces'
          | 'manual'
          | 'erased';
        source?: string;
        kind?: 'address' | 'domain';
        channel?: 'email' | 'sms';
        since?: string;
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/csv': string;
        };
      };
      default: components['responses']['Problem'];
    };
  };
  importSuppressions: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'text/csv': string;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SuppressionImportReport'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getSuppression: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Suppression'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  removeSuppression: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Suppression'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  liftSuppression: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          consent: {
            /** @description Where and how the person agreed, for whoever asks later. */
            source: string;
            /**
             * Format: date-time
             * @description When. Later than the suppression was last seen.
             */
            at: string;
          };
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Suppression'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listSendRateLimits: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['SendRateLimit'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  putSendRateLimit: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json':
          | {
              /** @constant */
              scope: 'tenant';
              /**
               * @description By default of e-mail.
               * @enum {string}
               */
              channel?: 'email' | 'sms';
              windowSeconds: number;
              maxMessages: number;
            }
          | {
              /** @constant */
              scope: 'sender';
              /**
               * @description By default of e-mail.
               * @enum {string}
               */
              channel?: 'email' | 'sms';
              /**
               * Format: uuid
               * @description A sender identity, or an SMS sender; without: each of them.
               */
              reference?: string;
              windowSeconds: number;
              maxMessages: number;
            }
          | {
              /** @constant */
              scope: 'recipient_domain';
              /** @description A domain; without: each of them. */
              reference?: string;
              windowSeconds: number;
              maxMessages: number;
            }
          | {
              /** @constant */
              scope: 'ip_pool';
              /** @description An IP pool; without: each of them. It counts the messages of this tenant. */
              reference?: string;
              windowSeconds: number;
              maxMessages: number;
            };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['SendRateLimit'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  deleteSendRateLimit: {
    parameters: {
      query: {
        channel?: 'email' | 'sms';
        scope: 'sender' | 'tenant' | 'recipient_domain' | 'ip_pool';
        reference?: string;
        windowSeconds: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['SendRateLimit'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  putSenderWarmUp: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: date-time
           * @description Without: now, or as before where there is a ramp.
           */
          startsAt?: string;
          /** @description Messages for each day, or how they grow; null ends the ramp. */
          schedule:
            | (
                | number[]
                | {
                    /** @description Messages on the first day. */
                    first: number;
                    /** @description Growth from day to day. */
                    factor: number;
                    /** @description The ramp ends before the day that reaches it. */
                    target: number;
                  }
              )
            | null;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            warmUp: components['schemas']['WarmUp'] | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getIpPoolWarmUp: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            warmUp: components['schemas']['WarmUp'] | null;
          };
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  putIpPoolWarmUp: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: date-time
           * @description Without: now, or as before where there is a ramp.
           */
          startsAt?: string;
          /** @description Messages for each day, or how they grow; null ends the ramp. */
          schedule:
            | (
                | number[]
                | {
                    /** @description Messages on the first day. */
                    first: number;
                    /** @description Growth from day to day. */
                    factor: number;
                    /** @description The ramp ends before the day that reaches it. */
                    target: number;
                  }
              )
            | null;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            warmUp: components['schemas']['WarmUp'] | null;
          };
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getDeliverability: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            thresholds: components['schemas']['GuardThresholds'];
            items: components['schemas']['Deliverability'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getGuardThresholds: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GuardThresholds'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  putGuardThresholds: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          bounce?: {
            warn?: number;
            pause?: number;
            stop?: number;
            /** @description Messages handed over in the window, below which nothing is said. */
            minSample?: number;
            /** @description People whose mail came back in the window, below whom nothing is done. */
            minFailed?: number;
          };
          complaint?: {
            warn?: number;
            pause?: number;
            stop?: number;
            /** @description Messages handed over in the window, below which nothing is said. */
            minSample?: number;
            /** @description People whose mail came back in the window, below whom nothing is done. */
            minFailed?: number;
          };
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GuardThresholds'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  streamEvents: {
    parameters: {
      query?: {
        types?: string;
        campaignId?: string;
        lastEventId?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listWebhookEndpoints: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['WebhookEndpoint'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createWebhookEndpoint: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: uri
           * @description An address of the public internet, over https.
           */
          url: string;
          description?: string | null;
          eventTypes?: (
            | 'message.sent'
            | 'message.failed'
            | 'message.unknown'
            | 'message.deferred'
            | 'message.delivered'
            | 'message.bounced'
            | 'message.blocked'
            | 'message.dropped'
            | 'message.opened'
            | 'message.clicked'
            | 'message.replied'
            | 'message.spamreport'
            | 'message.unsubscribed'
            | 'message.resubscribed'
            | 'enrollment.started'
            | 'enrollment.ended'
            | 'enrollment.reopened'
            | 'campaign.created'
            | 'campaign.changed'
            | 'campaign.progress'
            | 'sender.changed'
            | 'limit.changed'
            | 'tenant.changed'
          )[];
          enabled?: boolean;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewWebhookEndpoint'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getWebhookEndpoint: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['WebhookEndpoint'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  deleteWebhookEndpoint: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['WebhookEndpoint'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  updateWebhookEndpoint: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: uri
           * @description An address of the public internet, over https.
           */
          url?: string;
          description?: string | null;
          eventTypes?: (
            | 'message.sent'
            | 'message.failed'
            | 'message.unknown'
            | 'message.deferred'
            | 'message.delivered'
            | 'message.bounced'
            | 'message.blocked'
            | 'message.dropped'
            | 'message.opened'
            | 'message.clicked'
            | 'message.replied'
            | 'message.spamreport'
            | 'message.unsubscribed'
            | 'message.resubscribed'
            | 'enrollment.started'
            | 'enrollment.ended'
            | 'enrollment.reopened'
            | 'campaign.created'
            | 'campaign.changed'
            | 'campaign.progress'
            | 'sender.changed'
            | 'limit.changed'
            | 'tenant.changed'
          )[];
          enabled?: boolean;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['WebhookEndpoint'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  rotateWebhookSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          /** @description For which both sign; 24 by default. */
          overlapHours?: number;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RotatedWebhookSecret'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listWebhookDeliveries: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        status?: 'pending' | 'delivered' | 'failed';
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['WebhookDelivery'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getWebhookDelivery: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        eventId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['WebhookDeliveryDetail'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  redeliverWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
        eventId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Redelivered'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  redeliverWebhooks: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: date-time
           * @description When they were recorded, by the wall clock.
           */
          from: string;
          /**
           * Format: date-time
           * @description Left out; without, up to now.
           */
          until?: string;
          /** @description Also those that have arrived. Without, those that failed or were never tried. */
          delivered?: boolean;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Redelivered'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listUsers: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['User'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createUser: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email: string;
          name?: string | null;
          /** @enum {string} */
          role: 'owner' | 'admin' | 'operator' | 'viewer';
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['User'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getUser: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['User'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  deleteUser: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['User'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  updateUser: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name?: string | null;
          /** @enum {string} */
          role?: 'owner' | 'admin' | 'operator' | 'viewer';
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['User'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Session'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  deleteSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      default: components['responses']['Problem'];
    };
  };
  switchTenant: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: uuid */
          tenantId: string;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Session'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listApiKeys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['ApiKey'][];
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  createApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
          scopes?: ('read' | 'write' | 'admin')[];
          /**
           * @description Whose scopes it has.
           * @enum {string}
           */
          role?: 'owner' | 'admin' | 'operator' | 'viewer';
          /**
           * Format: date-time
           * @description Without: it does not expire.
           */
          expiresAt?: string;
          requestsPerMinute?: number | null;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewApiKey'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of an earlier answer: while nothing has changed, the answer is a 304. */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ApiKey'];
        };
      };
      /** @description It is as If-None-Match says. */
      304: {
        headers: {
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      default: components['responses']['Problem'];
    };
  };
  revokeApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ApiKey'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  updateApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of a GET of the same path: the change is made if the resource is still as it was then, and is else answered with 412. What changes by itself, such as counts, makes no difference. `*` and no header: it is made in any case. */
        'If-Match'?: components['parameters']['IfMatch'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name?: string;
          requestsPerMinute?: number | null;
        };
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ApiKey'];
        };
      };
      /** @description It is not as If-Match says. */
      412: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  rotateApiKey: {
    parameters: {
      query?: never;
      header?: {
        /** @description For 24 hours, the same request with the same key is carried out once, and answered again with `Idempotency-Replayed: true`. With another path or body it is a 422, and while the first is under way a 409 with Retry-After. Answers of 500 and above, and refusals that changed nothing, are not kept: the key is new again. A streamed body is compared at its end. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': {
          /** @description For which both are valid; 86400 by default. */
          overlapSeconds?: number;
        };
      };
    };
    responses: {
      /** @description Done. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewApiKey'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  listAudit: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['AuditEntry'][];
            /** @description Null on the last page. */
            nextCursor: string | null;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  exportAuditCsv: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/csv': string;
        };
      };
      default: components['responses']['Problem'];
    };
  };
  exportAuditNdjson: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/x-ndjson': string;
        };
      };
      default: components['responses']['Problem'];
    };
  };
  receiveSendGridEvents: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': Record<string, never>[];
      };
    };
    responses: {
      /** @description The delivery is stored. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The signature is missing or wrong. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The body did not come in time. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The delivery could not be stored; the provider tries again. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  receiveSendGridEventsOfTenant: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        tenantId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': Record<string, never>[];
      };
    };
    responses: {
      /** @description The delivery is stored. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The signature is missing or wrong. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The body did not come in time. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The delivery could not be stored; the provider tries again. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  receiveSmsEvents: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': Record<string, never>[];
      };
    };
    responses: {
      /** @description The delivery is stored. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The signature is missing or wrong. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The body did not come in time. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The delivery could not be stored; the provider tries again. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  receiveSendGridInbound: {
    parameters: {
      query?: {
        /** @description The secret of the address, where one is set. */
        token?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'multipart/form-data': Record<string, never>;
      };
    };
    responses: {
      /** @description The mail is stored. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The mail could not be stored; SendGrid tries again. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  receiveSendGridInboundOfTenant: {
    parameters: {
      query?: {
        /** @description The secret of the address, where one is set. */
        token?: string;
      };
      header?: never;
      path: {
        tenantId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'multipart/form-data': Record<string, never>;
      };
    };
    responses: {
      /** @description The mail is stored. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The mail could not be stored; SendGrid tries again. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  getSignInMethod: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Done. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @enum {string} */
            method: 'oidc' | 'password';
            /** @description Where to send them, or where to post what they say. */
            path: string;
          };
        };
      };
      default: components['responses']['Problem'];
    };
  };
  beginSignIn: {
    parameters: {
      query?: {
        /** @description The path of this origin to which the browser is sent in the end; / by default. */
        returnTo?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description To the identity provider. */
      303: {
        headers: {
          Location?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The place to return to is none of this origin. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description People sign in here in another way. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The identity provider did not answer as it should. */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  finishSignIn: {
    parameters: {
      query?: {
        /** @description What the identity provider gives for an ID token. */
        code?: string;
        /** @description Of the sign-in that was begun in this browser. */
        state?: string;
        /** @description Who has answered (RFC 9207). */
        iss?: string;
        /** @description Why nobody has signed in there, in the place of a code. */
        error?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Signed in: to where the browser wanted to return. */
      303: {
        headers: {
          Location?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description This is no answer to a sign-in that was begun in this browser. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The person is no user of any tenant, or the address is not verified. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description People sign in here in another way. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The identity provider did not answer as it should. */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  signInLocally: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email: string;
          password: string;
        };
      };
    };
    responses: {
      /** @description Signed in: the cookie holds the session. */
      200: {
        headers: {
          'Set-Cookie'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Session'];
        };
      };
      /** @description The address or the password is wrong; which of them is not said. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The request does not come from a page of this origin. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description People sign in here in another way. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description Too many tries for the account, or from the IP address. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description Too many sign in at this moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      default: components['responses']['Problem'];
    };
  };
  showUnsubscribePage: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        token: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The page, in the language that Accept-Language asks for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description The link is incomplete: nothing was changed. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The link was not signed here: nothing was changed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description The tenant or the contact is not there any more: there was nothing to change. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description Nothing was changed; to be tried again. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      default: components['responses']['Problem'];
    };
  };
  unsubscribe: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        token: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/x-www-form-urlencoded': {
          /** @constant */
          'List-Unsubscribe'?: 'One-Click';
          /** @enum {unknown} */
          choice?: 'leave-all' | 'leave-campaign' | 'back-to-all' | 'back-to-campaign';
        };
      };
    };
    responses: {
      /** @description The page, in the language that Accept-Language asks for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description The link is incomplete: nothing was changed. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
          'application/problem+json': components['schemas']['ProblemDocument'];
        };
      };
      /** @description The link was not signed here: nothing was changed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description The tenant or the contact is not there any more: there was nothing to change. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description The body did not come in time: nothing was changed. */
      408: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      /** @description Nothing was changed; to be tried again. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      default: components['responses']['Problem'];
    };
  };
}
