/** A program of a stack: stops in order on SIGTERM, and ends with 9 on a Ctrl-C that reaches it. */
process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(9));
setInterval(() => undefined, 60_000);
process.stdout.write('up\n');
