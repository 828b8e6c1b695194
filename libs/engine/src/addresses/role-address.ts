/**
 * Local parts that stand for a function (RFC 2142 and what companies use besides), so that several
 * people read what comes, and none has asked for it.
 */
const ROLES: ReadonlySet<string> = new Set(
  `abuse accounting accounts admin administration administrator ads advertising all apply
  billing board booking bookings buchhaltung business career careers compliance contact contactus
  customercare customerservice datenschutz dev devnull dns do-not-reply donotreply einkauf enquiries
  enquiry everyone feedback finance ftp hallo hello help helpdesk hostmaster hr info information
  inquiries inquiry investorrelations invoice invoices it jobs kontakt legal list mail mailer-daemon
  marketing media news newsletter no-reply noc noreply office orders partners payroll post postmaster
  presse press privacy purchasing recruiting recruitment reception registrar remove request
  reservations returns root sales security service services shop spam staff subscribe support
  sysadmin team tech technik undisclosed-recipients unsubscribe usenet uucp verkauf vertrieb webmaster
  www`.split(/\s+/),
);

/**
 * Whether an address is one of a function instead of a person. What is behind a plus sign does not
 * count.
 *
 * @param address normalised.
 */
export function isRoleAddress(address: string): boolean {
  const local = address.slice(0, address.lastIndexOf('@'));
  const [name = ''] = local.split('+', 1);
  return ROLES.has(name);
}
