// The custom scalars, mirrored for graphql-js in a few lines each, with values that they take and values that they do not.
import { GraphQLError, valueFromASTUntyped } from 'graphql';

const day = (text) => {
  const [, y, m, d] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? [];
  return d !== undefined && m >= 1 && m <= 12 && d >= 1 && d <= new Date(Date.UTC(2000 + (y % 400), m, 0)).getUTCDate();
};
const simple = (text) => day(text) || (/^\d{4}(-\d\d)?$/.test(text) && day(`${text}-01-01`.slice(0, 10)));
const between = /^\[(.*)\.\.(.*)\]$/;
const isText = (accepts) => (value) => typeof value === 'string' && accepts(value);

const instant = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
// Codes that people type beside alpha-2: two of the alpha-3 codes, and what the European Union calls two countries.
const alpha3 = ['LVA', 'KOR'];
const understood = ['UK', 'EL'];
const noCountry = ['ZZ', 'EU', 'UK'];

/** What each takes. */
export const takes = {
  Date: isText(day),
  UncertainDate: isText((text) => {
    const [, from, to] = between.exec(text) ?? [];
    return to === undefined ? simple(text) : simple(to) && (from === '' || (simple(from) && from <= to));
  }),
  DateTime: isText((text) => instant.test(text) && day(text.slice(0, 10))),
  CountryCode: isText((text) => alpha3.includes(text) || understood.includes(text)
    || (/^[A-Z]{2}$/.test(text) && regions.of(text) !== undefined && !noCountry.includes(text))),
  Position: (value) => Number.isSafeInteger(value) && value >= 0,
  Url: isText((text) => /^https?:\/\/\S/.test(text) && URL.canParse(text)),
  UUID: isText((text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)),
};

/** Values to try, good and bad ones mixed: `takes` says which is which. */
export const values = {
  Date: [
    '2017-06-30', '2024-02-29', '2023-02-29', '2017-13-01', '2017-06', '2017', '20170630', '2017-06-30T00:00:00Z', 'yesterday',
    '', 20170630, true, ['a', 'b'], { a: 1 },
  ],
  UncertainDate: [
    '2024-02-23', '2024-02', '1991', '[..1992-03-18]', '[2019-01-01..2024-12-20]', '[2024-12-20..2019-01-01]', '2024-13',
    '2024-02-30', '[2019-01-01..]', '24', 'about 1991', '', 1991, false,
  ],
  DateTime: [
    '2018-03-13T00:00:00Z', '2018-03-13T00:00:00.123456Z', '2018-03-13T02:00:00+02:00', '2018-03-13', '2018-03-13T00:00:00',
    '2018-02-30T00:00:00Z', '2018-03-13T25:00:00Z', 'now', '', 0, true,
  ],
  CountryCode: ['LV', 'KR', 'US', 'ZZ', 'LVA', 'KOR', 'LVX', 'UK', 'EL', 'L', '', 428, true, ['a', 'b'], { a: 1 }],
  Position: [0, 1, 586, 4294967296, -1, 1.5, '1', true, ['a', 'b'], { a: 1 }],
  Url: [
    'https://example.org/', 'http://example.org/a?b=c#d', 'ftp://example.org/', 'javascript:alert(1)', 'example.org', 'https://',
    '', 1, true,
  ],
  UUID: ['018f4f5e-7a3b-7c1d-8e2f-0123456789ab', '018F4F5E-7A3B-7C1D-8E2F-0123456789AB', '018f4f5e', 'x', '', 1, true],
};

/** Makes the scalars of a schema take what they take. */
export function equip(schema) {
  for (const [name, accepts] of Object.entries(takes)) {
    const scalar = schema.getType(name);
    if (!scalar) continue;
    const read = (value) => {
      if (!accepts(value)) throw new GraphQLError(`${JSON.stringify(value)} is no ${name}`);
      return value;
    };
    scalar.parseValue = read;
    scalar.parseLiteral = (node, variables) => {
      if (node.kind === 'EnumValue') throw new GraphQLError(`${node.value} is no ${name}`);
      return read(valueFromASTUntyped(node, variables));
    };
  }
  return schema;
}
