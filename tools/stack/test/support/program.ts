import { connect } from 'node:net';

/** A program of a stack: stops in order on SIGTERM, and ends with 9 on a Ctrl-C that reaches it. */
process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(9));
connect(Number(process.env['LIFELINE_PORT']), '127.0.0.1', () => process.stdout.write('up\n'));
