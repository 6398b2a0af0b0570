// Does the server speak GraphQL over HTTP? The audits are those of the package graphql-http, MUST, SHOULD and MAY alike.
import { serverAudits } from 'graphql-http';
import { check, done, holds, url } from './lib.mjs';

const audits = serverAudits({ url, fetchFn: fetch });
await check('61 audits', () => holds(audits.length === 61, `the package has ${audits.length}`));

for (const audit of audits) {
  await check(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    holds(result.status === 'ok', `${result.status}: ${result.reason}`);
  });
}

done('http');
