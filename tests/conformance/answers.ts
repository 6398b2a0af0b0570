// Questions whose answers are known, asked by the generated client.
import { deepStrictEqual } from 'node:assert';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { StalledOnDocument, StatusOnDocument, TimelineDocument } from './generated.js';

async function ask<Answer, Variables>(document: TypedDocumentNode<Answer, Variables>, variables: Variables): Promise<Answer> {
  const response = await fetch(`${process.env.SERVER_ORIGIN}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Answer; errors?: unknown };
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
  return data;
}

export const answers: Record<string, () => Promise<void>> = {
  'Latvia on 2017-06-30': async () => {
    const { country } = await ask(StatusOnDocument, { code: 'LV', day: '2017-06-30' });
    const status = { headline: 'IN_FORCE', listing: 'UNLISTED', evaluationFactorPercent: 50, since: '2017-04-10', certain: true };
    deepStrictEqual(country, { name: 'Latvia', status });
  },
  'stalled on 2025-10-28': async () => {
    const { stalled } = await ask(StalledOnDocument, { day: '2025-10-28' });
    const found = stalled.nodes.map(({ agreement, stalled: { stage, since, days, limitDays } }) =>
      [agreement.country.code, stage, since, days, limitDays]);
    deepStrictEqual(found, [
      ['AR', 'REVIEW', '2005-10-01', 7332, 365],
      ['UA', 'INTENT', '2017-06-20', 3052, 730],
      ['BR', 'REVIEW', '[2023-09-28..2023-11-12]', 716, 365],
      ['IN', 'REVIEW', '[2023-10-26..2023-12-10]', 688, 365],
      ['KR', 'REVIEW', '2024-03-26', 581, 365],
    ]);
    deepStrictEqual(stalled.totalCount, 5);
  },
  'one stalled at a time': async () => {
    const { stalled } = await ask(StalledOnDocument, { day: '2025-10-28', first: 1 });
    deepStrictEqual([stalled.nodes.length, stalled.totalCount], [1, 5]);
  },
  'the timeline of Korea': async () => {
    const { country } = await ask(TimelineDocument, { code: 'KR' });
    const periods = country?.agreement?.periods ?? [];
    deepStrictEqual(periods.map(({ from, status }) => [from, status.headline]), [
      [null, 'NO_AGREEMENT'],
      // No source tells the evaluation factor of an earlier day, so a period begins here.
      ['1971-10-20', 'NO_AGREEMENT'],
      ['2022-05-01', null],
      ['2022-05-31', 'INTENT_ANNOUNCED'],
      ['2024-02-23', 'IN_CONSULTATION'],
      ['2024-03-26', 'UNDER_REVIEW'],
    ]);
    deepStrictEqual(periods.map(({ to }) => to), [...periods.slice(1).map(({ from }) => from), null]);
  },
  'a country that is none': async () => {
    const refused = await ask(StatusOnDocument, { code: 'ZZ', day: '2017-06-30' }).then(() => false, () => true);
    deepStrictEqual(refused, true);
  },
};
