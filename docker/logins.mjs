// node docker/logins.mjs, after `cadenza migrate up`
//
// Makes the two logins with which the apps reach the database, or gives them the passwords of the
// environment. Names are fixed and passwords given, since the apps' URLs are written beforehand.
import { createLogin } from '@cadenza/database';

const LOGINS = [
  { role: 'cadenza_api', name: 'cadenza_api_login', variable: 'API_DB_PASSWORD' },
  { role: 'cadenza_worker', name: 'cadenza_worker_login', variable: 'WORKER_DB_PASSWORD' },
];

const missing = ['DATABASE_OWNER_URL', ...LOGINS.map(({ variable }) => variable)].filter(
  (name) => !process.env[name],
);
if (missing.length > 0) {
  console.error(`logins: not set: ${missing.join(', ')}`);
  process.exit(1);
}

try {
  for (const { role, name, variable } of LOGINS) {
    await createLogin(process.env.DATABASE_OWNER_URL, {
      role,
      name,
      password: process.env[variable],
    });
    console.log(`${name} is a member of ${role}, with the password in ${variable}`);
  }
} catch (error) {
  console.error(`logins: ${error.message}`);
  process.exit(1);
}
