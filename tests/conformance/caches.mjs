// Do the caches that clients keep mix two days or two knowledges up? Apollo Client, urql's graphcache and Relay's store, each
// with its default settings, ask every type with an id under two days and two knowledges in both orders; then each answer is
// read back out of the cache alone, and has to be what the wire said.
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { parse } from 'graphql';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { check, done, holds, post, same, url } from './lib.mjs';

const relay = createRequire(import.meta.url)('relay-runtime');
const here = fileURLToPath(new URL('./', import.meta.url));

const status = `{ __typename headline possibleHeadlines standing listing stage sentence asOf knownAt position evaluationFactorPercent
  because { __typename facet kind milestone { __typename id occurred { __typename edtf } } } }`;
const milestone = `{ __typename id plainId agreementId kind state evidence summary round position occurred { __typename edtf earliest latest }
  sources { __typename title publishedOn } }`;
const pin = 'asOf: $asOf, knownAt: $knownAt, basis: $basis, atPosition: $atPosition';
const known = 'knownAt: $knownAt, basis: $basis, atPosition: $atPosition';
const text = `query everythingQuery($asOf: Date, $knownAt: DateTime, $basis: KnowledgeBasis = RECORDED, $atPosition: Position) {
  agreements(first: 8, filter: { countries: ["LV", "KR", "AT", "FI"] }, ${pin}) { __typename totalCount nodes { __typename id plainId version
    country { __typename id code name } status ${status} milestones(first: 3) { __typename nodes ${milestone} } } }
  stalled(first: 5, ${pin}) { __typename totalCount nodes { __typename id stalled { __typename days limitDays since }
    agreement { __typename id version } status ${status} } }
  alerts(first: 5, ${pin}) { __typename totalCount nodes { __typename id state version position agreement { __typename id version status ${status} }
    milestone ${milestone} } }
  deadlines(first: 3, ${pin}) { __typename nodes { __typename uid daysLeft agreement { __typename id version status ${status} } milestone ${milestone} } }
  milestones(first: 3, filter: { countries: ["KR"] }, ${known}) { __typename totalCount nodes ${milestone} }
  country(code: "LV") { __typename id agreements(${pin}) { __typename id version status ${status} } }
}`;

/** Two days by two knowledges, and today by all that is recorded. */
const cases = [
  { asOf: '2016-01-01' },
  { asOf: '2025-10-28' },
  { asOf: '2016-01-01', atPosition: 400 },
  { asOf: '2025-10-28', basis: 'PUBLISHED', knownAt: '2024-02-25T00:00:00Z' },
  { atPosition: 400 },
  {},
];

/** The server's own answers, without a cache. */
const wire = [];
await check('the server answers each case', async () => {
  for (const variables of cases) {
    const { data, errors } = JSON.parse((await post({ query: text, variables })).body);
    holds(!errors, JSON.stringify(errors));
    wire.push(data);
  }
  const headlines = wire.map(({ agreements }) => agreements.nodes.map((node) => node.status.headline).join());
  holds(new Set(headlines).size >= 3, `the cases hardly differ: ${headlines}`);
});

const apollo = () => {
  const client = new ApolloClient({ link: new HttpLink({ uri: url, fetch }), cache: new InMemoryCache() });
  const query = parse(text);
  return {
    ask: async (variables) => client.query({ query, variables, fetchPolicy: 'network-only' }),
    kept: async (variables) => (await client.query({ query, variables, fetchPolicy: 'cache-only' })).data,
  };
};

const urql = () => {
  const client = new Client({ url, fetch, preferGetMethod: false, exchanges: [cacheExchange({}), fetchExchange] });
  const ask = async (variables, requestPolicy) => {
    const { data, error } = await client.query(text, variables, { requestPolicy }).toPromise();
    if (error) throw error;
    return data;
  };
  return { ask: (variables) => ask(variables, 'network-only'), kept: (variables) => ask(variables, 'cache-only') };
};

/** The query as Relay's compiler leaves it. */
async function compiled() {
  const place = `${here}.work/relay/`;
  rmSync(place, { recursive: true, force: true });
  mkdirSync(`${place}src`, { recursive: true });
  writeFileSync(`${place}src/everything.js`, `graphql\`${text}\`;\n`);
  writeFileSync(`${place}package.json`, '{ "name": "of-relay", "private": true, "type": "module" }\n');
  const config = { src: './src', schema: './schema.graphql', language: 'javascript', artifactDirectory: './artifacts' };
  writeFileSync(`${place}relay.config.json`, JSON.stringify(config));
  copyFileSync(`${here}../../schema.graphql`, `${place}schema.graphql`);
  mkdirSync(`${place}artifacts`);
  execFileSync(process.execPath, [`${here}node_modules/relay-compiler/cli.js`], { cwd: place, encoding: 'utf8' });
  return (await import(`${place}artifacts/everythingQuery.graphql.js`)).default;
}

let request;
await check("Relay's compiler takes the query", async () => { request = await compiled(); }, 60);

const ofRelay = () => {
  const fetchIt = async ({ text: query }, variables) => JSON.parse((await post({ query, variables })).body);
  const store = new relay.Store(new relay.RecordSource());
  const environment = new relay.Environment({ network: relay.Network.create(fetchIt), store });
  const operation = (variables) => relay.createOperationDescriptor(request, variables);
  return {
    ask: async (variables) => {
      environment.retain(operation(variables));
      return relay.fetchQuery(environment, request, variables, { networkCacheConfig: { force: true } }).toPromise();
    },
    kept: async (variables) => environment.lookup(operation(variables).fragment).data,
  };
};

console.warn = () => {};
for (const [name, make] of [['Apollo Client', apollo], ["urql's graphcache", urql], ["Relay's store", ofRelay]]) {
  for (const order of [cases, cases.toReversed()]) {
    const client = make();
    const way = order === cases ? 'one day after the other' : 'in the other order';
    await check(`${name} is asked for everything ${way}`, async () => {
      for (const variables of order) await client.ask(variables);
    }, 60);
    for (const [place, variables] of cases.entries()) {
      await check(`${name} keeps what the wire said of ${JSON.stringify(variables)}, ${way}`, async () => {
        const plain = JSON.parse(JSON.stringify(await client.kept(variables)));
        same(plain, wire[place], 'what is kept');
      });
    }
  }
}

done('caches');
